"""A whole session from power-on to `locked` by speech alone: the screen is covered."""

import pytest

from appliance.session.state import State
from appliance.settings.words import Words, languages
from appliance.simulator.body import Pads
from appliance.therapy.plan import Plan
from appliance.virtual_box.listener import Listener
from tests.journeys.covered import Covered
from tests.journeys.journey import SHORT, Home

ORDER = tuple(
    (f"spoken.{earlier}", f"spoken.{later}")
    for earlier, later in (
        ("checklist.no", "statement.no_active_implant"),
        ("first.skin_whole", "statement.skin_whole"),
        ("first.feel_touch_and_pain", "statement.feel_touch_and_pain"),
        ("choosing.gentle", "preparing.cushion"),
        ("preparing.cushion", "placing.lying.upper_thigh"),
        ("preparing.stop_works", "placing.stage.hip_flexors"),
        ("placing.first_pad.hip_flexors", "ready.stop"),
        ("ready.stop", "stimulating.started"),
        ("ready.tighten", "tighten"),
        ("aftercare.warning", "locked.done"),
    )
)
"""What has to be told before what."""


@pytest.fixture(params=languages())
def covered(request: pytest.FixtureRequest, home: Home) -> Covered:
    settings = SHORT.but(plan=Plan(stage_minutes=5.0), language=request.param)
    listener = Listener()
    box = home.knows(sessions=1).boot(settings, voice=listener)
    return Covered(box, listener, request.param)


def test_a_whole_session_by_voice_alone(covered: Covered) -> None:
    box = covered.box
    covered.lives(lambda: box.state is State.AFTERCARE)
    covered.lives(lambda: box.state is State.LOCKED)
    box.sees(State.LOCKED, output="off", sessions_done=2)
    assert box.observer.witness.highest_ma >= 4.0
    words = Words.load(box.record.language)
    assert covered.said.count(words("spoken.tighten")) == 9
    assert covered.said.count(words("spoken.rest")) == 9
    assert words("spoken.minute_left") in covered.said
    assert covered.said.count(words("spoken.hint.turn_up")) == 3
    box.wait(6.0)
    covered.hears()
    for earlier, later in ORDER:
        assert covered.said.index(words(earlier)) < covered.said.index(words(later))


def test_a_statement_that_is_not_true_and_a_mistake_are_led_as_well(covered: Covered) -> None:
    box = covered.box
    covered.lives(lambda: box.view.statement is not None and box.view.statement.number == 3)
    statement = f"statement.{box.statement}"
    box.wait(2.0)
    covered.presses_left()
    box.sees(State.REFUSED).wait(3.0)
    told = covered.hears()
    assert covered.spoken("refused.mistake") in told
    covered.presses_left()
    box.sees(State.CHECKLIST).wait(3.0)
    told = covered.hears()
    assert told[0] == covered.spoken("checklist.no")
    assert covered.spoken(statement) in told


def test_a_pad_that_comes_off_is_named(covered: Covered) -> None:
    box, words = covered.box, Words.load(covered.box.record.language)
    covered.lives(lambda: words("spoken.tighten") in covered.said)
    covered.listener.heard.clear()
    box.board.body.place(1, Pads.OPEN)
    box.wait_for(State.CONTACT_LOST, within_s=60.0)
    box.wait(8.0)
    assert covered.listener.heard[-1].texts == (words("spoken.contact_lost.right"),)


def test_stop_cuts_speech_off_and_says_off_when_the_board_has(covered: Covered) -> None:
    box, words = covered.box, Words.load(covered.box.record.language)
    covered.lives(lambda: words("spoken.tighten") in covered.said)
    covered.listener.heard.clear()
    box.press_stop().wait(6.0)
    assert covered.listener.cut_at
    assert covered.listener.cut_at[-1] - box.record.entered_at < 0.1
    assert words("spoken.stopped.off") in covered.listener.heard[-1].texts
