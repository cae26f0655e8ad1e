"""When the voice speaks: after the cue, in time with the contraction, the newest text only."""

import pytest

from appliance.screen.examples.gallery import examples
from appliance.screen.examples.views import a_stage, a_view
from appliance.session.board import Contact, Output
from appliance.session.cues import Cue
from appliance.session.events import Button
from appliance.session.state import State
from appliance.session.view import ChannelView, HoldView, QuestionView, View
from appliance.settings.words import Words
from appliance.therapy.plan import DayUsed
from appliance.therapy.units import NEVER
from appliance.voice.announcer import Announcer, Utterance

CUE_S = 0.9
READY = a_view(State.READY)
START = "Hold OK to start, from zero. Then right is more, left is less."


def announcer() -> Announcer:
    return Announcer(Words.load, lambda cues: CUE_S)


def stimulating(part: str = "off", target: float = 0.0, **fields: object) -> View:
    channels = tuple(
        ChannelView(name, target, target, target, Contact.GOOD, None) for name in ("A", "B")
    )
    stage = a_stage(part=part, **fields)
    return a_view(State.STIMULATING, channels=channels, stage=stage)


def said(voice: Announcer, now: float) -> tuple[str, ...] | None:
    utterance = voice.take(now)[1]
    return utterance.texts if isinstance(utterance, Utterance) else None


def test_a_screen_is_said_after_the_cue_that_opens_it() -> None:
    voice = announcer()
    voice.show(READY, (Cue.READY,), 10.0)
    assert said(voice, 10.0) is None
    assert voice.next_deadline == 10.0 + CUE_S
    assert said(voice, 10.0 + CUE_S) == (START,)
    assert voice.next_deadline == NEVER


def test_a_newer_text_replaces_an_older_one() -> None:
    voice = announcer()
    voice.show(READY, (Cue.READY,), 10.0)
    voice.show(a_view(State.PLACING, stage=a_stage()), (Cue.PLACE,), 10.2)
    told = said(voice, 20.0)
    assert told is not None
    assert told[0] == "Place 2 of 3."
    assert START not in told
    assert said(voice, 30.0) is None


def test_tighten_and_rest_do_not_wait_for_the_cue() -> None:
    voice = announcer()
    voice.show(stimulating("off", 12.0), (), 10.0)
    said(voice, 10.0)
    voice.show(stimulating("ramp_up", 12.0), (Cue.CONTRACTION_COMING,), 20.0)
    assert said(voice, 20.0) == ("Tighten.",)
    voice.show(stimulating("hold", 12.0), (), 22.0)
    voice.show(stimulating("ramp_down", 12.0), (), 32.0)
    assert said(voice, 32.0) is None
    voice.show(stimulating("off", 12.0), (Cue.CONTRACTION_ENDED,), 33.0)
    assert said(voice, 33.0) == ("Rest.",)


def test_the_level_is_said_when_the_knob_has_rested_for_a_second() -> None:
    voice = announcer()
    voice.show(stimulating("hold", 12.0), (), 10.0)
    said(voice, 10.0)
    voice.show(stimulating("hold", 13.0), (Cue.DETENT,), 21.0)
    voice.show(stimulating("hold", 14.0), (Cue.DETENT,), 21.5)
    assert said(voice, 22.4) is None
    assert said(voice, 22.5) == ("Level 14.",)


def test_a_level_waits_for_the_end_of_what_is_said_and_is_not_lost() -> None:
    voice = announcer()
    voice.show(stimulating("ramp_down", 12.0), (), 10.0)
    said(voice, 10.0)
    voice.show(stimulating("ramp_down", 13.0), (Cue.DETENT,), 21.0)
    voice.show(stimulating("off", 13.0), (), 21.5)
    assert said(voice, 21.5) == ("Rest.",)
    assert said(voice, 22.0) is None
    assert said(voice, voice.next_deadline) == ("Level 13.",)
    assert voice.next_deadline == NEVER


def test_minutes_and_level_are_said_one_after_the_other() -> None:
    voice = announcer()
    voice.show(stimulating("hold", 12.0, remaining_s=61.0), (), 10.0)
    said(voice, 10.0)
    voice.show(stimulating("hold", 13.0, remaining_s=60.0), (Cue.DETENT,), 20.0)
    assert said(voice, 20.0) == ("One minute left here.",)
    assert said(voice, 21.0) == ("Level 13.",)


def test_two_levels_are_said_with_their_sides() -> None:
    voice = announcer()
    before = stimulating("hold", 12.0)
    voice.show(before, (), 10.0)
    said(voice, 10.0)
    a, b = before.channels
    voice.show(before.but(channels=(a.but(target=13.0), b)), (), 21.0)
    assert said(voice, 22.0) == ("Left is 13. Right is 12.",)


