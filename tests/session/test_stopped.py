"""STOP: off now, latched; where it cannot stop anything it blocks the way towards `ready`."""

import pytest

from appliance.session.events import Button, Down, StopCommand, StopLevel
from appliance.session.machine import guards
from appliance.session.notes import SessionEnded
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from tests.session.core import STEP_S, Core
from tests.session.states import at

STOPPABLE = [State.READY, State.STIMULATING, State.PAUSED, State.CONTACT_LOST]
OTHERS = [
    State.LOCKED,
    State.CHECKLIST,
    State.REFUSED,
    State.CHOOSING,
    State.PREPARING,
    State.PLACING,
    State.STAGE_DONE,
    State.AFTERCARE,
    State.FAULT,
]


@pytest.mark.parametrize("state", STOPPABLE)
@pytest.mark.parametrize("event", [StopLevel, StopCommand])
def test_stop_leads_to_stopped_and_off_in_the_same_step(state: State, event: type) -> None:
    core = at(state)
    core.step(event(core.now, *([True] if event is StopLevel else [])))
    assert core.record.state is State.STOPPED
    assert core.record.set_point is None
    assert core.level == (0.0, 0.0)


@pytest.mark.parametrize("state", OTHERS)
def test_elsewhere_stop_is_shown_and_nothing_more(state: State) -> None:
    core = at(state)
    core.stop()
    assert core.record.state is state
    assert view_of(core.record).stop_pressed


def test_stop_counts_as_stuck_10_s_after_it_was_last_pressed() -> None:
    core = at(State.LOCKED)
    core.stop()
    core.wait(9.9)
    assert not view_of(core.record).stop_stuck
    core.wait(0.2)
    assert view_of(core.record).stop_stuck
    core.let_go_of_stop()
    core.stop()
    assert not view_of(core.record).stop_stuck


def test_a_press_that_is_told_of_again_is_still_the_same_press() -> None:
    core = at(State.LOCKED)
    core.stop()
    core.wait(9.0)
    core.stop()
    core.wait(1.1)
    assert view_of(core.record).stop_stuck
    assert core.cues.count("stop_heard") == 1


def test_a_stop_that_was_open_when_the_box_came_up_counts_as_stuck_too() -> None:
    core = Core()
    core.stop()
    core.wait(9.9)
    assert not view_of(core.record).stop_stuck
    core.wait(0.2)
    assert view_of(core.record).stop_stuck


@pytest.mark.parametrize(
    "state",
    [
        State.LOCKED,
        State.CHECKLIST,
        State.CHOOSING,
        State.PREPARING,
        State.PLACING,
        State.STAGE_DONE,
    ],
)
def test_a_pressed_stop_blocks_every_way_towards_ready(state: State) -> None:
    core = at(state)
    page = core.record.page
    core.stop()
    core.wait(2)
    core.confirm()
    core.wait(2)
    core.hold(Button.CONFIRM, 1.5)
    assert (core.record.state, core.record.page) == (state, page)
    core.let_go_of_stop()
    core.wait(2)
    core.press(Button.CONFIRM, 0.8)
    assert (core.record.state, core.record.page) != (state, page)


def test_a_pressed_stop_blocks_five_minutes_more() -> None:
    core = at(State.STAGE_DONE)
    core.stop()
    core.back()
    assert core.record.state is State.STAGE_DONE


def test_a_pressed_stop_blocks_taking_a_refusal_back() -> None:
    core = at(State.REFUSED)
    core.stop()
    core.back()
    assert core.record.state is State.REFUSED


def test_stop_is_latched() -> None:
    core = at(State.STIMULATING)
    core.stop()
    core.let_go_of_stop()
    core.wait(10)
    assert core.record.state is State.STOPPED


@pytest.mark.parametrize("state", [State.PAUSED, State.CONTACT_LOST])
def test_a_pressed_stop_cannot_be_passed_by_ok(state: State) -> None:
    core = at(state)
    core.stop()
    core.wait(2)
    core.confirm()
    assert core.record.state is State.STOPPED


def test_after_letting_go_ok_leads_to_ready_at_level_zero() -> None:
    core = at(State.STIMULATING)
    core.stop()
    core.wait(5)
    core.let_go_of_stop()
    core.confirm()
    assert core.record.state is State.READY
    assert core.level == (0.0, 0.0)


@pytest.mark.parametrize(("after_s", "resumed"), [(299.0, True), (301.0, False)])
def test_resuming_is_possible_for_5_minutes(after_s: float, resumed: bool) -> None:
    core = at(State.STIMULATING)
    core.stop()
    core.let_go_of_stop()
    core.read_for(after_s)
    core.confirm()
    assert (core.record.state is State.READY) is resumed


def test_a_press_in_a_late_step_resumes_nothing_after_5_minutes() -> None:
    core = at(State.STIMULATING)
    core.stop()
    core.let_go_of_stop()
    core.wait(299)
    core.step(Down(core.now + 1.5, Button.CONFIRM), dt=2.0)
    assert State.READY not in core.states[-2:]
    assert core.record.state is State.AFTERCARE


def test_at_no_moment_can_it_neither_be_resumed_nor_be_over() -> None:
    core = at(State.STOPPED)
    for after_s, over in ((299.99, False), (300.0, True), (300.01, True)):
        record = core.record.but(entered_at=0.0, now=after_s)
        assert (guards.can_resume(record), guards.too_long_stopped(record)) == (not over, over)


def test_after_5_minutes_the_session_is_over() -> None:
    core = at(State.STIMULATING)
    core.stop()
    core.wait(301)
    assert core.record.state is State.AFTERCARE
    assert core.notes_of(SessionEnded)[-1].why == "stopped"


def test_holding_back_ends_the_stage() -> None:
    core = at(State.STOPPED)
    core.hold(Button.BACK, 1.1)
    assert core.record.state is State.STAGE_DONE


def test_a_level_is_what_counts_and_no_edge() -> None:
    """A session that never hears of STOP takes it for pressed."""
    core = Core()
    core.wait(2)
    core.confirm()
    assert core.record.state is State.LOCKED
    assert view_of(core.record).stop_pressed


def test_an_opening_however_short_stops() -> None:
    core = at(State.STIMULATING)
    core.step(StopLevel(core.now + 0.001, True), StopLevel(core.now + 0.002, False))
    assert core.record.state is State.STOPPED
    assert core.record.set_point is None


def test_bounces_leave_it_stopped() -> None:
    core = at(State.STIMULATING)
    core.step(*(StopLevel(core.now + n / 1000, n % 2 == 0) for n in range(9)))
    core.step(StopLevel(core.now, False))
    assert core.record.state is State.STOPPED


def test_stop_before_a_press_in_the_same_step() -> None:
    core = at(State.STIMULATING)
    core.step(Down(core.now + 0.001, Button.CONFIRM), StopLevel(core.now + STEP_S, True))
    assert core.record.state is State.STOPPED
    assert State.PAUSED not in core.states
