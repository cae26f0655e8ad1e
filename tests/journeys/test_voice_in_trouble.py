"""What the voice says where something is in the way: STOP, a fault, dry pads; and at rest."""

from appliance.session.cues import Cue
from appliance.session.state import State
from appliance.simulator.body import REFERENCE_COMPLIANCE_V
from appliance.therapy.plan import DayUsed
from appliance.virtual_box.box import A_MONDAY
from appliance.virtual_box.listener import Listener
from tests.journeys.journey import Box, Home


def said(listener: Listener) -> list[str]:
    """All that was said since the last call."""
    texts = [text for utterance in listener.heard for text in utterance.texts]
    listener.heard.clear()
    return texts


def with_voice(home: Home) -> tuple[Box, Listener]:
    listener = Listener()
    return home.knows(sessions=5).boot(voice=listener), listener


def test_with_stop_open_from_power_on_the_voice_asks_to_let_go_of_it(home: Home) -> None:
    box, listener = with_voice(home)
    box.press_stop().wait_for(State.LOCKED, within_s=5.0).wait(8.0)
    let_go = box.words("spoken.stop_pressed")
    asked = said(listener)
    assert asked.index(let_go) < asked.index(box.words("spoken.locked.plan"))
    listener.sounded.clear()
    box.confirm().sees(State.LOCKED).wait(3.0)
    assert [cues for _, cues in listener.sounded] == [(Cue.STOP_HEARD,)]
    assert said(listener) == [let_go]
    box.release_stop().wait(0.3).confirm().sees(State.CHECKLIST)


def test_stop_that_was_let_go_again_is_not_asked_for(home: Home) -> None:
    box, listener = with_voice(home)
    box.to_placing().wait(20.0)
    said(listener)
    box.press_stop().wait(0.3).release_stop().wait(5.0)
    assert box.words("spoken.stop_pressed") not in said(listener)


def test_with_dry_pads_the_voice_does_not_ask_to_turn_up(home: Home) -> None:
    box, listener = with_voice(home)
    box.to_both(8).to_step("hold", within_s=200.0)
    box.turn(3).to_step("off").to_step("hold")
    box.board.body.set_resistance(1, REFERENCE_COMPLIANCE_V / 4.0 * 1000)
    said(listener)
    box.turn(2).to_step("off").wait(8.0)
    told = said(listener)
    assert box.words("spoken.hint.dry_right") in told
    assert box.words("spoken.rest") in told
    assert box.words("spoken.hint.tighten") not in told


def test_a_box_at_rest_is_silent_at_midnight_and_when_the_hours_of_rest_end(home: Home) -> None:
    listener = Listener()
    home.knows(sessions=5, days_ago=0)
    late = A_MONDAY.replace(hour=23, minute=50)
    box = home.boot(began=late, voice=listener).switched_on().wait(60.0)
    box.sees(State.LOCKED, day_used=DayUsed.SESSIONS)
    assert box.words("spoken.locked.day_used") in said(listener)
    for now_used in (DayUsed.INTERVAL, None):
        box.wait_until(lambda used=now_used: box.view.day_used is used, within_s=9000.0)
        box.wait(10.0)
        assert said(listener) == []
