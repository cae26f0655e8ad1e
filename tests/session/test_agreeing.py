"""`locked`, `checklist`, `refused`: the statements of each person, and what a no leads to."""

import pytest

from appliance.session.events import Button
from appliance.session.machine import guards
from appliance.session.notes import Answered, ChecklistCompleted
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from appliance.therapy.checklist import Remedy
from appliance.therapy.history import History, StageLeft, Unfinished
from appliance.therapy.limits import Limits
from appliance.therapy.plan import DayUsed, Plan
from tests.session.core import EXPERIENCED, NEW, Core

USED = EXPERIENCED.but(sessions_today=1)


def asked(core: Core) -> int:
    """How many statements this person has to agree to."""
    core.to_locked()
    core.confirm()
    assert core.record.state is State.CHECKLIST
    return len(core.record.statements)


def refused(statement: str = "feel_well") -> Core:
    """At the refusal of one statement."""
    core = Core(NEW).to_locked()
    core.confirm()
    while core.record.statements[core.record.page].id != statement:
        core.agree()
    core.wait(0.3)
    core.back()
    assert core.record.state is State.REFUSED
    return core


# Which list


def test_the_session_list_has_eight_statements() -> None:
    assert asked(Core(EXPERIENCED)) == 8


def test_the_first_time_the_full_list_is_due() -> None:
    assert asked(Core(NEW)) == 31


def test_a_clock_that_is_not_trusted_asks_one_more_and_everything() -> None:
    assert asked(Core(EXPERIENCED.but(clock_trusted=False))) == 32


def test_nothing_readable_is_the_strictest_of_everything() -> None:
    assert asked(Core(History())) == 32


@pytest.mark.parametrize(
    ("change", "statements"),
    [
        ({"days_since_full_list": 28.0}, 8),
        ({"days_since_full_list": 28.5}, 31),
        ({"days_since_full_list": None}, 31),
        ({"doctor_refusal": True}, 31),
        ({"bad_skin": True}, 31),
    ],
)
def test_when_the_full_list_is_due(change: dict[str, object], statements: int) -> None:
    assert asked(Core(EXPERIENCED.but(**change))) == statements


def test_a_guest_has_always_the_full_list_and_the_gentle_session() -> None:
    core = Core(EXPERIENCED).to_locked()
    # Whatever is known of guests: it may be somebody else.
    core.record = core.record.but(histories=dict.fromkeys(("Me", "Guest"), EXPERIENCED))
    core.turn(-1)
    assert core.record.person == "Guest"
    core.confirm()
    assert len(core.record.statements) == 32
    while core.record.state is State.CHECKLIST:
        core.agree()
    assert all(option.gentle for option in core.record.options)


def test_a_person_whom_the_journal_does_not_know_is_asked_everything() -> None:
    core = Core(plan=Plan(people=("Ada", "Ben"))).to_locked()
    core.record = core.record.but(histories={"Ada": EXPERIENCED})
    core.turn(1)
    assert core.record.person == "Ben"
    core.confirm()
    assert len(core.record.statements) == 32


def test_each_person_has_a_list_of_their_own() -> None:
    core = Core(plan=Plan(people=("Ada", "Ben")))
    core.history = EXPERIENCED
    core.to_locked()
    core.turn(1)
    assert core.record.person == "Ben"
    core.confirm()
    assert len(core.record.statements) == 8


def test_before_the_journal_has_answered_no_checklist_begins() -> None:
    core = Core().to_locked()
    core.record = core.record.but(histories=None)
    core.session.step(core.record, core.now, ())
    assert not view_of(core.record).can_confirm


def test_each_entry_to_locked_reads_the_journal_again() -> None:
    core = Core(EXPERIENCED).to_choosing()
    core.history = USED
    core.back()
    assert core.record.state is State.LOCKED
    assert core.record.history == USED


# Agreeing


def test_every_statement_is_agreed_in_order_and_told_to_the_journal() -> None:
    core = Core().to_choosing()
    agreed = [note.question for note in core.notes_of(Answered) if note.answer == "agreed"]
    assert agreed == [statement.id for statement in core.record.statements]
    assert core.record.checklist_valid


@pytest.mark.parametrize(("history", "full"), [(EXPERIENCED, False), (NEW, True)])
def test_the_journal_hears_which_list_was_completed(history: History, full: bool) -> None:
    core = Core(history).to_choosing()
    assert [note.full_list for note in core.notes_of(ChecklistCompleted)] == [full]


def test_a_short_press_agrees_to_nothing() -> None:
    core = Core().to_locked()
    core.confirm()
    core.wait(2)
    core.confirm()
    assert core.record.page == 0


def test_one_statement_short_is_not_agreed() -> None:
    core = Core().to_locked()
    core.confirm()
    for _ in range(7):
        core.agree()
    assert core.record.state is State.CHECKLIST
    assert not core.record.checklist_valid


def test_the_knob_does_nothing_on_a_statement() -> None:
    core = Core().to_locked()
    core.confirm()
    core.turn(3)
    assert (core.record.state, core.record.page) == (State.CHECKLIST, 0)


def test_entering_locked_voids_the_checklist() -> None:
    core = Core().to_preparing()
    core.hold(Button.BACK, 1.1)
    assert core.record.state is State.LOCKED
    assert not core.record.checklist_valid
    assert core.record.statements == ()
    core.confirm()
    assert (core.record.state, core.record.page) == (State.CHECKLIST, 0)


# Refusing


