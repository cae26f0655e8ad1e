"""Work and rest follow what was delivered in the last minute, not where the cycle stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.session.envelope import Part, position_at
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from appliance.therapy.programs import Span
from tests.session.core import Core
from tests.session.test_envelope import CONTINUOUS, ONE

CONTRACTING = (Part.RAMP_UP, Part.HOLD, Part.RAMP_DOWN)


def work_s(core: Core, seconds: float, reset: bool) -> float:
    """Seconds of current within this time, with the level pressed to zero again and again."""
    worked_s, until, at_zero = 0.0, core.now + seconds, False
    while core.now < until:
        if reset and core.record.position and core.record.position.part is Part.RAMP_DOWN:
            core.knob_press()
            at_zero = True
        elif at_zero or (core.record.run and core.record.run.levels.zero):
            core.turn(1, every_s=0.1)
            at_zero = False
        core.step(dt=0.1)
        set_point = core.record.set_point
        worked_s += 0.1 if set_point is not None and max(set_point.amplitude) > 0.0 else 0.0
    return worked_s


def test_a_press_to_zero_and_a_climb_back_skip_no_rest() -> None:
    honest = Core().to_stimulating(6).skip_to("work")
    phase = honest.record.position.phase if honest.record.position else None
    assert phase is not None
    share = phase.on_s / phase.cycle_s
    tricky = Core().to_stimulating(6).skip_to("work")
    assert work_s(tricky, 180.0, reset=True) <= 180.0 * share + phase.on_s
    assert work_s(honest, 180.0, reset=False) >= 180.0 * share - phase.on_s
    assert tricky.record.state is State.STIMULATING


def test_an_undisturbed_cycle_is_not_shifted() -> None:
    core = Core().to_stimulating(6).skip_to("work")
    core.until(Part.RAMP_UP)
    run = core.record.run
    assert run is not None
    start_s = run.cycle_start_s
    core.wait(200.0, dt=0.1)
    assert core.record.run is not None
    assert core.record.run.cycle_start_s == start_s


def at_zero_with_rest_owed() -> Core:
    """In the cool-down, which comes at once where the knob is pressed at the end of the work."""
    core = Core().to_stimulating(6).skip_to("work")
    core.until(Part.HOLD)
    run = core.record.run
    assert run is not None and core.record.position is not None
    end_s = run.spans[core.record.position.span].end_s
    core.record = core.record.but(run=run.but(elapsed_s=end_s - 4.0))
    core.knob_press()
    core.step()
    position = core.record.position
    assert position.phase.continuous and position.part is Part.OFF
    return core


def test_up_raises_nothing_that_would_come_at_once_when_an_owed_rest_ends() -> None:
    core = at_zero_with_rest_owed()
    core.turn(8, every_s=0.5)
    assert core.target == (0.0, 0.0)
    assert core.record.hint is not None and core.record.hint.key == "wait_then_turn"
    core.until(Part.RAMP_UP)
    core.turn(2, every_s=0.5)
    assert core.target == (2.0, 2.0)


def test_at_zero_the_screen_counts_down_the_rest_that_is_owed() -> None:
    core = at_zero_with_rest_owed()
    first = view_of(core.record).stage
    core.wait(3.0, dt=0.1)
    later = view_of(core.record).stage
    assert first is not None and later is not None
    assert first.next_contraction_s is not None and later.next_contraction_s is not None
    assert first.next_contraction_s - later.next_contraction_s == pytest.approx(3.0, abs=0.2)


@pytest.mark.parametrize("spans", [ONE, CONTINUOUS], ids=["contractions", "continuous"])
@given(at_s=st.floats(0.0, 59.0), owed_s=st.floats(0.001, 60.0))
def test_before_a_foot_that_waits_nothing_flows_and_nothing_can_be_raised(
    spans: tuple[Span, ...], at_s: float, owed_s: float
) -> None:
    place = position_at(spans, at_s, at_s + owed_s)
    assert (place.part, place.raisable) == (Part.OFF, ())
    assert place.amplitude(0, 20.0) == place.amplitude(1, 20.0) == 0.0
    if not place.tail:
        assert place.part_remaining_s == place.next_contraction_s == pytest.approx(owed_s)
