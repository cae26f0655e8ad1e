"""What the voice says where something is in the way, and what is no longer so and not said."""

import pytest

from appliance.screen.examples.views import a_view
from appliance.session.board import Output
from appliance.session.cues import Cue
from appliance.session.state import State
from appliance.settings.words import Words
from appliance.therapy.plan import DayUsed
from appliance.therapy.units import NEVER
from appliance.voice.announcer import Announcer
from tests.voice.test_announcer import CUE_S, announcer, said, stimulating


def test_a_screen_that_stop_blocks_asks_first_to_let_go_of_it() -> None:
    voice, let_go = announcer(), Words.load("en")("spoken.stop_pressed")
    plan = a_view(State.LOCKED, page_name="plan", stop_pressed=True, can_confirm=False)
    voice.show(plan, (Cue.LOCKED,), 10.0)
    assert said(voice, 20.0) == (let_go, "Press OK, the right button, to begin.")
    voice.show(plan, (Cue.STOP_HEARD,), 30.0)
    assert said(voice, 30.0 + CUE_S) == (let_go,)


@pytest.mark.parametrize("state", [State.STOPPED, State.FAULT, State.SELF_TEST, State.AFTERCARE])
def test_where_stop_blocks_nothing_or_the_screen_tells_of_it_nothing_comes_first(
    state: State,
) -> None:
    voice, let_go = announcer(), Words.load("en")("spoken.stop_pressed")
    view = a_view(state, stop_pressed=True, can_confirm=state is State.AFTERCARE)
    voice.show(view, (), 10.0)
    assert let_go not in (said(voice, 10.0) or ())
    voice.show(view, (Cue.STOP_HEARD,), 30.0)
    assert said(voice, 40.0) is None


def test_a_hint_that_goes_before_it_is_said_is_not_said() -> None:
    voice = announcer()
    voice.show(stimulating("twitch", 12.0, continuous=True), (), 10.0)
    said(voice, 10.0)
    locked = stimulating("twitch", 12.0, continuous=True).but(hint="one_click_down")
    voice.show(locked, (Cue.UP_LOCKED,), 20.0)
    voice.show(stimulating("twitch", 11.0, continuous=True), (Cue.DETENT,), 20.4)
    assert said(voice, 20.4 + CUE_S) is None
    assert said(voice, 22.0) == ("Level 11.",)


def test_stop_that_is_let_go_before_it_is_said_is_not_said() -> None:
    voice = announcer()
    view = a_view(State.LOCKED, page_name="plan")
    voice.show(view, (), 10.0)
    said(voice, 10.0)
    pressed = view.but(stop_pressed=True, can_confirm=False)
    voice.show(pressed, (Cue.STOP_HEARD,), 20.0)
    voice.show(view, (), 20.3)
    assert said(voice, 30.0) is None
    # Where it waits in front of what the screen asks for, that alone is left.
    voice.show(pressed.but(page_name="sound"), (Cue.LOOK,), 40.0)
    voice.show(view.but(page_name="sound"), (), 40.3)
    assert said(voice, 50.0) == ("Turn the knob for the volume.", "7 of 10.")


def test_to_turn_up_is_no_advice_while_the_pads_are_dry_and_is_given_later() -> None:
    voice, told = announcer(), list[str]()
    voice.show(stimulating("off", 12.0), (), 10.0)
    said(voice, 10.0)
    parts = [("ramp_up", "tighten"), ("hold", "dry_right"), ("ramp_down", "dry_right")]
    parts += [("off", "dry_right"), ("ramp_up", "tighten"), ("off", "dry_right")]
    parts += [("ramp_up", "tighten"), ("off", None)]
    for number, (part, hint) in enumerate(parts):
        at = 20.0 + 5.0 * number
        voice.show(stimulating(part, 12.0).but(hint=hint), (), at)
        told.extend(said(voice, at) or ())
    words = Words.load("en")
    dry, advice = words("spoken.hint.dry_right"), words("spoken.hint.tighten")
    assert told[:2] == ["Tighten.", dry]
    assert told.count(advice) == 1
    assert told[-2:] == ["Rest.", advice]


def test_a_new_day_is_told_to_a_person_at_the_box_and_not_to_a_box_at_rest() -> None:
    voice = announcer()
    used = a_view(State.LOCKED, page_name="plan", day_used=DayUsed.SESSIONS)
    voice.show(used.but(day_used=None), (Cue.LOCKED,), 10.0)
    voice.show(used, (), 10.0 + CUE_S)
    assert said(voice, 15.0) == (Words.load("en")("spoken.locked.day_used"),)
    voice.show(used.but(day_used=None), (), 3600.0)
    assert voice.next_deadline == NEVER
    voice.show(used.but(person="Ben"), (Cue.DETENT,), 4000.0)
    told = said(voice, 4000.0)
    assert told is not None
    assert told[0] == Words.load("en")("spoken.locked.day_used")


def test_a_fault_whose_cause_goes_asks_for_ok_and_no_more_for_what_is_done() -> None:
    voice, words = announcer(), Words.load("en")
    out, again = words("spoken.fault.board_lost"), words("spoken.fault.again")
    there = a_view(State.FAULT, faults=("board_lost",), can_confirm=False)
    voice.show(there.but(output=Output.UNKNOWN), (Cue.FAULT,), 10.0)
    assert said(voice, 20.0) == (words("spoken.fault.stopping"),)
    voice.show(there, (), 20.0)
    assert said(voice, 20.0) == (out,)
    voice.show(there.but(can_confirm=True), (), 40.0)
    assert said(voice, 40.0) == (again,)
    voice.show(there.but(can_confirm=True), (Cue.FAULT,), 80.0)
    assert said(voice, 90.0) == (again,)
    voice.show(there, (), 100.0)
    assert said(voice, 100.0) == (out,)


def test_a_fault_whose_cause_is_over_at_once_tells_what_to_do_before_ok() -> None:
    voice, words = announcer(), Words.load("en")
    over = a_view(State.FAULT, faults=("board_stopped_itself",))
    voice.show(over.but(output=Output.UNKNOWN, can_confirm=False), (Cue.FAULT,), 10.0)
    voice.show(over, (), 10.3)
    assert said(voice, 20.0) == tuple(
        words(f"spoken.fault.{key}") for key in ("board_stopped_itself", "again")
    )


def test_what_nobody_answers_is_said_again_only_as_long_as_its_cue_sounds() -> None:
    voice = Announcer(Words.load, lambda cues: CUE_S, again_s=20.0)
    fault = a_view(State.FAULT, faults=("supply_low",), can_confirm=False)
    spoken_at = []
    for second in range(200):
        voice.show(fault, (Cue.FAULT,) if second in (0, 60) else (), float(second))
        if said(voice, second + CUE_S):
            spoken_at.append(second)
    assert len(spoken_at) >= 4
    assert 60 < max(spoken_at) <= 120
