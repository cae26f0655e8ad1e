"""A whole session from power-on to `locked` by speech alone: the screen is covered."""

from collections.abc import Callable

import pytest

from appliance.session.events import Button
from appliance.session.state import State
from appliance.settings.words import Words, languages
from appliance.simulator.body import Pads
from appliance.therapy.plan import Plan
from appliance.virtual_box.listener import Listener
from tests.journeys.journey import SHORT, Box, Home

Act = Callable[[Box], object]
PLENTY = 2000


def ok(box: Box) -> object:
    return box.press(Button.CONFIRM)


def hold_ok(box: Box) -> object:
    return box.press(Button.CONFIRM, 1.1)


def test_stop(box: Box) -> object:
    return box.wait(0.3).press_stop().wait(0.5).release_stop()


test_stop.__test__ = False  # type: ignore[attr-defined]

WHAT_TO_DO: dict[str, Act] = {
    "locked.plan": ok,
    "checklist.hold": hold_ok,
    "choosing.soreness_before": ok,
    "choosing.choice": ok,
    "preparing.skin": ok,
    "preparing.pads": ok,
    "preparing.stop_test": test_stop,
    "placing.stage.hip_flexors": ok,
    "placing.stage.lower_back": ok,
    "placing.stage.glutes": ok,
    "placing.box": ok,
    "placing.lying.upper_thigh": ok,
    "placing.lying.beside_spine": ok,
    "placing.lying.glutes": ok,
    "ready.start": hold_ok,
    "stimulating.started": lambda box: box.turn(4),
    "stage_done.next": ok,
    "stage_done.last": ok,
    "aftercare.skin": ok,
    "aftercare.soreness": ok,
    "aftercare.comfort": ok,
    "aftercare.stretch_1": ok,
    "aftercare.stretch_2": ok,
    "aftercare.stretch_3": ok,
    "aftercare.flare_ups": ok,
    "aftercare.bridge": ok,
    "aftercare.bird_dog": ok,
    "aftercare.dead_bug": ok,
    "aftercare.water": ok,
}
"""What a person does who has heard this. Everything else is only told."""


class Covered:
    """A person who hears the voice, and sees nothing."""

    def __init__(self, box: Box, listener: Listener, language: str) -> None:
        self.box = box
        self.listener = listener
        self.said: list[str] = []
        words = Words.load(language)
        self._acts = {words(f"spoken.{key}"): act for key, act in WHAT_TO_DO.items()}

    def lives(self, until: Callable[[], bool]) -> None:
        """Do what is said, sentence by sentence, until something holds."""
        for _ in range(PLENTY):
            texts = self._hears()
            self.said.extend(texts)
            for text in texts:
                if text in self._acts:
                    # A statement is heard to its end before anybody agrees.
                    self.box.wait(1.6)
                    self._acts[text](self.box)
            if until():
                return
        raise AssertionError(f"it went on for ever: {self.said[-20:]}")

    def _hears(self) -> tuple[str, ...]:
        heard = self.listener.heard
        for _ in range(PLENTY):
            if heard:
                return heard.pop(0).texts
            self.box.wait(1.0)
        raise AssertionError(f"nothing more was said in {self.box.state}")


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


def test_a_pad_that_comes_off_is_named(covered: Covered) -> None:
    box, words = covered.box, Words.load(covered.box.record.language)
    covered.lives(lambda: words("spoken.tighten") in covered.said)
    covered.listener.heard.clear()
    box.board.body.place(1, Pads.OPEN)
    box.wait_for(State.CONTACT_LOST, within_s=60.0)
    box.wait(8.0)
    assert covered.listener.heard[0].texts == (words("spoken.contact_lost.right"),)


def test_stop_cuts_speech_off_and_says_off_when_the_board_has(covered: Covered) -> None:
    box, words = covered.box, Words.load(covered.box.record.language)
    covered.lives(lambda: words("spoken.tighten") in covered.said)
    covered.listener.heard.clear()
    box.press_stop().wait(6.0)
    assert covered.listener.cut_at
    assert covered.listener.cut_at[-1] - box.record.entered_at < 0.1
    assert words("spoken.stopped.off") in covered.listener.heard[-1].texts
