"""When the voice speaks: after the cue, in time with the contraction, the newest text only."""

from dataclasses import replace

from appliance.screen.examples.views import a_stage, a_view
from appliance.session.board import Contact, Output
from appliance.session.cues import Cue
from appliance.session.events import Button
from appliance.session.state import State
from appliance.session.view import ChannelView, HoldView, View
from appliance.settings.words import Words
from appliance.therapy.units import NEVER
from appliance.voice.announcer import Announcer, Utterance

CUE_S = 0.9
READY = a_view(State.READY)


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
    assert said(voice, 10.0 + CUE_S) == ("Lie down, STOP in your hand. Hold OK to start.",)
    assert voice.next_deadline == NEVER


def test_a_newer_text_replaces_an_older_one() -> None:
    voice = announcer()
    voice.show(READY, (Cue.READY,), 10.0)
    voice.show(a_view(State.PLACING, stage=a_stage()), (Cue.PLACE,), 10.2)
    assert said(voice, 20.0) == ("Put two pads beside the spine, each side. Then press OK.",)
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
    voice.show(stimulating("hold", 13.0), (Cue.DETENT,), 11.0)
    voice.show(stimulating("hold", 14.0), (Cue.DETENT,), 11.5)
    assert said(voice, 12.4) is None
    assert said(voice, 12.5) == ("Level 14.",)


def test_two_levels_are_said_with_their_sides() -> None:
    voice = announcer()
    before = stimulating("hold", 12.0)
    voice.show(before, (), 10.0)
    said(voice, 10.0)
    a, b = before.channels
    voice.show(replace(before, channels=(replace(a, target=13.0), b)), (), 11.0)
    assert said(voice, 12.0) == ("Left 13. Right 12.",)


def test_minutes_are_said_at_ten_five_and_one() -> None:
    voice = announcer()
    voice.show(stimulating("off", 12.0, remaining_s=601.0), (), 10.0)
    said(voice, 10.0)
    voice.show(stimulating("off", 12.0, remaining_s=599.9), (), 11.0)
    assert said(voice, 11.0) == ("10 minutes left.",)
    voice.show(stimulating("off", 12.0, remaining_s=598.0), (), 12.0)
    assert said(voice, 12.0) is None


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
        voice.show(replace(READY, hold=HoldView(Button.BACK, fraction)), (), 11.0 + fraction)
    assert said(voice, 12.0) == ("Lie down, STOP in your hand. Hold OK to start.",)
    voice.show(replace(READY, hold=HoldView(Button.BACK, 0.9)), (), 12.1)
    assert said(voice, 12.1) is None
