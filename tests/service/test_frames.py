"""When which frame goes to the board, by the record alone: renewals, less at once, and offs."""

import pytest

from appliance.service.frames import Frames
from appliance.service.missing_parts import NoBoard
from appliance.session.board import Ceilings, Link, Output, Report, SetPoint
from appliance.session.envelope import Part
from appliance.session.record import Record
from appliance.therapy.units import Pair
from tests.session.gate_records import RUNNING

CEILINGS = Ceilings(amplitude=30.0, pulse_width_us=250, frequency_hz=50.0)


class NotingBoard(NoBoard):
    """Notes what it is told: the amplitudes of set-points, and None for an off."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[float, Pair | None]] = []

    def apply(self, set_point: SetPoint, now: float) -> None:
        self.told.append((now, set_point.amplitude))

    def off(self, now: float) -> None:
        self.told.append((now, None))


@pytest.fixture
def board() -> NotingBoard:
    return NotingBoard()


@pytest.fixture
def frames(board: NotingBoard) -> Frames:
    return Frames(board)


def on(a: float, b: float = 0.0) -> Record:
    return RUNNING.but(set_point=SetPoint(50.0, (a, b), 250, CEILINGS))


def off(at: float = 0.0, link: Link = Link.UP, output: Output = Output.OFF) -> Record:
    """The record has no set-point, and this is the newest report of the board."""
    return RUNNING.but(set_point=None, report=Report(at=at, link=link, output=output))


def in_parts(record: Record, *parts: Part) -> Record:
    assert record.position is not None
    a, b = (one.but(part=part) for one, part in zip(record.position.channels, parts, strict=True))
    return record.but(position=record.position.but(channels=(a, b)))


def test_the_first_frame_goes_out_at_once(frames: Frames, board: NotingBoard) -> None:
    frames.send(off(), 10.0)
    assert board.told == [(10.0, None)]
    assert not frames.on


def test_a_set_point_is_renewed_when_it_is_due_and_not_before(
    frames: Frames, board: NotingBoard
) -> None:
    for now in (10.0, 10.02, 10.049, 10.05, 10.0625):
        frames.send(in_parts(on(5.0), Part.HOLD, Part.HOLD), now)
    assert board.told == [(10.0, (5.0, 0.0)), (10.05, (5.0, 0.0))]
    assert frames.on


@pytest.mark.parametrize("parts", [(Part.RAMP_UP, Part.OFF), (Part.OFF, Part.RAMP_DOWN)])
def test_a_ramp_of_one_channel_alone_is_sent_more_often(
    frames: Frames, parts: tuple[Part, Part]
) -> None:
    frames.send(on(5.0), 10.0)
    assert frames.due(in_parts(on(5.0), *parts)) == 10.02
    assert frames.due(in_parts(on(5.0), Part.HOLD, Part.OFF)) == 10.05


@pytest.mark.parametrize("less", [(4.0, 6.0), (6.0, 4.0), (4.0, 4.0)])
def test_less_on_one_channel_goes_out_at_once(
    frames: Frames, board: NotingBoard, less: Pair
) -> None:
    frames.send(on(5.0, 5.0), 10.0)
    frames.send(on(*less), 10.001)
    assert board.told[1:] == [(10.001, less)]


def test_more_waits_for_its_turn(frames: Frames, board: NotingBoard) -> None:
    frames.send(on(5.0, 5.0), 10.0)
    frames.send(on(6.0, 5.0), 10.001)
    assert len(board.told) == 1


def test_on_and_off_go_out_at_once(frames: Frames, board: NotingBoard) -> None:
    frames.send(off(), 10.0)
    frames.send(on(5.0), 10.001)
    assert frames.on
    frames.send(off(), 10.002)
    assert not frames.on
    frames.send(off(), 10.003)
    assert [told for _, told in board.told] == [None, (5.0, 0.0), None]


def settling(frames: Frames) -> float:
    """Offs from 10 s on, of which the newest is a second after the first. Returns its time."""
    for now in (10.0, 10.5, 11.0):
        frames.send(off(now), now)
    return 11.0


def test_an_off_that_was_answered_is_repeated_once_a_second_after_the_first_second(
    frames: Frames,
) -> None:
    frames.send(off(), 10.0)
    assert frames.due(off(10.0)) == 10.1
    frames.send(off(10.0), 10.875)
    assert frames.due(off(10.875)) == 10.975
    frames.send(off(10.875), 11.0)
    assert frames.due(off(11.0)) == 12.0


@pytest.mark.parametrize(
    "unsettled",
    [
        off(10.99),
        off(11.0, link=Link.CONNECTING),
        off(11.0, link=Link.DOWN),
        off(11.0, output=Output.UNKNOWN),
        off(11.0, output=Output.ON),
    ],
    ids=["unanswered", "connecting", "no link", "unknown", "on"],
)
def test_an_off_is_repeated_often_while_the_board_may_not_have_heard_it(
    frames: Frames, unsettled: Record
) -> None:
    sent_at = settling(frames)
    assert frames.due(unsettled) == sent_at + 0.1


def test_the_first_second_counts_anew_after_a_set_point(frames: Frames) -> None:
    sent_at = settling(frames)
    frames.send(on(5.0), sent_at + 0.1)
    frames.send(off(), sent_at + 0.2)
    assert frames.due(off(sent_at + 0.2)) == sent_at + 0.2 + 0.1


def test_an_off_ahead_of_the_record_counts_as_a_frame(frames: Frames, board: NotingBoard) -> None:
    frames.send(on(5.0), 10.0)
    frames.off(10.01)
    assert not frames.on
    frames.send(off(), 10.01)
    assert [told for _, told in board.told] == [(5.0, 0.0), None]
