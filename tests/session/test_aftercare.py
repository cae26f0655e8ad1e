"""After the stages: questions, exercises, and what is not asked of whom."""

import pytest

from appliance.session.events import Button
from appliance.session.machine import pages
from appliance.session.machine.guards import STOPPED_S
from appliance.session.machine.pages import NO_ANSWER
from appliance.session.machine.transition_table import Trigger
from appliance.session.notes import Answered, SessionBegan
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from appliance.therapy.exercise import (
    GET_READY_S,
    GROWTH,
    HOLD_S,
    STRENGTHENING,
    STRETCH_S,
    STRETCHES,
    Beat,
)
from appliance.therapy.history import History
from tests.session.core import EXPERIENCED, NEW, SHORT, Core
from tests.session.states import at

YESTERDAY = EXPERIENCED.but(blocks_days_ago=(1,))


def after_a_stage(history: History = EXPERIENCED, level: int = 3) -> Core:
    """In `aftercare`, after a start and this level, when the session was ended by hand."""
    core = Core(history, plan=SHORT).to_stimulating(level)
    core.confirm()
    for _ in range(2):
        core.wait(1.2)
        core.hold(Button.BACK, 1.1)
    assert core.record.state is State.AFTERCARE
    return core


def on_exercises(history: History = EXPERIENCED) -> Core:
    """On the page of `locked` that leads to the exercises alone."""
    core = Core(history).to_locked()
    for _ in pages.LOCKED[1:]:
        core.back()
        core.wait(0.3)
    assert pages.name(core.record) == "exercise"
    return core


def answers(core: Core) -> list[tuple[str, str]]:
    asked = {*pages.AFTERCARE}
    return [(a.question, a.answer) for a in core.notes_of(Answered) if a.question in asked]


def leaf(core: Core) -> list[str]:
    """The pages from here to `locked`, by CONFIRM alone."""
    seen = []
    while core.record.state is State.AFTERCARE:
        seen.append(pages.name(core.record) or "")
        core.wait(0.3)
        core.confirm()
    return seen


def to_page(core: Core, page: str) -> Core:
    while pages.name(core.record) != page:
        core.wait(0.3)
        core.confirm()
    return core


@pytest.mark.parametrize(
    ("history", "asked"),
    [
        (NEW, ("stiffness",)),
        (EXPERIENCED.but(days_since_first=1), ("sitting_standing",)),
        (EXPERIENCED.but(days_since_first=9), ("flare_ups",)),
        (EXPERIENCED.but(days_since_first=9, asked_days_ago=(("flare_ups", 2),)), ()),
        (EXPERIENCED, ()),
        (History(), ()),
    ],
)
def test_the_question_of_the_day_follows_comfort(history: History, asked: tuple[str, ...]) -> None:
    core = after_a_stage(history)
    seen = leaf(core)
    assert seen == ["skin", "soreness", "comfort", *asked, *STRETCHES, *STRENGTHENING, "water"]


def test_a_question_of_the_day_is_answered_by_knob_and_skipped_by_confirm_alone() -> None:
    core = to_page(after_a_stage(NEW), "stiffness")
    shown = view_of(core.record).question
    assert (core.record.value, shown and shown.value) == (NO_ANSWER, None)
    core.turn(-2)
    assert core.record.value == NO_ANSWER
    core.turn(1)
    assert core.record.value == 0
    core.turn(20)
    assert core.record.value == 10
    core.turn(-3)
    core.confirm()
    assert answers(core)[-1] == ("stiffness", "7")
    core = to_page(after_a_stage(NEW), "stiffness")
    core.confirm()
    assert answers(core)[-1] == ("stiffness", "skipped")


def test_the_other_questions_begin_at_zero() -> None:
    core = after_a_stage(NEW)
    leaf(core)
    assert answers(core)[:3] == [("skin", "0"), ("soreness", "0"), ("comfort", "0")]


def test_who_stayed_stopped_is_asked_and_led_to_no_exercise() -> None:
    core = Core(NEW, plan=SHORT).to_stimulating(3)
    core.stop()
    core.wait(STOPPED_S + 1.0)
    assert core.record.state is State.AFTERCARE
    core.let_go_of_stop()
    core.wait(1.2)
    assert leaf(core) == ["skin", "soreness", "comfort", "water"]


def test_a_session_in_which_no_current_flowed_has_no_question_and_no_strengthening() -> None:
    core = Core(NEW).to_placing()
    core.hold(Button.BACK, 1.1)
    core.wait(0.3)
    core.hold(Button.BACK, 1.1)
    assert leaf(core) == ["skin", "soreness", *STRETCHES, "water"]


def test_who_stayed_stopped_before_current_flowed_is_not_asked_how_it_was() -> None:
    core = Core(NEW).to_ready()
    core.stop()
    core.wait(STOPPED_S + 1.0)
    core.let_go_of_stop()
    core.wait(1.2)
    assert leaf(core) == ["skin", "soreness", "water"]


