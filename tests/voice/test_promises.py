"""What a person who hears the session for the first time is told, and when."""

import re

import pytest

from appliance.screen.examples.gallery import examples
from appliance.screen.examples.shipped import shipped
from appliance.screen.examples.views import ON_BODY, a_stage, a_view
from appliance.session.board import Output
from appliance.session.machine import pages
from appliance.session.state import State
from appliance.session.view import QuestionView, RefusalView, StatementView, View
from appliance.settings.words import Words, languages
from appliance.therapy.checklist import Heading, Remedy, Statement
from appliance.therapy.exercise import GROWTH, STRENGTHENING, STRETCHES, moment_at
from appliance.therapy.offers import Option
from appliance.therapy.pad_table import row_of, rows_of, to_buy
from appliance.therapy.placements import LEAST_APART_CM
from appliance.therapy.plan import Offer
from appliance.voice.sentences import FOUR_FINGERS_CM, screen_sentences

EN = Words.load("en")
CATALOGUE = shipped()
QUESTIONS = [
    *((State.CHOOSING, name) for name in (pages.SORENESS_BEFORE,)),
    *((State.AFTERCARE, name) for name in pages.QUESTIONS if name != pages.SORENESS_BEFORE),
]


def a_statement(statement: Statement, number: int) -> View:
    shown = StatementView(statement.id, statement.heading, statement.remedy, number, 8)
    return a_view(State.CHECKLIST, statement=shown)


def asks(state: State, name: str, value: int | None = 0) -> View:
    question = QuestionView(name, value, pages.QUESTIONS[name])
    return a_view(state, page_name=name, question=question)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(("state", "name"), QUESTIONS)
def test_a_question_tells_its_ends_where_the_knob_stands_and_to_press_ok(
    language: str, state: State, name: str
) -> None:
    words = Words.load(language)
    texts = screen_sentences(asks(state, name), words)
    ends = "aftercare.skin_scale" if name == "skin" else "scale"
    assert texts[1] == words(f"spoken.{ends}")
    assert "OK" in texts[1]
    assert texts[-1].startswith("0") or name == "skin"


def test_every_question_that_may_be_skipped_says_so_and_stands_at_no_number() -> None:
    for name in pages.SKIPPABLE:
        texts = screen_sentences(asks(State.AFTERCARE, name, None), EN)
        assert texts[-1] == "For zero, turn one step right. OK alone skips this."


@pytest.mark.parametrize("language", languages())
def test_what_to_do_where_a_statement_is_not_true_is_told_before_the_first(language: str) -> None:
    words, no = Words.load(language), Words.load(language)("spoken.checklist.no")
    one, two = CATALOGUE.statements[:2]
    first, second = a_statement(one, 1), a_statement(two, 2)
    texts = screen_sentences(first, words)
    assert texts.index(no) < texts.index(words(f"spoken.statement.{one.id}"))
    assert no not in screen_sentences(second, words, before=first)
    for before in (second, a_view(State.REFUSED)):
        assert screen_sentences(second, words, before)[0] == no


def test_the_places_are_told_before_their_skin_is_asked_for() -> None:
    by_id = {statement.id: statement for statement in CATALOGUE.statements}
    texts = screen_sentences(a_statement(by_id["skin_whole"], 4), EN)
    assert "Front of the thighs, lower back, buttocks." in texts[0]
    assert screen_sentences(a_statement(by_id["feel_touch_and_pain"], 5), EN)[0] == EN(
        "spoken.first.feel_touch_and_pain"
    )


@pytest.mark.parametrize("language", languages())
def test_a_no_is_answered_with_what_to_put_right_and_how_to_take_it_back(language: str) -> None:
    words = Words.load(language)
    for statement in CATALOGUE.statements:
        refusal = RefusalView(statement.id, statement.remedy, None, 50.0)
        texts = screen_sentences(a_view(State.REFUSED, refusal=refusal), words)
        assert texts[-1] == words("spoken.refused.mistake")
        if statement.remedy is Remedy.PUT_RIGHT:
            assert texts[0] == words(f"spoken.remedy.{statement.id}")
    late = refusal.but(mistake_s=0.0)
    texts = screen_sentences(a_view(State.REFUSED, refusal=late), words)
    assert words("spoken.refused.mistake") not in texts


