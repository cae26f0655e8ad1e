"""A person who sees nothing: hears a buzzer or feels a motor, and has read the table of cues.

What comes out of the box is read off the pin itself, as lengths of sound; pitch and loudness
are thrown away. What a rhythm means is looked up in the README, as any reader would.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from appliance.session.events import Button
from appliance.session.record import Record
from tests.journeys.journey import Box

README = Path(__file__).parents[2] / "README.md"
ROW = re.compile(r"^\| `([▂-█▏·]+)` \| `(\w+)` \|", re.MULTILINE)
WORD_S, SENTENCE_S = 0.4, 0.8
"""Silence that ends a cue, and silence that ends what was said."""
LENGTHS_S = (0.03, 0.1, 0.3, 0.6)
"""The beats that the table knows."""

Beat = float


def handbook() -> dict[tuple[Beat, ...], str]:
    """The name of each rhythm, from its drawing: a tenth of a second a bar."""
    return {
        tuple(0.03 if bars == "▏" else len(bars) / 10 for bars in re.split("·+", drawn)): name
        for drawn, name in ROW.findall(README.read_text("utf-8"))
    }


class Blindfolded:
    """Ears, or a hand on the lead with the motor, and hands on the box."""

    def __init__(self, box: Box, pin: int) -> None:
        self.box = box
        self.said: list[tuple[str, ...]] = []
        """Everything that was understood, a sentence at a time."""
        self._pin = box.factory.pin(pin)
        self._names = handbook()
        self._edges: list[float] = []
        self._sounds = False
        box.watchers.append(self._listen)

    def _listen(self, record: Record) -> None:
        sounds = bool(self._pin.state)
        if sounds != self._sounds:
            self._sounds = sounds
            self._edges.append(record.now)

    def hears(self, within_s: float = 150.0) -> tuple[str, ...]:
        """Wait for the next sentence, and understand it."""
        box, until = self.box, self.box.now + within_s
        while not self._edges or self._sounds or box.now - self._edges[-1] < SENTENCE_S:
            if box.now >= until:
                raise TimeoutError(f"nothing was said for {within_s} s in {box.state}")
            box.step()
        edges, self._edges = self._edges, []
        sentence = tuple(self._names[word] for word in _words(edges))
        self.said.append(sentence)
        return sentence

    def felt(self) -> list[str]:
        """Every word since the beginning, for one who only listens."""
        return [self._names[word] for word in _words(self._edges)]

    def hears_out(self) -> None:
        """Whatever is still being said is of no interest."""
        self.box.wait(4.0)
        self._edges.clear()

    # Hands. They know no state, only what to do.

    def ok(self) -> None:
        self.box.press(Button.CONFIRM)

    def hold_ok(self) -> None:
        self.box.press(Button.CONFIRM, 1.1)

    def back(self) -> None:
        self.box.press(Button.BACK)

    def read_and_agree(self) -> None:
        self.box.wait(0.5)
        self.hold_ok()

    def test_stop(self) -> None:
        self.box.press_stop()
        assert self.hears() == ("stop_heard",)
        self.box.release_stop()

    def turn_up(self, clicks: int) -> None:
        self.box.turn(clicks)


def _words(edges: list[float]) -> Iterator[tuple[Beat, ...]]:
    beats: list[Beat] = []
    for index in range(0, len(edges), 2):
        if index and edges[index] - edges[index - 1] > WORD_S:
            yield tuple(beats)
            beats = []
        beats.append(_length(edges[index + 1] - edges[index]))
    yield tuple(beats)


def _length(seconds: float) -> Beat:
    """The beat that this is nearest to, as a ratio."""
    return min(LENGTHS_S, key=lambda length: max(length, seconds) / min(length, seconds))
