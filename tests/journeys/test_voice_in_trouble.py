"""What the voice says where something is in the way: STOP, a fault, dry pads; and at rest."""

from appliance.session.cues import Cue
from appliance.session.lease import LEASE_S
from appliance.session.machine.guards import IDLE_S
from appliance.session.state import State
from appliance.simulator.body import REFERENCE_COMPLIANCE_V
from appliance.therapy.plan import DayUsed
from appliance.therapy.units import NEVER
from appliance.virtual_box.box import A_MONDAY
from appliance.virtual_box.listener import Listener
from tests.journeys.journey import Box, Home


def said(listener: Listener) -> list[str]:
    """All that was said since the last call."""
    texts = [text for utterance in listener.heard for text in utterance.texts]
    listener.heard.clear()
    return texts


def with_voice(home: Home, again_s: float = NEVER) -> tuple[Box, Listener]:
    listener = Listener(again_s)
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


def test_a_cable_that_is_in_again_is_told_with_ok_and_not_asked_for_any_more(home: Home) -> None:
    box, listener = with_voice(home)
    box.observer.grace_s = LEASE_S
    box.to_current(5).unplug().wait_for(State.FAULT, within_s=1.0).wait(6.0)
    asked, again = box.words("spoken.fault.board_lost"), box.words("spoken.fault.again")
    assert said(listener)[-1] == asked
    box.plug().wait(5.0)
    assert said(listener) == [again]
    box.wait(120.0)
    assert said(listener) == [again] * 2
    box.tested_again()


def test_a_fault_that_nobody_answers_falls_silent_by_voice_as_by_cue(home: Home) -> None:
    box, listener = with_voice(home, again_s=20.0)
    box.switched_on()
    box.board.set_supply(6.7, box.now)
    box.wait_for(State.FAULT, within_s=5.0)
    began = box.now
    box.wait(IDLE_S - 200.0)
    said(listener)
    box.wait(200.0)
    assert box.words("spoken.fault.supply_low") in said(listener)
    box.wait(600.0).sees(State.FAULT)
    assert listener.sounded[-1][0] - began < IDLE_S
    assert said(listener) == []