def test_a_promise_is_not_asked_for_as_a_truth() -> None:
    for statement in CATALOGUE.statements:
        promised = statement.heading is Heading.I_WILL
        key = "spoken.checklist.promise" if promised else "spoken.checklist.hold"
        assert screen_sentences(a_statement(statement, 2), EN)[-1] == EN(key)


@pytest.mark.parametrize("name", ON_BODY)
def test_a_place_tells_how_many_pads_how_far_apart_and_which_lead(name: str) -> None:
    row = row_of(CATALOGUE.placements[name])
    assert row is not None
    told = " ".join(screen_sentences(a_view(State.PLACING, stage=a_stage(name)), EN))
    assert "wo pads " in told
    assert sum(count for count, _ in row.sizes) == 4
    assert f"Leave {row.apart_cm:.0f} centimetres between the two." in told
    assert EN(f"spoken.placing.first_pad.{name}") in told
    assert told.endswith("Lead A: your left side. Lead B: your right. Then press OK.")
    assert LEAST_APART_CM <= row.apart_cm <= FOUR_FINGERS_CM
    assert EN("spoken.placing.fingers") in told


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", ON_BODY)
def test_no_two_pictures_of_a_place_and_its_start_say_the_same(language: str, name: str) -> None:
    words, stage = Words.load(language), a_stage(name)
    then_ok, told = words("spoken.then_ok"), list[str]()
    for page in pages.PLACING:
        view = a_view(State.PLACING, stage=stage, page_name=page, page_turned=page != "body")
        told += screen_sentences(view, words)
    told += screen_sentences(a_view(State.READY, stage=stage), words, before=view)
    told = [text for text in told if text != then_ok]
    assert len({*told}) == len(told)


def test_ok_at_the_last_picture_of_all_tells_what_it_passed_over() -> None:
    stage = a_stage("hip_flexors")
    itself = a_view(State.PLACING, stage=stage, page_name="lying", page_turned=False)
    texts = screen_sentences(a_view(State.READY, stage=stage), EN, before=itself)
    assert texts[:3] == tuple(
        EN(f"spoken.placing.{key}") for key in ("flat", "box", "lying.upper_thigh")
    )


@pytest.mark.parametrize("name", ON_BODY)
def test_which_pads_to_take_is_told_with_the_water_of_each_place(name: str) -> None:
    shape = "square" if name == "lower_back" else "long"
    take = EN(f"spoken.take.{shape}", pads=4)
    stage = a_stage(name, index=0, count=3)
    texts = screen_sentences(a_view(State.PREPARING, page_name="pads", stage=stage), EN)
    assert texts[0] == "Each place has 4 pads of its own."
    assert texts[-2:] == (take, EN("spoken.preparing.pads"))
    alone = a_view(State.PREPARING, page_name="pads", stage=stage.but(count=1))
    assert screen_sentences(alone, EN) == texts[1:]
    assert take not in screen_sentences(a_view(State.PLACING, stage=stage), EN)
    later = screen_sentences(a_view(State.PLACING, stage=stage.but(index=1)), EN)
    assert later[1:3] == (take, EN("spoken.hint.wet_pads"))


def test_each_place_has_pads_of_its_own() -> None:
    rows = rows_of(CATALOGUE.placements)
    assert sum(to_buy(rows).values()) == 4 * len(rows)


def test_ok_after_pictures_that_turned_by_themselves_tells_what_they_showed() -> None:
    stage = a_stage("hip_flexors")
    itself = a_view(State.PLACING, stage=stage, page_name="pads", page_turned=False)
    view = a_view(State.PLACING, stage=stage, page_name="box", page_turned=True)
    flat, box = EN("spoken.placing.flat"), EN("spoken.placing.box")
    assert screen_sentences(view, EN, before=itself)[:2] == (flat, box)
    pressed = view.but(page_name="pads")
    assert screen_sentences(view, EN, before=pressed)[0] == box
    assert screen_sentences(pressed, EN, before=itself.but(page_name="body"))[0] == flat


def test_before_the_first_current_it_is_told_how_to_get_less_and_when_to_press_stop() -> None:
    stage = a_stage("hip_flexors", index=0, contractions_done=0, contracts=True)
    texts = screen_sentences(a_view(State.READY, stage=stage), EN)
    assert EN("spoken.ready.stop") in texts
    assert EN("spoken.ready.tighten") in texts
    assert texts[-1] == "Hold OK to start, from zero. Then right is more, left is less."


