"""Prompts: every screen that waits for a hand has cues of its own, and repeats them."""

from collections.abc import Callable
from itertools import combinations

import pytest

from appliance.session.board import Contact
from appliance.session.cues import COUNTS, Cue
from appliance.session.envelope import Part
from appliance.session.events import Button
from appliance.session.levels import BACK_TO_BOTH_S
from appliance.session.machine import pages, prompts
from appliance.session.machine.guards import IDLE_S
from appliance.session.machine.pages import LOCKED
from appliance.session.machine.prompts import BY_PAGE, BY_STATE
from appliance.session.state import State
from appliance.therapy.exercise import STRETCH_S
from appliance.therapy.plan import Plan
from tests.session.core import SHORT, Core
from tests.session.states import at

ASKING = [state for state in State if state is not State.SELF_TEST]


def every_ask() -> dict[str, tuple[Cue, ...]]:
    """All that the box can ask for, told apart as a person would, and its cues."""
    asks = {state.value: cues for state, cues in BY_STATE.items()}
    asks |= {f"{state.value} {page}": cues for (state, page), cues in BY_PAGE.items()}
    counts = [(count,) for count in COUNTS]
    asks |= {f"place stage {n}": (Cue.PLACE, *one) for n, one in enumerate(counts[:3])}
    asks |= {f"pad off {n}": (Cue.PAD_OFF, *one) for n, one in enumerate(counts[:3])}
    asks |= {f"refused {n}": (Cue.REFUSED, *one) for n, one in enumerate(counts[:3])}
    return asks


def test_no_two_things_that_are_asked_for_have_the_same_cues() -> None:
    asks = every_ask()
    same = [(a, b) for a, b in combinations(asks, 2) if asks[a] == asks[b]]
    assert same == []


def test_none_begins_with_all_of_another_so_that_it_is_clear_when_it_is_over() -> None:
    asks = every_ask()
    assert not [(a, b) for a in asks for b in asks if a != b and asks[b][: len(asks[a])] == asks[a]]


def test_every_page_and_every_state_asks_something() -> None:
    pages_of = {State.LOCKED: pages.LOCKED, State.PREPARING: pages.PREPARING}
    pages_of[State.AFTERCARE] = pages.AFTERCARE
    for state, names in pages_of.items():
        assert all((state, name) in BY_PAGE for name in names)
    for state in ASKING:
        assert prompts.current(at(state).record)


@pytest.mark.parametrize("state", ASKING)
def test_each_is_said_on_entry(state: State) -> None:
    core = at(state)
    said = [cue.value for cue in prompts.current(core.record)]
    if state is State.STIMULATING:
        # The clicks that brought the level up came after it.
        assert core.cues.count("started") == 1
    else:
        assert core.cues[-len(said) :] == said


def quiet(state: State) -> Core:
    core = at(state)
    if state is State.STIMULATING:
        core.press(Button.KNOB)
    core.cues.clear()
    return core


@pytest.mark.parametrize("state", [s for s in ASKING if s is not State.LOCKED])
def test_each_is_said_again_after_each_minute_without_a_hand(state: State) -> None:
    core = quiet(state)
    said = [cue.value for cue in prompts.current(core.record)]
    since = max(core.record.touched_at, core.record.shown_at)
    core.wait(since + 59.7 - core.now)
    assert core.cues == []
    core.wait(0.5)
    assert core.cues == said
    core.wait(60.0)
    assert core.cues == said * 2


def test_a_hand_puts_the_reminder_off() -> None:
    core = quiet(State.READY)
    core.wait(50.0)
    core.turn(1)
    core.cues.clear()
    core.wait(50.0)
    assert core.cues == []


def test_at_rest_the_box_is_silent() -> None:
    core = quiet(State.LOCKED)
    core.wait(600.0)
    assert core.cues == []


def test_while_current_flows_nothing_is_asked() -> None:
    core = Core().to_stimulating(5)
    core.cues.clear()
    core.wait(150.0)
    assert "started" not in core.cues


def test_a_fault_that_nobody_answers_falls_silent_in_the_end() -> None:
    core = quiet(State.FAULT)
    core.wait(IDLE_S + 120.0)
    assert len(core.cues) == pytest.approx(IDLE_S / 60.0, abs=1)
    core.cues.clear()
    core.wait(600.0)
    assert core.cues == []


def test_each_new_statement_is_heard() -> None:
    core = Core().to_locked()
    core.confirm()
    asked = 1
    while core.record.state is State.CHECKLIST:
        assert core.cues.count("statement") == asked
        core.agree()
        asked += 1
    assert core.cues[-2:] in (["number", "one"], ["checklist_done", "choose"])
    assert core.cues.count("checklist_done") == 1


def test_the_self_test_says_that_it_is_good() -> None:
    assert Core().to_locked().cues == ["self_test_good", "locked"]


def test_a_stretch_says_when_it_is_over() -> None:
    core = at(State.AFTERCARE)
    for _ in range(3):
        core.wait(0.3)
        core.confirm()
    assert core.cues[-2:] == ["stretch", "one"]
    core.cues.clear()
    core.wait(core.record.shown_at + STRETCH_S / 2 - 0.3 - core.now)
    assert core.cues == []
    core.wait(0.5)
    assert core.cues == ["halfway"]
    core.wait(core.record.shown_at + STRETCH_S - 0.3 - core.now)
    assert core.cues == ["halfway"]
    core.wait(0.5)
    assert core.cues == ["halfway", "stretch_over"]
    core.confirm()
    assert core.cues[2:] == ["stretch", "two"]


