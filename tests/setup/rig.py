"""A box that is being set up: wires on mock pins, hands on them, and somebody who answers."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gpiozero.pins.mock import MockFactory, MockPWMPin

from appliance.doctor.host import Host
from appliance.errors import ApplianceError, BoardError
from appliance.session.cues import Cue
from appliance.settings.model import Settings
from appliance.setup.chapters import CHAPTERS
from appliance.setup.draft import Draft
from appliance.setup.machine import Answering, Machine, Port
from appliance.setup.questions import Choose, Question, Several, Work
from appliance.setup.sitting import Sitting

SH1106_ANSWERS, SSD1306_ANSWERS = 0x08, 0x03
UPWARDS = ((True, False), (True, True), (False, True), (False, False))
"""Whether A and B are closed after each quarter of a cycle to the right."""


class WiredPin(MockPWMPin):
    """A pin that something may connect to ground, whatever its pull-up does."""

    def _set_pull(self, value: str) -> None:
        super()._set_pull(value)
        if self.info.name in self.factory.grounded:
            self.drive_low()


class WiredFactory(MockFactory):
    """Mock pins that stay what they are wired to, however often they are opened and closed."""

    def __init__(self) -> None:
        self.grounded: set[str] = set()
        self.held: dict[str, object] = {}
        """The pins that are open, each with its device: no collector of garbage closes it."""
        super().__init__(pin_class=WiredPin)

    def reserve_pins(self, requester: object, *names: object) -> None:
        super().reserve_pins(requester, *names)
        self.held |= {self.pin(name).info.name: requester for name in names}

    def release_pins(self, reserver: object, *names: object) -> None:
        super().release_pins(reserver, *names)
        for name in (self.pin(name).info.name for name in names):
            if self.held.get(name) is reserver:
                del self.held[name]

    def ground(self, pin: int) -> None:
        self.grounded.add(f"GPIO{pin}")
        self.pin(pin).drive_low()

    def open(self, pin: int) -> None:
        self.grounded.discard(f"GPIO{pin}")
        self.pin(pin).drive_high()

    def close(self) -> None:
        """The wires outlive the program that looks at them."""


class Time:
    """A clock that stands still while nobody moves it on."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def now(self) -> float:
        return self.seconds

    def wait(self, descriptors: Collection[int], until: float) -> Collection[int]:
        self.seconds = max(self.seconds, until)
        return []


class Rig:
    """One sitting on one machine. What the machine has is set before it is asked for."""

    def __init__(self, folder: Path, text: str | None = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "config.toml"
        if text is not None:
            self.path.write_text(text)
        self.pins = WiredFactory()
        self.time = Time()
        self.ports: list[Port] = []
        self.probe: Callable[[str, Callable[[str], None]], Any] = no_board
        self.panels: list[Answering] | ApplianceError = []
        self.played: list[int] = []
        self.commands: list[tuple[str, ...]] = []
        self.timedatectl = "Timezone=UTC\nNTPSynchronized=no"
        self.root = folder / "root"
        """What the machine's file system is, as far as setup looks at it."""
        self.machine = Machine(
            clock=self.time,
            host=Host(self.root),
            open_pins=lambda settings: self.pins,
            serial_ports=lambda: self.ports,
            probe=lambda path, tell: self.probe(path, tell),
            panels=self._panels,
            play=self._play,
            command=self._command,
            zones=lambda: {"UTC", "Europe/Berlin"},
            wall_clock=lambda: datetime(2026, 3, 2, 18, 0, tzinfo=UTC),
            is_root=True,
        )
        self.draft = Draft(self.path)
        self.sitting = Sitting(self.draft, self.machine, CHAPTERS)

    # What is asked

    @property
    def question(self) -> Question | None:
        return self.sitting.question

    @property
    def words(self) -> str:
        return "" if self.question is None else self.question.words

    def begin(self, chapter: str) -> None:
        self.sitting.begin(next(one for one in CHAPTERS if one.id == chapter))
        self.work()

    def work(self) -> list[str]:
        """Let what takes its time come to its end; return what it said."""
        told: list[str] = []
        while isinstance(self.question, Work):
            self.sitting.answer(self.question.done(told.append))
        return told

    def choose(self, label: str) -> None:
        """Choose the one option whose label begins like this."""
        question = self.question
        if not isinstance(question, Choose):
            raise AssertionError(f"nothing to choose from: {question}")
        found = [one.id for one in question.options if one.label.startswith(label)]
        if len(found) != 1:
            raise AssertionError(f"{label!r} among {[one.label for one in question.options]}")
        self.answer(found[0])

    def mark(self, *ids: str) -> None:
        if not isinstance(self.question, Several):
            raise AssertionError(f"nothing to mark: {self.question}")
        self.answer(ids)

    def answer(self, answer: object) -> None:
        self.sitting.answer(answer)
        self.work()

    def has_file(self, path: str, text: str) -> None:
        """The machine has this file."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    # Hands

    def look(self, passes_s: float = 0.0) -> None:
        """Let setup look at the pins."""
        self.time.seconds += passes_s
        self.sitting.poll(self.time.now())

    def press(self, pin: int) -> None:
        """A button to ground."""
        self.pins.ground(pin)
        self.look(0.1)
        self.pins.open(pin)
        self.look(0.1)

    def open_and_close(self, pin: int) -> None:
        """A switch that is closed at rest."""
        self.pins.open(pin)
        self.look(0.1)
        self.pins.ground(pin)
        self.look(0.1)

    def turn(self, a: int, b: int, quarters: int, from_quarter: int = 0) -> None:
        """Turn the knob by so many quarters of a cycle, to the right if above zero; let go."""
        step = 1 if quarters > 0 else -1
        at = from_quarter
        for _ in range(abs(quarters)):
            at += step
            for pin, closed in zip((a, b), UPWARDS[(at - 1) % 4], strict=True):
                self._move(pin, closed)
            self.look(0.01)
        self.look(1.0)

    def _move(self, pin: int, closed: bool) -> None:
        if closed != (f"GPIO{pin}" in self.pins.grounded):
            (self.pins.ground if closed else self.pins.open)(pin)

    # The machine

    def _panels(self) -> list[Answering]:
        if isinstance(self.panels, ApplianceError):
            raise self.panels
        return self.panels

    def _play(self, settings: Settings, cue: Cue, clock: object) -> None:
        self.played.append(settings.sound.volume)

    def _command(self, words: Sequence[str]) -> str:
        self.commands.append(tuple(words))
        return self.timedatectl if "show" in words else ""


def no_board(path: str, tell: Callable[[str], None]) -> Any:
    raise BoardError(f"{path}: no known board answers; check its power, its cable and the port")