def test_a_level_that_the_box_has_lowered_is_told_with_its_reason() -> None:
    voice = announcer()
    voice.show(stimulating("hold", 12.0), (), 10.0)
    said(voice, 10.0)
    voice.show(stimulating("hold", 6.0), (Cue.LEVEL_HALVED,), 21.0)
    assert said(voice, 22.0) == ("New part: the box lowers to 6.",)
    voice.show(stimulating("hold", 4.0), (Cue.PADS_DRY,), 26.0)
    assert said(voice, 29.0) == ("The box has turned down to 4.",)
    voice.show(stimulating("hold", 5.0), (Cue.DETENT,), 30.0)
    assert said(voice, 31.0) == ("Level 5.",)


def test_advice_is_given_once_a_stage_and_in_a_rest() -> None:
    voice, told = announcer(), list[str]()
    placing = a_view(State.PLACING, stage=a_stage())
    for stage in range(2):
        began = 100.0 * stage
        voice.show(placing, (), began)
        voice.show(stimulating("twitch", 12.0, continuous=True), (), began + 9.0)
        said(voice, began + 10.0)
        for number, hint in enumerate(("turn_up", "tighten", "tighten", "tighten")):
            at = began + 20.0 + 10.0 * number
            for part, after_s in (("ramp_up", 0.0), ("off", 5.0)):
                view = stimulating(part, 12.0, contractions_done=number)
                shown = hint if part == "ramp_up" else None
                voice.show(view.but(hint=shown), (), at + after_s)
                told.extend(said(voice, at + after_s) or ())
    more, nothing = (Words.load("en")(f"spoken.hint.{hint}") for hint in ("turn_up", "tighten"))
    once = ["Tighten.", "Rest.", more, "Tighten.", "Rest.", nothing, *["Tighten.", "Rest."] * 2]
    assert told == once * 2


def test_each_choice_is_told_soon_after_the_knob_has_made_it_the_newest_alone() -> None:
    voice = announcer()
    asked = a_view(State.AFTERCARE, page_name="soreness", question=QuestionView("soreness", 0, 10))
    voice.show(asked, (), 10.0)
    first = said(voice, 10.0)
    assert first is not None
    assert first[-1] == "0 of 10."
    for value, now in ((1, 20.0), (2, 20.2)):
        changed = asked.but(question=QuestionView("soreness", value, 10))
        voice.show(changed, (Cue.DETENT,), now)
    assert said(voice, 20.4) is None
    assert said(voice, 20.5) == ("2 of 10.",)


def test_an_exercise_tells_the_other_side_and_its_end() -> None:
    voice = announcer()
    view = a_view(State.AFTERCARE, page_name="stretch_1", pages=7)
    voice.show(view, (), 10.0)
    said(voice, 10.0)
    voice.show(view, (Cue.HALFWAY,), 25.0)
    assert said(voice, 25.0 + CUE_S) == ("Now the other side.",)
    voice.show(view, (Cue.STRETCH_OVER,), 40.0)
    assert said(voice, 40.0 + CUE_S) == ("This exercise is over. Now press OK.",)


def test_the_end_of_the_visit_is_told_though_the_screen_changes_once_more() -> None:
    voice = announcer()
    voice.show(a_view(State.AFTERCARE, page_name="water"), (), 10.0)
    said(voice, 10.0)
    locked = a_view(State.LOCKED, page_name="plan")
    voice.show(locked, (Cue.LOCKED,), 20.0)
    voice.show(locked.but(day_used=DayUsed.SESSIONS), (), 20.1)
    told = said(voice, 30.0)
    assert told is not None
    assert told[0] == "All done for this time."


def test_a_place_that_rests_is_told_though_the_history_comes_after_the_screen() -> None:
    voice = announcer()
    known = next(one.view for one in examples() if one.name == "locked skin")
    voice.show(known.but(due=None), (), 10.0)
    said(voice, 10.0)
    voice.show(known, (), 10.2)
    told = said(voice, 30.0)
    assert told is not None
    assert "A place rests today, for its skin." in told


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(10, "10 minutes left here."), (5, "5 minutes left here."), (1, "One minute left here.")],
)
def test_minutes_are_said_at_ten_five_and_one(minutes: int, text: str) -> None:
    voice = announcer()
    voice.show(stimulating("off", 12.0, remaining_s=60.0 * minutes + 1.0), (), 10.0)
    said(voice, 10.0)
    voice.show(stimulating("off", 12.0, remaining_s=60.0 * minutes - 0.1), (), 20.0)
    assert said(voice, 20.0) == (text,)
    voice.show(stimulating("off", 12.0, remaining_s=60.0 * minutes - 2.0), (), 22.0)
    assert said(voice, 22.0) is None