def test_the_gel_says_when_its_minute_is_over() -> None:
    core = at(State.PREPARING)
    core.wait(0.3)
    core.confirm()
    assert pages.name(core.record) == "pads"
    core.cues.clear()
    core.wait(core.record.shown_at + pages.GEL_S - 0.3 - core.now)
    assert core.cues == []
    core.wait(0.5)
    assert core.cues == ["waited"]


def test_a_resumed_stage_is_told_from_a_new_one() -> None:
    core = Core().to_stimulating(5)
    core.wait(2.0)
    core.confirm()
    core.wait(0.3)
    core.confirm()
    core.cues.clear()
    core.start()
    assert core.cues == ["resumed"]


def _short_confirm_on_a_statement(core: Core) -> None:
    core.to_locked()
    core.confirm()
    core.wait(2.0)
    core.cues.clear()
    core.confirm()


def _hold_that_began_too_early(core: Core) -> None:
    core.to_locked()
    core.confirm()
    core.cues.clear()
    core.press(Button.CONFIRM, 0.8)


def _confirm_in_a_fault_that_lasts(core: Core) -> None:
    core.to_locked()
    core.faults("pins_failed")
    core.wait(1.2)
    core.cues.clear()
    core.confirm()


def _back_where_it_never_leads_anywhere(core: Core) -> None:
    core.to_locked()
    core.faults("pins_failed")
    core.wait(1.2)
    core.cues.clear()
    core.back()


@pytest.mark.parametrize(
    "press",
    [
        _short_confirm_on_a_statement,
        _hold_that_began_too_early,
        _confirm_in_a_fault_that_lasts,
        _back_where_it_never_leads_anywhere,
    ],
)
def test_a_press_that_does_nothing_is_answered(press: Callable[[Core], None]) -> None:
    core = Core()
    press(core)
    assert core.cues == ["not_now"]


def _confirm_where_the_checklist_begins(core: Core) -> None:
    core.to_locked()
    core.stop()
    core.cues.clear()
    core.confirm()


def _hold_on_a_statement(core: Core) -> None:
    core.to_locked()
    core.confirm()
    core.stop()
    core.wait(2.0)
    core.cues.clear()
    core.press(Button.CONFIRM, 0.8)


def _back_after_a_refusal(core: Core) -> None:
    core.to_locked()
    core.confirm()
    core.back()
    core.stop()
    core.wait(0.5)
    core.cues.clear()
    core.back()


def _confirm_in_stopped(core: Core) -> None:
    core.to_stimulating(3)
    core.stop()
    core.wait(1.5)
    core.cues.clear()
    core.confirm()


@pytest.mark.parametrize(
    "press",
    [
        _confirm_where_the_checklist_begins,
        _hold_on_a_statement,
        _back_after_a_refusal,
        _confirm_in_stopped,
    ],
)
def test_a_press_that_stop_blocks_is_answered_with_stop(press: Callable[[Core], None]) -> None:
    core = Core()
    press(core)
    assert core.cues == ["stop_heard"]


@pytest.mark.parametrize("state", [State.AFTERCARE, State.FAULT])
def test_where_stop_blocks_nothing_a_press_without_an_effect_does_not_blame_it(
    state: State,
) -> None:
    core = at(state)
    core.stop()
    core.cues.clear()
    core.back()
    assert core.cues == ["not_now"]


def test_stop_is_heard_where_it_leads_nowhere_and_told_as_stopped_where_it_does() -> None:
    core = Core().to_choosing()
    core.cues.clear()
    core.stop()
    assert core.cues == ["stop_heard"]
    # Away from the STOP test the table has rows for it that do not hold.
    core = at(State.PREPARING)
    core.cues.clear()
    core.stop()
    core.let_go_of_stop()
    assert core.cues == ["stop_heard"]
    core = Core().to_ready()
    core.cues.clear()
    core.stop()
    assert core.cues == ["stopped"]


def test_the_first_contraction_of_a_phase_is_announced_too() -> None:
    core = Core(plan=SHORT).to_stimulating(4)
    run = core.record.run
    assert run is not None
    work = next(span for span in run.spans if span.phase.name == "work")
    core.record = core.record.but(
        run=run.but(elapsed_s=work.start_s - 3.0, booked_s=run.planned_s), position=None
    )
    core.step()
    core.cues.clear()
    core.until(Part.HOLD)
    assert core.cues == ["contraction_coming", "level_halved"]


def test_the_sides_of_lost_pads_are_counted() -> None:
    core = Core().to_stimulating(5)
    core.with_report(contact=(Contact.OPEN, Contact.OPEN))
    assert core.cues[-2:] == ["pad_off", "three"]


def test_which_side_the_knob_side_is_counted() -> None:
    core = Core().to_stimulating(5)
    core.cues.clear()
    for _ in range(3):
        core.back()
    assert core.cues == ["one", "two", "three"]
    core.back()
    core.wait(BACK_TO_BOTH_S)
    assert core.cues[3:] == ["one", "three"]


def test_what_the_knob_chooses_is_counted() -> None:
    core = Core(plan=Plan(people=("Ada", "Ben"))).to_locked()
    core.cues.clear()
    core.turn(3)
    assert core.cues == ["two", "three", "one"]
    for _ in range(LOCKED.index("language")):
        core.back()
    core.cues.clear()
    core.turn(2)
    assert core.cues == ["two", "one"]
    core = Core().to_choosing()
    while core.record.options == ():
        core.confirm()
    core.cues.clear()
    core.turn(5)
    core.turn(-1)
    assert core.cues == ["two", "three", "four", "four", "four", "four"]
