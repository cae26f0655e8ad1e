"""The state of the link to a board: when its port is tried, and until when output is unknown."""

from pathlib import Path

import pytest

from appliance.errors import BoardError
from appliance.session.board import Link
from appliance.simulator.boards.models import make_device
from appliance.simulator.wire import Wire
from appliance.stimulator.link import LinkKeeper, WrongAnswerError
from appliance.stimulator.serial_port import Line, PortLostError, SerialPort

QUIET_S = 1.2
RETRY_S = 0.5


@pytest.fixture
def missing(tmp_path: Path) -> LinkKeeper:
    return LinkKeeper(SerialPort(str(tmp_path / "none"), Line(250_000)), QUIET_S)


@pytest.fixture
def wire(tmp_path: Path) -> Wire:
    return Wire(make_device("reference", seed=1), tmp_path / "board")


@pytest.fixture
def link(wire: Wire) -> LinkKeeper:
    return LinkKeeper(SerialPort(wire.path, Line(250_000)), QUIET_S)


def test_a_port_that_does_not_open_is_tried_twice_a_second(
    missing: LinkKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[float] = []
    now, open_port = 0.0, missing.port.open

    def count() -> None:
        tries.append(now)
        open_port()

    monkeypatch.setattr(missing.port, "open", count)
    for step in range(17):
        now = step / 16
        assert not missing.open(now)
    assert tries == [0.0, RETRY_S, 2 * RETRY_S]
    assert missing.faults == {"board_missing"}
    assert "no such port" in missing.details["board_missing"]


def test_an_opening_begins_to_connect_and_is_made_once(link: LinkKeeper) -> None:
    assert link.open(1.0)
    assert link.state is Link.CONNECTING
    assert not link.open(9.0)
    link.up()
    assert not link.open(9.0)
    assert link.port.openings == 1


def test_a_link_that_was_lost_is_tried_again_after_a_while_and_keeps_its_port(
    link: LinkKeeper,
) -> None:
    link.open(1.0)
    link.up()
    link.lose("board_silent", 2.0)
    assert link.state is Link.DOWN
    assert link.port.is_open
    assert not link.open(2.0 + RETRY_S - 0.01)
    assert link.open(2.0 + RETRY_S)


def test_faults_stay_until_the_link_is_up(link: LinkKeeper) -> None:
    link.open(1.0)
    link.up()
    link.lose("board_silent", 2.0, "no word")
    link.lose("board_reset", 2.1)
    assert link.faults == {"board_silent", "board_reset"}
    path = link.port.path
    assert link.details == {"board_silent": f"{path}: no word", "board_reset": path}
    link.open(3.0)
    assert link.faults == {"board_silent", "board_reset"}
    link.up()
    assert link.state is Link.UP
    assert link.faults == frozenset()


def test_the_port_of_a_board_that_is_refused_is_closed(link: LinkKeeper) -> None:
    link.open(1.0)
    link.reject("board_not_the_one", 1.2)
    assert link.faults == {"board_not_the_one"}
    assert not link.port.is_open
    assert link.state is Link.DOWN


def test_a_port_that_does_not_work_any_more_is_closed_and_the_board_lost(link: LinkKeeper) -> None:
    link.open(1.0)
    link.lose_port(BoardError("the cable"), 1.2)
    assert link.faults == {"board_lost"}
    assert link.details == {"board_lost": "the cable"}
    assert not link.port.is_open
    assert link.state is Link.DOWN


def test_a_port_in_use_is_told_from_one_that_is_missing(wire: Wire, link: LinkKeeper) -> None:
    link.open(1.0)
    other = LinkKeeper(SerialPort(wire.path, Line(250_000)), QUIET_S)
    assert not other.open(1.0)
    assert other.faults == {"board_port_busy"}


def test_a_port_that_fails_otherwise_while_it_opens_is_a_lost_board(
    link: LinkKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise PortLostError("the cable")

    monkeypatch.setattr(link.port, "open", fails)
    assert not link.open(1.0)
    assert link.details == {"board_lost": "the cable"}


def test_a_wrong_answer_is_a_fault_and_says_what_was_seen() -> None:
    error = WrongAnswerError("board_disagrees", "off, but running")
    assert (str(error), error.fault) == ("board_disagrees", "board_disagrees")
    assert error.why == "off, but running"
    assert WrongAnswerError("board_reset").why == ""


def test_output_is_unknown_for_a_while_from_the_first_question_for_it(link: LinkKeeper) -> None:
    # The process before this one may have left the board on its lease.
    assert link.quiet_at(5.0) == 5.0 + QUIET_S
    assert link.quiet_at(9.0) == 5.0 + QUIET_S


def test_output_is_unknown_for_a_while_after_a_link_that_was_up(link: LinkKeeper) -> None:
    link.quiet_at(1.0)
    link.open(1.0)
    link.up()
    link.lose("board_silent", 7.0)
    assert link.quiet_at(7.0) == 7.0 + QUIET_S
    # A board that was not up since has been sent no set-point.
    link.open(8.0)
    link.lose("board_silent", 8.5)
    assert link.quiet_at(8.5) == 7.0 + QUIET_S