def test_stop_cuts_speech_off_at_once_and_says_off_when_the_board_has_said_so() -> None:
    voice = announcer()
    voice.show(stimulating("hold", 12.0), (), 10.0)
    voice.show(a_view(State.STOPPED, output=Output.UNKNOWN), (Cue.STOPPED,), 11.0)
    cut, utterance = voice.take(11.0)
    assert cut
    assert utterance is None
    wait = "Wait. Current may still be on. Do not touch the pads."
    assert said(voice, 11.0 + CUE_S) == (wait,)
    voice.show(a_view(State.STOPPED, output=Output.OFF), (), 13.0)
    assert said(voice, 13.0) == (
        "Stopped. Output is off.",
        "By mistake? Let go, press OK. Unwell? Lie still, call someone.",
    )


def test_back_held_for_half_a_second_says_the_screen_once_more() -> None:
    voice = announcer()
    voice.show(READY, (), 10.0)
    said(voice, 10.0)
    for fraction in (0.2, 0.5, 0.7):
        voice.show(READY.but(hold=HoldView(Button.BACK, fraction)), (), 11.0 + fraction)
    assert said(voice, 12.0) == (START,)
    voice.show(READY.but(hold=HoldView(Button.BACK, 0.9)), (), 12.1)
    assert said(voice, 12.1) is None


def test_an_alarm_cuts_speech_off_and_is_told_after_it() -> None:
    voice = announcer()
    voice.show(stimulating("hold", 12.0), (), 10.0)
    said(voice, 10.0)
    lost = a_view(State.CONTACT_LOST, lost_channels=("B",), output=Output.OFF)
    voice.show(lost, (Cue.PAD_OFF, Cue.TWO), 20.0)
    assert voice.take(20.0) == (True, None)
    assert said(voice, 20.0 + CUE_S) == (Words.load("en")("spoken.contact_lost.right"),)


def test_what_is_asked_again_by_its_cue_is_said_again() -> None:
    voice = announcer()
    voice.show(READY, (Cue.READY,), 10.0)
    first = said(voice, 20.0)
    voice.show(READY, (Cue.NOT_NOW,), 30.0)
    assert said(voice, 40.0) is None
    voice.show(READY, (Cue.READY,), 70.0)
    assert voice.take(70.0) == (False, None)
    assert said(voice, 70.0 + CUE_S) == first


def test_by_a_setting_what_the_box_waits_for_is_said_again() -> None:
    voice = Announcer(Words.load, lambda cues: CUE_S, again_s=20.0)
    statement = a_view(State.REFUSED)
    voice.show(statement, (), 10.0)
    first = said(voice, 10.0)
    for now in (20.0, 29.0):
        voice.show(statement, (), now)
        assert said(voice, now) is None
    voice.show(statement, (), 40.0)
    assert said(voice, 40.0) == first
    running = stimulating("hold", 12.0)
    voice.show(running, (), 50.0)
    said(voice, 50.0)
    voice.show(running, (), 100.0)
    assert said(voice, 100.0) is None


def test_who_is_chosen_how_loud_and_which_side_are_said() -> None:
    voice = announcer()
    plan = a_view(State.LOCKED, page_name="plan").but(person="Ann")
    voice.show(plan, (), 10.0)
    said(voice, 10.0)
    voice.show(plan.but(person="Ben"), (), 11.0)
    assert said(voice, 12.0) == ("Ben.",)
    sound = a_view(State.LOCKED, page_name="sound", volume=6)
    voice.show(sound, (), 20.0)
    said(voice, 20.0)
    voice.show(sound.but(volume=5), (), 21.0)
    assert said(voice, 22.0) == ("5 of 10.",)
    running = stimulating("hold", 12.0)
    voice.show(running, (), 30.0)
    said(voice, 30.0)
    voice.show(running.but(knob_side="A"), (), 40.0)
    assert said(voice, 41.0) == ("Now the left side.",)


def test_a_fault_that_only_tells_is_told_once_and_never_the_voices_own() -> None:
    voice = announcer()
    voice.show(READY, (), 10.0)
    said(voice, 10.0)
    voice.show(READY.but(tells=("journal_slow", "voice_dead")), (), 20.0)
    assert said(voice, 20.0) == (Words.load("en")("spoken.fault.journal_slow"),)
    voice.show(READY.but(tells=("journal_slow",)), (), 21.0)
    assert said(voice, 21.0) is None


def test_stop_in_its_own_test_is_good_and_elsewhere_has_to_be_let_go() -> None:
    voice, words = announcer(), Words.load("en")
    for page, key in (("stop_test", "preparing.stop_release"), ("skin", "stop_pressed")):
        view = a_view(State.PREPARING, page_name=page)
        voice.show(view, (), 10.0)
        said(voice, 10.0)
        voice.show(view.but(stop_pressed=True), (), 11.0)
        assert said(voice, 11.0) == (words(f"spoken.{key}"),)
