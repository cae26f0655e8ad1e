"""Dry pads: the level comes down to what flows, and up is refused."""

import pytest

from appliance.session.board import measured_of
from appliance.session.dry_pads import REFUSE_UP_S, SHORT_FOR_S
from appliance.session.envelope import Part
from appliance.session.notes import PadsFoundDry, Sample
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from appliance.therapy.units import NEVER
from tests.session.core import STEP_S, Core

HINTS = {(0,): "dry_left", (1,): "dry_right", (0, 1): "dry_both"}
COUNTS = {(0,): "one", (1,): "two", (0, 1): "three"}


def holding(level: int) -> Core:
    """In the work phase at this level, at the beginning of a hold."""
    core = Core().to_stimulating()
    core.skip_to("work")
    core.turn(1)
    while core.target != (level, level):
        core.until(Part.HOLD)
        core.turn(1)
    core.until(Part.OFF)
    core.until(Part.HOLD)
    return core


def dry(core: Core, most_ma: float, *channels: int) -> float:
    """Let no more through until it is found; how long that took, in seconds of hold."""
    for channel in channels:
        core.most_ma[channel] = most_ma
    held_s = 0.0
    while "pads_dry" not in core.cues:
        core.step()
        held_s += STEP_S if core.record.position.part is Part.HOLD else 0.0
        assert held_s < 5.0
    return held_s


@pytest.mark.parametrize("channels", [(0,), (1,), (0, 1)])
def test_dry_pads_are_named_by_cue_and_hint(channels: tuple[int, ...]) -> None:
    core = holding(20)
    dry(core, 14.0, *channels)
    assert core.record.hint is not None and core.record.hint.key == HINTS[channels]
    cues = [cue for cue in core.cues if cue in ("pads_dry", *COUNTS.values())]
    assert cues[-2:] == ["pads_dry", COUNTS[channels]]


def test_the_pause_after_it_says_to_wet_the_pads() -> None:
    core = holding(20)
    dry(core, 14.0, 0)
    core.confirm()
    assert core.record.state is State.PAUSED
    assert view_of(core.record).hint == "wet_pads"
    core.wait(REFUSE_UP_S)
    assert view_of(core.record).hint is None


def test_the_level_comes_down_to_what_flows_in_whole_steps() -> None:
    core = holding(20)
    dry(core, 15.4, 1)
    assert core.level == (20.0, 15.0)
    assert core.target == (20.0, 15.0)


def test_it_takes_half_a_second_of_flowing_current() -> None:
    core = holding(20)
    core.wait(0.5)
    took_s = dry(core, 14.0, 0)
    assert SHORT_FOR_S <= took_s <= SHORT_FOR_S + 4 * STEP_S


def test_the_journal_has_an_entry_of_it() -> None:
    core = holding(20)
    dry(core, 14.0, 0)
    (note,) = core.notes_of(PadsFoundDry)
    assert (note.channel, note.asked, note.flowed) == ("A", 20.0, pytest.approx(14.0))


def test_what_flows_is_in_the_samples_and_in_the_view() -> None:
    core = holding(20)
    core.most_ma = [NEVER, 18.0]
    core.wait(1.5)
    assert core.notes_of(Sample)[-1].measured == (20.0, pytest.approx(18.0))
    measured = [channel.measured for channel in view_of(core.record).channels]
    assert measured == [20.0, pytest.approx(18.0)]


def test_up_is_refused_for_a_minute_and_then_counts_again() -> None:
    core = holding(20)
    dry(core, 14.0, 0)
    core.most_ma = [NEVER, NEVER]
    found_at = core.now
    core.turn(1)
    assert core.target == (14.0, 20.0)
    assert core.record.hint is not None and core.record.hint.key == "dry_left"
    while core.now < found_at + REFUSE_UP_S:
        core.step()
    core.until(Part.HOLD)
    core.turn(-1)
    core.until(Part.HOLD)
    core.turn(1)
    assert core.target == (14.0, 20.0)


def test_the_other_side_alone_can_be_turned_up() -> None:
    core = holding(20)
    dry(core, 14.0, 0)
    core.until(Part.OFF)
    core.until(Part.HOLD)
    core.back()
    core.back()
    assert view_of(core.record).knob_side == "B"
    core.turn(1)
    assert core.target == (14.0, 21.0)


def test_down_is_never_refused() -> None:
    core = holding(20)
    dry(core, 14.0, 0)
    core.turn(-1)
    assert core.target == (13.0, 19.0)


def test_up_counts_again_when_the_stage_starts_again_from_zero() -> None:
    core = holding(20)
    dry(core, 14.0, 0)
    core.most_ma = [NEVER, NEVER]
    core.confirm()
    core.wait(1.2)
    core.confirm()
    core.start()
    assert core.record.state is State.STIMULATING
    core.until(Part.RAMP_UP)
    core.turn(1)
    assert core.target == (1.0, 1.0)


@pytest.mark.parametrize(("level", "most_ma"), [(20, 17.2), (3, 1.8)])
def test_little_less_and_little_current_are_not_dry(level: int, most_ma: float) -> None:
    core = holding(level)
    core.most_ma = [most_ma, most_ma]
    core.wait(20)
    assert core.level == (level, level)
    assert "pads_dry" not in core.cues


def test_a_board_that_cannot_measure_has_no_such_rule() -> None:
    core = holding(20)
    core.identity = core.identity.but(measures_current=False)
    core.most_ma = [12.0, 12.0]
    core.wait(20)
    assert core.level == (20.0, 20.0)
    assert measured_of(core.report) == (None, None)
    assert [channel.measured for channel in view_of(core.record).channels] == [None, None]


def test_a_level_that_rises_is_not_taken_for_dry_pads_at_three_hertz() -> None:
    """A pulse is a third of a second old when the next one comes."""
    core = Core().to_stimulating()
    core.turn(10, every_s=0.5)
    last, flowed = core.now, (0.0, 0.0)
    while core.record.run.elapsed_s < 60.0:
        core.step()
        if core.now - last >= 1 / 3:
            last, flowed = core.now, core.in_force
        core.record = core.record.but(report=core.record.report.but(measured=flowed))
    assert "pads_dry" not in core.cues
