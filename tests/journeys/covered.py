"""A person who hears the voice and sees nothing: does what is said, sentence by sentence."""

from collections.abc import Callable, Iterable

from appliance.session.events import Button
from appliance.settings.words import Words
from appliance.virtual_box.listener import Listener
from tests.journeys.journey import Box

PLENTY = 4000
LETTERS_A_SECOND = 14.0
"""How fast the voice speaks, roughly."""


class Covered:
    """The person, what they were told in order, and what they did between."""

    def __init__(self, box: Box, listener: Listener, language: str) -> None:
        self.box = box
        self.listener = listener
        self.said: list[str] = []
        self.told: list[str] = []
        """The sentences that the box said, and in brackets the acts of the person, in order."""
        self.words = Words.load(language)
        self._acts = {self.spoken(key): act for key, act in WHAT_TO_DO.items()}

    def spoken(self, key: str, **values: object) -> str:
        return self.words(f"spoken.{key}", **values)

    def lives(self, until: Callable[[], bool]) -> None:
        """Do what is said, until something holds."""
        for _ in range(PLENTY):
            texts = self.hears()
            asked = [self._acts[text] for text in texts if text in self._acts]
            if asked:
                # What is asked for is heard to its end.
                self.box.wait(sum(map(len, texts)) / LETTERS_A_SECOND + 0.5)
                asked[-1](self)
            if until():
                return
            self.box.wait(0.5)
        raise AssertionError(f"it went on for ever in {self.box.state}: {self.said[-20:]}")

    def hears(self) -> list[str]:
        """The sentences that the box has said since the last call."""
        texts = [text for utterance in self.listener.heard for text in utterance.texts]
        self.listener.heard.clear()
        self.said.extend(texts)
        self.told.extend(texts)
        return texts

    def did(self, what: str) -> None:
        self.told.append(f"({what})")

    def presses_ok(self) -> None:
        self.did("presses OK")
        self.box.press(Button.CONFIRM)

    def holds_ok(self) -> None:
        self.did("holds OK")
        self.box.press(Button.CONFIRM, 1.1)

    def presses_left(self) -> None:
        self.did("presses the left button")
        self.box.press(Button.BACK)

    def tries_stop(self) -> None:
        self.did("presses STOP")
        self.box.wait(0.3).press_stop().wait(1.5)
        self.hears()
        self.did("lets go of STOP")
        self.box.release_stop()

    def turns(self, clicks: Iterable[int]) -> list[list[str]]:
        """Turn the knob a click at a time. Returns the sentences said after each click."""
        told = []
        for click in clicks:
            self.did(f"turns the knob one click {'right' if click > 0 else 'left'}")
            self.box.turn(click, every_s=0.5)
            told.append(self.hears())
        return told

    def answers(self) -> None:
        """Turn two clicks up and one down: each answer is read out as it is chosen."""
        for told in self.turns((+1, +1, -1)):
            assert len(told) == 1, told
        self.presses_ok()

    def answers_zero(self) -> None:
        """No number is chosen at first: the first step is to zero."""
        assert self.turns([+1]) == [[self.spoken("value", value=0, largest=10)]]
        self.presses_ok()

    def chooses(self) -> None:
        """Every choice is read out, to the end of the list and back to the first."""
        choices = len(self.box.view.options)
        there = self.turns([+1] * (choices - 1))
        back = self.turns([-1] * (choices - 1))
        names = [told[-1] for told in (*there, *back)]
        assert len({*names}) == choices
        assert names[: choices - 2] == names[choices - 1 : -1][::-1]
        self.presses_ok()

    def turns_up(self) -> None:
        self.did("turns the knob four clicks right")
        self.box.turn(4)


WHAT_TO_DO: dict[str, Callable[[Covered], None]] = {
    "locked.plan": Covered.presses_ok,
    "checklist.hold": Covered.holds_ok,
    "checklist.promise": Covered.holds_ok,
    "scale": Covered.answers,
    "skip": Covered.answers_zero,
    "choosing.choice": Covered.chooses,
    "preparing.skin": Covered.presses_ok,
    "waited": Covered.presses_ok,
    "preparing.stop_test": Covered.tries_stop,
    "then_ok": Covered.presses_ok,
    "ready.start": Covered.holds_ok,
    "stimulating.started": Covered.turns_up,
    "stage_done.next": Covered.presses_ok,
    "stage_done.last": Covered.presses_ok,
    "aftercare.skin_scale": Covered.answers,
    "exercise_over": Covered.presses_ok,
    "aftercare.water": Covered.presses_ok,
}
"""What a person does who has heard this. Everything else is only told."""