def test_the_cushion_is_told_before_any_pad_is_on() -> None:
    stage = a_stage("hip_flexors", index=0)
    texts = screen_sentences(a_view(State.PREPARING, page_name="skin", stage=stage), EN)
    assert texts[0] == EN("spoken.preparing.cushion")


def test_with_the_first_current_it_is_told_how_high_the_level_may_go() -> None:
    first = a_stage("hip_flexors", index=0, contractions_done=0)
    highest = "The highest level is 30. You need not reach it."
    view = a_view(State.STIMULATING, stage=first, limit=30.9)
    assert screen_sentences(view, EN) == (EN("spoken.stimulating.started"), highest)
    for later in (first.but(index=1), first.but(contractions_done=2)):
        assert highest not in screen_sentences(view.but(stage=later), EN)


def test_what_gentle_means_is_told_with_the_choice_and_only_then() -> None:
    session = Option(Offer.ROUTINE, "lower_back_session", (), gentle=True)
    tingling = session.but(offer=Offer.COMFORT, id="comfort_80")
    gentle = EN("spoken.choosing.gentle")
    view = a_view(State.CHOOSING, options=(session, tingling))
    assert screen_sentences(view, EN)[1] == gentle
    for options in ((session.but(gentle=False), tingling), (tingling,)):
        assert gentle not in screen_sentences(view.but(options=options), EN)


@pytest.mark.parametrize("language", languages())
def test_why_a_place_is_missing_after_a_burn_is_told(language: str) -> None:
    words = Words.load(language)
    (shown,) = (one.view for one in examples() if one.name == "locked skin")
    assert screen_sentences(shown, words)[:2] == (
        words("spoken.locked.plan"),
        words("spoken.locked.skin"),
    )
    whole = next(one.view for one in examples() if one.name == "locked usual")
    assert words("spoken.locked.skin") not in screen_sentences(whole, words)


def test_zero_is_told_before_the_pads_come_off() -> None:
    for following in ("glutes", None):
        view = a_view(
            State.STAGE_DONE, stage=a_stage(), output=Output.OFF, next_placement=following
        )
        told = " ".join(screen_sentences(view, EN))
        assert told.index("The level is zero.") < told.index("take the pads off")
        assert "Place 2 of 3 is done." in told


def test_the_skin_is_asked_for_before_ok_leads_to_the_next_place() -> None:
    view = a_view(State.STAGE_DONE, stage=a_stage(), output=Output.OFF, next_placement="glutes")
    told = " ".join(screen_sentences(view, EN))
    assert told.index("Look at the skin") < told.index("blister") < told.index("press OK")


def test_at_the_end_it_is_told_how_to_switch_off_before_the_name() -> None:
    view = a_view(State.LOCKED, people=("Me", "Bert"))
    texts = screen_sentences(view, EN, before=a_view(State.AFTERCARE))
    assert texts[:2] == (EN("spoken.locked.done"), EN("spoken.locked.switch_off_now"))
    assert EN("spoken.locked.people", person=view.person) in texts[2:]


def test_stop_works_is_told_after_its_test() -> None:
    view = a_view(State.PLACING, stage=a_stage())
    tested = a_view(State.PREPARING, page_name="stop_test")
    assert screen_sentences(view, EN, before=tested)[0] == EN("spoken.preparing.stop_works")
    assert EN("spoken.preparing.stop_works") not in screen_sentences(view, EN)


def test_exercises_tell_how_many_when_to_stop_and_how_often() -> None:
    view = a_view(State.AFTERCARE, page_name=STRETCHES[0], page=4, pages=11)
    assert screen_sentences(view, EN)[:2] == (
        EN("spoken.aftercare.exercises", exercises=6),
        EN("spoken.aftercare.hurts"),
    )
    for block in GROWTH:
        for name in STRENGTHENING:
            moment = moment_at(block, 0.0)
            view = a_view(State.AFTERCARE, page_name=name, exercise=moment)
            numbers = [int(one) for one in re.findall(r"\d+", screen_sentences(view, EN)[-1])]
            assert numbers in ([block.sets, block.repetitions], [block.repetitions])
            assert block.sets == 1 or len(numbers) == 2
