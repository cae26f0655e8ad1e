"""Faults: latched, the first one shown, left when all causes are gone; the three effects."""

import pytest

from appliance.session.board import BoardState, Link, Output
from appliance.session.faults import FAULTS, Effect
from appliance.session.machine import guards
from appliance.session.notes import FaultSeen, SessionEnded
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from appliance.settings.words import Words
from tests.session.core import SHORT, Core

OFF_NOW = sorted(fault.id for fault in FAULTS.values() if fault.effect is Effect.OFF_NOW)
FINISH_STAGE = sorted(fault.id for fault in FAULTS.values() if fault.effect is Effect.FINISH_STAGE)


@pytest.mark.parametrize("fault", [*OFF_NOW, "one_that_nobody_knows"])
def test_a_fault_that_says_off_now_is_off_in_the_same_step(fault: str) -> None:
    core = Core().to_stimulating(2)
    core.faults(fault)
    assert core.record.state is State.FAULT
    assert core.record.set_point is None
    assert core.record.latched[0] == fault
    assert core.notes_of(SessionEnded)[-1].why == "fault"


def test_a_fault_of_the_board_is_off_in_the_same_step() -> None:
    core = Core().to_stimulating(2)
    core.with_report(faults=frozenset({"over_current"}))
    assert core.record.state is State.FAULT
    assert core.record.set_point is None


@pytest.mark.parametrize("fault", FINISH_STAGE)
def test_a_fault_of_screen_or_journal_lets_the_stage_finish_and_no_other_begin(fault: str) -> None:
    core = Core(plan=SHORT).to_stimulating(2)
    core.faults(fault)
    core.wait(5)
    assert core.record.state is State.STIMULATING
    assert core.record.set_point is not None
    core.to_stage_done()
    assert core.record.state is State.STAGE_DONE
    core.wait(2)
    core.confirm()
    core.step()
    assert core.record.state is State.FAULT


@pytest.mark.parametrize("fault", FINISH_STAGE)
def test_a_stage_that_was_paused_may_finish_too(fault: str) -> None:
    core = Core().to_stimulating(2)
    core.faults(fault)
    core.confirm()
    core.wait(1)
    core.confirm()
    core.start()
    assert core.record.state is State.STIMULATING


@pytest.mark.parametrize("fault", FINISH_STAGE)
def test_such_a_fault_lets_nothing_begin(fault: str) -> None:
    core = Core().to_ready()
    core.faults(fault)
    assert core.record.state is State.FAULT


def test_a_fault_that_only_tells_changes_nothing() -> None:
    core = Core().to_stimulating(2)
    core.faults("journal_set_aside")
    assert core.record.state is State.STIMULATING
    assert core.record.set_point is not None


def test_the_table_has_every_fault_that_has_words_and_no_other() -> None:
    assert {key.split(".")[1] for key in Words.load("en").keys if key.startswith("fault.")} == {
        *FAULTS
    }


def test_a_fault_stays_when_its_cause_is_gone() -> None:
    core = Core().to_stimulating(2)
    core.faults("pins_failed")
    core.faults()
    core.wait(60)
    assert core.record.state is State.FAULT
    assert core.record.latched == ("pins_failed",)


def test_the_first_fault_is_shown_first_and_the_knob_leafs_through_all() -> None:
    core = Core().to_ready()
    core.faults("screen_dead")
    core.faults("screen_dead", "board_missing")
    core.faults("screen_dead", "board_missing", "edges_dead")
    assert core.record.latched == ("screen_dead", "board_missing", "edges_dead")
    for page in (0, 1, 2, 0):
        view = view_of(core.record)
        assert (view.page, view.pages) == (page, 3)
        core.turn(1)


def test_every_cause_has_to_be_gone() -> None:
    core = Core().to_ready()
    core.faults("screen_dead", "pins_failed")
    core.faults("screen_dead")
    core.wait(2)
    core.confirm()
    assert core.record.state is State.FAULT
    core.faults()
    core.wait(2)
    core.confirm()
    assert State.SELF_TEST in core.states[-2:]
    core.wait(1)
    assert core.record.state is State.LOCKED
    assert core.record.latched == ()


def test_until_the_output_is_known_to_be_off_retry_does_nothing() -> None:
    """The fault's screen says how to end it then: nothing may take that from the screen."""
    core = Core().to_ready()
    core.faults("pins_failed")
    core.faults()
    core.wait(2)
    assert guards.every_cause_gone(core.record)
    core.with_report(output=Output.UNKNOWN)
    assert not guards.every_cause_gone(core.record)
    assert not view_of(core.record).can_confirm


def test_a_fault_never_ends_by_itself() -> None:
    core = Core().to_ready()
    core.faults("pins_failed")
    core.faults()
    core.wait(4000, dt=20)
    assert core.record.state is State.FAULT


def test_after_a_fault_the_checklist_is_asked_again() -> None:
    core = Core().to_stimulating(2)
    core.faults("loop_stalled")
    core.faults()
    core.wait(2)
    core.confirm()
    core.wait(1)
    assert core.record.state is State.LOCKED
    assert not core.record.checklist_valid
    assert not core.record.stop_test_passed
    assert core.record.visit is None


def test_each_new_fault_is_noted_once() -> None:
    core = Core().to_ready()
    core.faults("pins_failed")
    core.faults("pins_failed", "screen_dead")
    core.wait(3)
    assert [note.id for note in core.notes_of(FaultSeen)] == ["pins_failed", "screen_dead"]


@pytest.mark.parametrize("link", [Link.DOWN, Link.CONNECTING])
def test_a_lost_link_is_a_fault_even_if_nobody_calls_it_one(link: Link) -> None:
    core = Core().to_stimulating(2)
    core.with_report(link=link)
    assert core.record.set_point is None
    assert core.record.state is State.FAULT
    assert core.record.latched == ("board_lost",)


@pytest.mark.parametrize("state", [BoardState.OFF, BoardState.FAULT, BoardState.UNKNOWN])
def test_a_board_that_stops_by_itself_is_a_fault(state: BoardState) -> None:
    core = Core().to_stimulating(2)
    core.with_report(state=state)
    assert core.record.set_point is None
    assert core.record.latched == ("board_stopped_itself",)


def test_what_came_back_brings_no_current_back() -> None:
    core = Core().to_stimulating(5)
    core.with_report(link=Link.DOWN)
    core.wait(10)
    assert core.record.set_point is None
    assert core.level == (0.0, 0.0)
    core.confirm()
    core.wait(2)
    assert core.record.state is State.LOCKED
    assert not core.record.checklist_valid


def test_silence_while_nothing_flows_is_over_when_the_board_answers() -> None:
    core = Core().to_ready()
    core.faults("board_silent")
    assert core.record.state is State.FAULT
    core.faults()
    assert core.record.state is not State.FAULT


def test_silence_while_current_flows_and_any_other_fault_need_a_hand() -> None:
    core = Core().to_stimulating(2)
    core.faults("board_silent")
    core.faults()
    core.wait(60)
    assert core.record.state is State.FAULT
    core = Core().to_ready()
    core.faults("board_silent", "pins_failed")
    core.faults()
    core.wait(60)
    assert core.record.state is State.FAULT
