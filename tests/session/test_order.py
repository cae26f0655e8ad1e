"""The order of events within a step; stalls, starts without an echo, and the self-test."""

import pytest

from appliance.session.board import BoardState, Contact, Link, Output
from appliance.session.events import (
    BoardReported,
    Button,
    Down,
    Event,
    FaultsChanged,
    StopLevel,
    Turn,
    Up,
)
from appliance.session.state import State
from tests.session.core import STEP_S, Core
from tests.session.states import at

CONFIRM, KNOB = Button.CONFIRM, Button.KNOB


def together(core: Core, *kinds: str) -> None:
    """All of it in one step, in the worst order there is."""
    at = core.now + STEP_S
    lost = core.report.but(contact=(Contact.OPEN, Contact.GOOD))
    events: dict[str, Event] = {
        "fault": FaultsChanged(at, frozenset({"pins_failed"})),
        "stop": StopLevel(at, True),
        "contact": BoardReported(at, lost),
        "pause": Down(at - 0.01, CONFIRM),
        "knob": Down(at, KNOB),
        "down": Turn(at, -1),
        "up": Turn(at - 0.01, 1),
    }
    core.answers = False
    core.step(*(events[kind] for kind in reversed(kinds)))


@pytest.mark.parametrize(
    ("kinds", "states"),
    [
        (("fault", "stop", "contact", "pause"), [State.STOPPED, State.FAULT]),
        (("fault", "contact"), [State.FAULT]),
        (("fault", "pause"), [State.FAULT]),
        (("stop", "contact"), [State.STOPPED]),
        (("stop", "contact", "pause"), [State.STOPPED]),
        (("stop", "pause", "up"), [State.STOPPED]),
        (("contact", "pause"), [State.CONTACT_LOST]),
        (("pause", "up"), [State.PAUSED]),
    ],
)
def test_stop_then_fault_then_contact_then_everything_else(
    kinds: tuple[str, ...], states: list[State]
) -> None:
    core = Core().to_stimulating(4)
    before = len(core.states)
    together(core, *kinds)
    assert core.states[before:] == states
    assert core.record.set_point is None


def test_knob_press_before_down_before_up() -> None:
    core = Core().to_stimulating(4)
    together(core, "knob", "down")
    assert core.target == (0.0, 0.0)
    core = Core().to_stimulating(4)
    together(core, "down", "up")
    assert core.target == (4.0, 4.0)


@pytest.mark.parametrize(("turned_after_s", "target"), [(-0.01, 0.0), (0.0, 0.0), (0.01, 1.0)])
def test_a_turn_up_from_before_the_knob_press_raises_nothing_after_it(
    turned_after_s: float, target: float
) -> None:
    core = Core().to_stimulating(4)
    at = core.now + 0.01
    core.step(Turn(at + turned_after_s, 1), Down(at, KNOB), Up(at + 0.005, KNOB))
    assert core.target == (target, target)


def test_a_turn_up_from_before_the_press_of_another_button_counts() -> None:
    core = Core().to_stimulating(4)
    at = core.now + 0.01
    core.step(Turn(at - 0.01, 1), Down(at, Button.BACK))
    assert core.target == (5.0, 5.0)


def test_outside_stimulating_the_hands_keep_their_order() -> None:
    """CONFIRM, and a turn 5 ms later: the turn is for the screen that comes then."""
    core = Core().to_locked()
    before = core.record.person_index
    pressed_at = core.now + 0.3
    core.step(Turn(pressed_at + 0.005, -1), Down(pressed_at, Button.CONFIRM), dt=0.31)
    assert core.record.state is State.CHECKLIST
    assert core.record.person_index == before


def test_a_turn_just_before_confirm_chooses_what_confirm_takes() -> None:
    core = Core().to_locked()
    before = core.record.person_index
    pressed_at = core.now + 0.3
    core.step(Down(pressed_at, Button.CONFIRM), Turn(pressed_at - 0.005, 1), dt=0.31)
    assert core.record.state is State.CHECKLIST
    assert core.record.person_index != before


def test_an_event_that_means_nothing_is_ignored_and_told() -> None:
    core = Core().to_locked()
    core.step(Down(core.now + STEP_S, KNOB))
    assert core.record.state is State.LOCKED
    assert core.record.ignored == ("knob_pressed in locked",)


def test_time_comes_last() -> None:
    """A stage that is over in this step still hears STOP."""
    core = Core().to_stimulating(4)
    run = core.record.run
    assert run is not None
    core.record = core.record.but(
        run=run.but(elapsed_s=run.planned_s - 0.01, booked_s=run.planned_s)
    )
    core.stop()
    assert core.record.state is State.STOPPED


# Stalls


@pytest.mark.parametrize(("gap_s", "state"), [(0.199, State.STIMULATING), (0.201, State.FAULT)])
def test_a_step_later_than_200_ms_is_a_fault(gap_s: float, state: State) -> None:
    core = Core().to_stimulating(3)
    core.step(dt=gap_s)
    assert core.record.state is state


def test_a_stall_is_judged_before_anything_is_let_out() -> None:
    core = Core().to_stimulating(3)
    core.step(Turn(core.now, 1), dt=0.5)
    assert core.record.latched == ("loop_stalled",)
    assert core.record.set_point is None


def test_a_late_step_elsewhere_is_no_fault() -> None:
    core = Core().to_ready()
    core.step(dt=5.0)
    assert core.record.state is State.READY


# The start


def starting() -> Core:
    """The hold is complete in the next step."""
    core = Core().to_ready()
    core.wait(1.2)
    core.step(Down(core.now + STEP_S, CONFIRM))
    core.wait(0.99)
    return core


