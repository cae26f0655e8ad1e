"""Contractions: each is counted and cued once, and some phases wait for the person."""

from math import ceil

import pytest

from appliance.session.envelope import Part
from appliance.session.events import Button
from appliance.session.state import State
from appliance.therapy.plan import Plan
from appliance.therapy.programs import Phase
from tests.session.core import Core
from tests.session.own_program import running

WORK = Phase("work", 50.0, 300, ramp_up_s=2.0, hold_s=3.0, ramp_down_s=1.0, off_s=10.0)


def contractions(core: Core) -> int:
    run = core.record.run
    assert run is not None
    return run.contractions


def on_the_eighth() -> Core:
    """At a time from which steps of an eighth of a second have no error of rounding."""
    core = running(WORK)
    core.turn(1)
    core.step(dt=ceil(core.now * 8.0) / 8.0 - core.now)
    return core


@pytest.mark.parametrize("alternating", [False, True])
def test_each_cycle_is_one_contraction_whether_the_sides_take_turns_or_not(
    alternating: bool,
) -> None:
    core = running(WORK.but(alternating=alternating))
    core.turn(1)
    core.cues.clear()
    core.wait(2 * WORK.cycle_s, dt=0.1)
    assert contractions(core) == core.cues.count("contraction_ended") == 2


def test_the_back_is_lifted_once_with_each_contraction() -> None:
    core = running(WORK, placement="lower_back")
    core.turn(1)
    core.until(Part.OFF, dt=0.1)
    core.cues.clear()
    core.wait(2 * WORK.cycle_s, dt=0.1)
    assert core.cues.count("lift") == 2


def test_a_step_that_ends_exactly_two_seconds_before_a_contraction_announces_it_once() -> None:
    core = on_the_eighth()
    run = core.record.run
    assert run is not None
    core.record = core.record.but(
        run=run.but(elapsed_s=13.5, cycle_start_s=0.0, booked_s=run.planned_s), position=None
    )
    core.cues.clear()
    for _ in range(8):
        core.step(dt=0.125)
    assert core.record.position is not None
    assert core.record.position.next_contraction_s == 1.5
    assert core.cues.count("contraction_coming") == 1


def half_a_second_of_work(core: Core, **changes: float) -> None:
    """In a run with these changes."""
    run = core.record.run
    assert run is not None
    core.record = core.record.but(run=run.but(**changes))
    core.cues.clear()
    for _ in range(4):
        core.step(dt=0.125)


@pytest.mark.parametrize(("minute", "told"), [(4, 0), (10, 1)])
def test_a_step_that_ends_exactly_at_minute_4_or_10_of_work_offers_one_click_up_once(
    minute: int, told: int
) -> None:
    core = on_the_eighth()
    half_a_second_of_work(core, work_s=minute * 60.0 - 0.25, fainter_told=told)
    assert core.record.run is not None and core.record.run.work_s == minute * 60.0 + 0.25
    assert core.cues.count("fainter") == 1


def test_no_click_up_is_offered_where_the_limit_refuses_it() -> None:
    core = on_the_eighth()
    run = core.record.run
    assert run is not None
    half_a_second_of_work(core, work_s=239.75, limit=run.levels.target[0])
    assert core.cues.count("fainter") == 0


def go_on(core: Core) -> None:
    """From a pause to current at the lowest level."""
    core.wait(1.2)
    core.confirm()
    core.start()
    core.turn(1)


def test_a_phase_that_waits_pauses_before_it_and_runs_once_the_person_goes_on() -> None:
    core = running(
        WORK.but(duration_s=20.0), WORK.but(name="more", waits=True, duration_s=40.0), WORK
    )
    core.turn(1)
    core.wait(22.0, dt=0.1)
    assert core.record.state is State.PAUSED
    go_on(core)
    core.wait(10.0, dt=0.1)
    assert core.record.state is State.STIMULATING
    assert core.record.position is not None and core.record.position.phase.name == "more"


def test_a_phase_that_waits_is_waited_for_again_after_more_minutes() -> None:
    strong = WORK.but(name="strong", waits=True, duration_s=40.0)
    core = running(WORK, strong, plan=Plan(stage_minutes=2.0))
    core.turn(1)
    core.wait(85.0, dt=0.1)
    assert core.record.state is State.PAUSED
    go_on(core)
    core.wait(50.0, dt=0.1)
    assert core.record.state is State.STAGE_DONE
    core.wait(1.2)
    core.back()
    core.start()
    core.turn(1)
    while core.record.state is State.STIMULATING:
        position = core.record.position
        assert position is None or position.phase.name == WORK.name
        core.step(dt=0.1)
    assert core.record.state is State.PAUSED


def test_a_stage_pauses_after_180_s_at_zero() -> None:
    core = running(WORK)
    core.turn(1)
    core.press(Button.KNOB)
    assert core.record.run is not None
    core.wait(core.record.run.zero_since + 179.9 - core.now, dt=0.19)
    assert core.record.state is State.STIMULATING
    core.wait(0.2)
    assert core.record.state is State.PAUSED


def test_a_stage_that_is_left_stands_in_no_phase_any_more() -> None:
    core = running(WORK)
    core.turn(1)
    assert core.record.position is not None
    core.press(Button.CONFIRM)
    assert core.record.state is State.PAUSED
    assert core.record.position is None
