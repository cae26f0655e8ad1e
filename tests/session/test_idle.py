"""Time without a hand leads to `locked`, from everywhere but where it would do harm."""

import pytest

from appliance.session.notes import SessionEnded
from appliance.session.state import State
from tests.session.core import Core
from tests.session.states import at

AFTER_10_MINUTES = [State.CHECKLIST, State.REFUSED, State.CHOOSING]
AFTER_30_MINUTES = [
    State.PREPARING,
    State.PLACING,
    State.READY,
    State.PAUSED,
    State.CONTACT_LOST,
    State.STAGE_DONE,
    State.AFTERCARE,
]


def idle_s(core: Core) -> float:
    """How long this state lasts without a hand."""
    begun_at = max(core.record.touched_at, core.record.entered_at)
    state = core.record.state
    while core.record.state is state and (waited_s := core.now - begun_at) < 4000:
        # Slowly where it may end: the times are full minutes, but for the steps before.
        near = min(abs(waited_s - end_s) for end_s in (300.0, 600.0, 1800.0)) < 3.0
        core.step(dt=0.1 if near else 2.0)
    return core.now - begun_at


@pytest.mark.parametrize("state", AFTER_10_MINUTES)
def test_ten_minutes_before_preparing(state: State) -> None:
    core = at(state)
    assert idle_s(core) == pytest.approx(600, abs=0.15)
    assert core.record.state is State.LOCKED
    assert not core.record.checklist_valid


@pytest.mark.parametrize("state", AFTER_30_MINUTES)
def test_thirty_minutes_from_preparing_on(state: State) -> None:
    core = at(state)
    assert idle_s(core) == pytest.approx(1800, abs=0.15)
    assert core.record.state is State.LOCKED
    assert not core.record.checklist_valid


@pytest.mark.parametrize("state", [State.PAUSED, State.CONTACT_LOST, State.READY])
def test_idleness_in_a_session_is_an_interruption(state: State) -> None:
    core = at(state)
    begun = core.record.visit is not None and core.record.visit.begun
    idle_s(core)
    assert [note.why for note in core.notes_of(SessionEnded)] == ["idle"] * begun


def test_a_hand_begins_the_time_anew() -> None:
    core = at(State.PAUSED)
    core.wait(1700, dt=5)
    core.turn(1)
    core.wait(1700, dt=5)
    assert core.record.state is State.PAUSED


@pytest.mark.parametrize("state", [State.LOCKED, State.FAULT])
def test_no_idleness_here(state: State) -> None:
    core = at(state)
    core.wait(4000, dt=5)
    assert core.record.state is state


def test_a_contraction_program_runs_without_a_hand() -> None:
    core = Core().to_stimulating(3)
    core.wait(700, dt=0.19)
    assert core.record.state is State.STIMULATING


def test_stopped_ends_sooner_than_any_idleness() -> None:
    core = at(State.STOPPED)
    idle_s(core)
    assert core.record.state is State.AFTERCARE


def test_self_test_waits_for_its_board_for_ever() -> None:
    core = Core()
    core.answers = False
    core.wait(4000, dt=5)
    assert core.record.state is State.SELF_TEST