@pytest.mark.parametrize(
    ("statement", "remedy"),
    [
        ("no_active_implant", Remedy.DOCTOR),
        ("feel_well", Remedy.NOT_TODAY),
        ("on_battery", Remedy.PUT_RIGHT),
        ("heart", Remedy.DOCTOR),
    ],
)
def test_a_refusal_says_why_and_what_to_do(statement: str, remedy: Remedy) -> None:
    core = refused(statement)
    refusal = view_of(core.record).refusal
    assert refusal is not None
    assert (refusal.statement, refusal.remedy) == (statement, remedy)
    note = core.notes_of(Answered)[-1]
    assert (note.question, note.answer, note.remedy) == (statement, "refused", remedy.value)


def test_confirm_leads_from_a_refusal_to_locked() -> None:
    core = refused()
    core.confirm()
    assert core.record.state is State.LOCKED


def test_pressed_by_mistake_leads_to_the_same_statement_again() -> None:
    core = refused("feel_well")
    core.wait(30)
    core.back()
    assert core.record.state is State.CHECKLIST
    assert core.record.statements[core.record.page].id == "feel_well"
    assert core.notes_of(Answered)[-1].answer == "by_mistake"


@pytest.mark.parametrize(("after_s", "taken_back"), [(59.9, True), (60.1, False)])
def test_a_mistake_is_one_for_60_s(after_s: float, taken_back: bool) -> None:
    core = refused()
    core.read_for(after_s)
    core.back()
    assert (core.record.state is State.CHECKLIST) is taken_back


def test_the_sixtieth_second_of_a_mistake_belongs_to_it() -> None:
    record = refused().record
    assert record.refusal is not None
    record = record.but(refusal=record.refusal.but(at=0.0))
    for after_s, holds in ((60.0, True), (60.01, False)):
        assert guards.by_mistake(record.but(now=after_s)) is holds


def test_the_statement_has_to_be_read_again_after_a_mistake() -> None:
    core = refused()
    core.back()
    page = core.record.page
    core.hold(Button.CONFIRM, 3.0)
    assert core.record.page == page


@pytest.mark.parametrize(
    ("history", "limits", "why"),
    [
        (USED, Limits(), DayUsed.SESSIONS),
        (EXPERIENCED.but(contracting_minutes_today=75.0), Limits(), DayUsed.MINUTES),
        (USED.but(sessions_today=2), Limits(sessions_per_day=2), DayUsed.SESSIONS),
    ],
)
def test_a_day_that_is_used_up_is_refused_with_the_reason(
    history: History, limits: Limits, why: DayUsed
) -> None:
    core = Core(history, limits).to_locked()
    core.confirm()
    assert core.record.state is State.REFUSED
    refusal = view_of(core.record).refusal
    assert refusal is not None and refusal.day_used is why
    core.back()
    assert core.record.state is State.REFUSED
    core.confirm()
    assert core.record.state is State.LOCKED


def test_a_second_session_has_to_be_allowed_in_the_settings() -> None:
    core = Core(USED, Limits(sessions_per_day=2)).to_locked()
    core.confirm()
    assert core.record.state is State.CHECKLIST


def test_an_unfinished_session_may_be_finished_on_a_used_day() -> None:
    left = Unfinished(1, "lower_back_session", False, (StageLeft("glutes", "glutes", 12.0),))
    core = Core(USED.but(unfinished=left)).to_choosing()
    core.confirm()
    assert core.record.options[0].continues_session == 1
    assert core.record.options[0].minutes == 12.0


# Soreness


def sore(value: int) -> Core:
    core = Core().to_choosing()
    core.turn(value, every_s=0.05)
    core.confirm()
    return core


@pytest.mark.parametrize("value", [0, 3])
def test_soreness_below_4_preselects_the_routine(value: int) -> None:
    core = sore(value)
    assert core.record.options[0].id == "lower_back_session"
    assert core.notes_of(Answered)[-1].answer == str(value)


@pytest.mark.parametrize("value", [4, 6])
def test_soreness_of_4_to_6_preselects_a_day_of_rest(value: int) -> None:
    core = sore(value)
    assert core.record.options[0].id == "rest_day"
    assert len(core.record.options) > 1
    core.confirm()
    assert core.record.state is State.LOCKED


def test_soreness_of_7_leaves_rest_alone() -> None:
    core = sore(7)
    assert [option.id for option in core.record.options] == ["rest_day"]


def test_without_a_last_time_nobody_is_asked_how_sore_they_are() -> None:
    core = Core(NEW).to_choosing()
    assert view_of(core.record).question is None


def test_the_answer_stays_between_0_and_10() -> None:
    core = Core().to_choosing()
    core.turn(-3, every_s=0.05)
    assert core.record.value == 0
    core.turn(14, every_s=0.05)
    assert core.record.value == 10


def test_what_is_chosen_is_what_is_delivered() -> None:
    core = Core().to_choosing()
    core.confirm()
    core.turn(2, every_s=0.05)
    chosen = core.record.options[core.record.option_index]
    core.confirm()
    assert core.record.visit is not None
    assert core.record.visit.option is chosen


@pytest.mark.parametrize("press", ["back", "hold"])
def test_back_from_choosing_is_locked(press: str) -> None:
    core = Core().to_choosing()
    core.press(Button.BACK, held_s=0.1 if press == "back" else 1.5)
    assert core.record.state is State.LOCKED


def test_the_first_four_sessions_are_gentle() -> None:
    core = Core(EXPERIENCED.but(sessions_counted=3)).to_ready()
    assert core.record.run is not None
    assert core.record.run.limit == 30.0
    assert core.record.run.planned_s == 600.0
    core = Core(EXPERIENCED.but(sessions_counted=4)).to_ready()
    assert core.record.run is not None
    assert core.record.run.limit == 60.0