def test_a_start_whose_level_stayed_at_zero_is_no_current_to_be_asked_about() -> None:
    core = after_a_stage(level=0)
    assert "comfort" not in leaf(core)
    assert "comfort" not in dict(answers(core))


def test_current_of_an_earlier_stage_is_asked_about_though_the_last_one_was_skipped() -> None:
    core = Core(EXPERIENCED, plan=SHORT).to_stimulating(3)
    core.confirm()
    core.wait(1.2)
    core.hold(Button.BACK, 1.1)
    core.wait(1.2)
    core.confirm()
    assert core.record.state is State.PLACING
    for _ in range(2):
        core.wait(1.2)
        core.hold(Button.BACK, 1.1)
    assert "comfort" in leaf(core)


@pytest.mark.parametrize(("page", "turns"), [("soreness", 4), ("skin", 2)])
def test_who_is_sore_or_burned_rests_from_strengthening(page: str, turns: int) -> None:
    core = to_page(after_a_stage(), page)
    core.turn(turns)
    assert not {*STRENGTHENING} & {*leaf(core)}


def test_on_the_day_after_a_block_there_are_stretches_only() -> None:
    assert not {*STRENGTHENING} & {*leaf(after_a_stage(YESTERDAY))}


def test_exercises_alone_begin_in_locked_without_checklist_or_session() -> None:
    core = on_exercises()
    core.cues.clear()
    core.confirm()
    assert core.record.state is State.AFTERCARE
    assert core.cues == ["stretch", "one"]
    assert leaf(core) == [*STRETCHES, *STRENGTHENING, "water"]
    assert core.record.state is State.LOCKED
    assert not core.notes_of(SessionBegan)
    assert core.record.set_point is None


def test_exercises_are_led_by_cues_with_a_lift_and_a_lower_for_each_repetition() -> None:
    core = on_exercises()
    core.confirm()
    to_page(core, "bridge")
    core.cues.clear()
    block = GROWTH[0]
    core.wait(block.seconds + 1.0)
    assert core.cues == [*["lift", "lower"] * block.repetitions, "stretch_over"]
    core.confirm()
    assert answers(core) == [("bridge", str(block.total))]
    assert core.cues[-2:] == ["exercise", "two"]


@pytest.mark.parametrize("page", [*STRETCHES, *STRENGTHENING])
def test_what_is_over_is_told_again_each_minute_as_over_and_not_asked_for_anew(page: str) -> None:
    core = on_exercises()
    core.confirm()
    to_page(core, page)
    lasts_s = STRETCH_S if page in STRETCHES else GROWTH[0].seconds
    core.wait(lasts_s + 1.0)
    assert core.cues[-1] == "stretch_over"
    core.cues.clear()
    core.wait(120.0)
    assert core.cues == ["stretch_over"] * 2


def test_an_exercise_left_early_has_the_repetitions_that_were_done() -> None:
    core = to_page(on_exercises(), "exercise")
    core.confirm()
    to_page(core, "bridge")
    core.wait(GET_READY_S + 2 * 12.0 + 2.0)
    core.hold(Button.BACK, 1.1)
    assert core.record.state is State.LOCKED
    assert answers(core) == [("bridge", "2")]


def test_the_screen_tells_the_beat_the_repetition_and_the_set() -> None:
    core = to_page(after_a_stage(), "bird_dog")
    core.wait(core.record.shown_at + GET_READY_S + 1.0 - core.now)
    moment = view_of(core.record).exercise
    assert moment is not None
    assert (moment.beat, moment.repetition, moment.set_number) == (Beat.LIFT, 1, 1)
    assert moment.left_s == pytest.approx(HOLD_S - 1.0)


def test_the_page_that_leads_to_the_exercises_shows_their_beginning() -> None:
    core = on_exercises()
    core.wait(20.0)
    moment = view_of(core.record).exercise
    assert moment is not None
    assert (moment.beat, moment.repetition, moment.set_number) == (Beat.GET_READY, 1, 1)
    assert moment.left_s == GET_READY_S


def test_nothing_is_exercised_before_the_journal_has_answered() -> None:
    core = on_exercises()
    core.record = core.record.but(histories=None)
    record = core.session.step(core.record, core.now, [])
    assert core.session.fire(record, Trigger.CONFIRM).state is State.LOCKED


def test_warmth_is_advised_before_pads_go_on_and_takes_turns_with_the_skin() -> None:
    core = at(State.PREPARING)
    told = []
    for _ in range(4):
        core.wait(core.record.shown_at + 2.0 + 5.0 * len(told) - core.now)
        told.append(view_of(core.record).hint)
    assert told == [None, "warmth", None, "warmth"]
    core.confirm()
    assert view_of(core.record).hint is None