def test_the_first_frame_is_zero() -> None:
    core = starting()
    core.step()
    assert core.record.state is State.STIMULATING
    assert core.record.set_point is not None
    assert core.record.set_point.amplitude == (0.0, 0.0)
    assert core.record.run is not None and not core.record.run.live


def test_the_knob_counts_after_the_echo() -> None:
    core = starting()
    core.step()
    core.step()
    assert core.record.run is not None and core.record.run.live


def test_a_start_that_is_not_echoed_within_200_ms_is_a_fault() -> None:
    core = starting()
    core.step()
    core.answers = False
    core.wait(0.18)
    assert core.record.state is State.STIMULATING
    core.wait(0.06)
    assert core.record.state is State.FAULT
    assert core.record.latched == ("start_not_confirmed",)


def test_an_echo_from_before_the_start_confirms_nothing() -> None:
    core = starting()
    core.step()
    core.answers = False
    started_at = core.now
    core.with_report(state=BoardState.ARMED, agreed_at=started_at - 0.01)
    assert core.record.run is not None and not core.record.run.live


@pytest.mark.parametrize("state", [BoardState.OFF, BoardState.UNKNOWN])
def test_an_echo_of_a_board_that_is_not_armed_confirms_nothing(state: BoardState) -> None:
    core = starting()
    core.step()
    core.answers = False
    core.with_report(state=state, agreed_at=core.now + 1)
    assert core.record.run is None or not core.record.run.live


@pytest.mark.parametrize(
    "change",
    [
        {"link": Link.DOWN},
        {"link": Link.CONNECTING},
        {"state": BoardState.UNKNOWN},
        {"state": BoardState.ARMED},
        {"state": BoardState.ON},
        {"output": Output.UNKNOWN},
        {"output": Output.ON},
        {"contact": (Contact.GOOD, Contact.OPEN)},
    ],
)
def test_what_the_board_says_can_forbid_a_start(change: dict[str, object]) -> None:
    core = starting()
    core.answers = False
    core.with_report(**change)
    assert core.record.state is State.READY
    assert core.record.set_point is None


def test_a_stage_without_time_left_cannot_be_started() -> None:
    core = Core().to_ready()
    run = core.record.run
    assert run is not None
    core.record = core.record.but(run=run.but(elapsed_s=run.planned_s))
    core.start()
    assert core.record.state is State.READY
    assert core.record.hint is not None and core.record.hint.key == "blocked_board"


def test_letting_go_too_soon_starts_nothing() -> None:
    core = starting()
    core.step(Up(core.now, CONFIRM))
    core.wait(2)
    assert core.record.state is State.READY


# The self-test


@pytest.mark.parametrize(
    "change",
    [
        {"link": Link.DOWN},
        {"link": Link.CONNECTING},
        {"state": BoardState.ON},
        {"state": BoardState.UNKNOWN},
        {"output": Output.UNKNOWN},
        {"output": Output.ON},
    ],
)
def test_the_self_test_waits_for_a_board_that_says_off(change: dict[str, object]) -> None:
    core = Core()
    core.answers = False
    core.with_report(**change)
    core.wait(60)
    assert core.record.state is State.SELF_TEST
    core.answers = True
    core.step()
    assert core.record.state is State.LOCKED


def test_a_fault_in_the_self_test_is_shown() -> None:
    core = Core()
    core.faults("pins_failed")
    assert core.record.state is State.FAULT


@pytest.mark.parametrize("fault", ["board_missing", "board_silent"])
def test_a_board_has_some_seconds_to_appear(fault: str) -> None:
    core = Core()
    core.link = Link.DOWN
    core.faults(fault)
    core.wait(2.5)
    assert core.record.state is State.SELF_TEST
    core.wait(1)
    assert core.record.state is State.FAULT
    assert core.record.latched == (fault,)


def test_a_board_that_appears_in_time_is_no_fault() -> None:
    core = Core()
    core.link = Link.DOWN
    core.faults("board_missing")
    core.wait(2)
    core.link = Link.UP
    core.faults()
    core.step()
    assert core.record.state is State.LOCKED


def test_a_fault_that_only_tells_lets_the_self_test_pass() -> None:
    core = Core()
    core.faults("journal_set_aside")
    core.step()
    assert core.record.state is State.LOCKED


# Every door to `ready` asks again, and leads to zero


@pytest.mark.parametrize("missing", ["checklist_valid", "stop_test_passed"])
@pytest.mark.parametrize(
    "state",
    [State.PLACING, State.PAUSED, State.CONTACT_LOST, State.STOPPED, State.STAGE_DONE, State.READY],
)
def test_without_checklist_or_stop_test_no_door_opens(state: State, missing: str) -> None:
    """No path leads here; the doors do not rely on that."""
    core = at(state)
    core.wait(2)
    core.record = core.record.but(**{missing: False})
    if state is State.READY:
        core.hold(CONFIRM, 1.5)
    elif state is State.STAGE_DONE:
        core.back()
    else:
        core.confirm()
    assert core.record.state is state


@pytest.mark.parametrize("state", [State.PAUSED, State.STOPPED, State.CONTACT_LOST, State.PLACING])
def test_whatever_the_levels_were_ready_begins_at_zero(state: State) -> None:
    core = Core().to_stimulating(3)
    run = core.record.run
    assert run is not None and run.levels.level == (3.0, 3.0)
    core = at(state)
    core.wait(2)
    core.record = core.record.but(run=run)
    core.past_pictures()
    if core.record.state is not State.READY:
        core.confirm()
    assert core.record.state is State.READY
    assert core.level == core.target == (0.0, 0.0)
