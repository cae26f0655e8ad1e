"""The ports of the control loop: the protocols of controls, indicators, screen and journal."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from appliance.clock import Clock, Wakeup
from appliance.log import PROCESS_LOG, Writer
from appliance.service.control_socket import ControlServer
from appliance.service.missing_parts import NoVoice
from appliance.service.settings_files import NoFiles
from appliance.session.cues import Cue
from appliance.session.events import Event
from appliance.session.notes import Booked, Note
from appliance.session.record import Rules
from appliance.session.view import View
from appliance.settings.words import Words
from appliance.stimulator.port import Stimulator
from appliance.therapy.history import History


class Controls(Protocol):
    """The controls, as the loop uses them."""

    @property
    def next_deadline(self) -> float | None: ...
    def fileno(self) -> int | None: ...
    def stop_is_open(self) -> bool: ...
    def read(self, now: float) -> list[Event]: ...
    def faults(self, now: float) -> frozenset[str]: ...
    def close(self) -> None: ...


class Indicators(Protocol):
    """Lamp, sound and the enable line."""

    def lamp(self, brightness: float) -> None: ...
    def enable_edge(self, now: float) -> None: ...
    def enable_low(self) -> None: ...
    def set_volume(self, volume: int) -> None: ...
    def play(self, cues: Iterable[Cue], now: float) -> None: ...
    def tick(self, now: float) -> None: ...
    def next_deadline(self, now: float) -> float: ...
    def faults(self) -> frozenset[str]: ...
    def close(self) -> None: ...


class Screen(Protocol):
    def show(self, view: View) -> None: ...
    def blink(self) -> None: ...
    def picture(self) -> bytes: ...
    def faults(self) -> frozenset[str]: ...
    def close(self) -> None: ...


class Log(Writer, Protocol):
    @property
    def tail(self) -> Collection[str]: ...


class Journal(Protocol):
    """The journal's recorder."""

    def put(self, notes: Iterable[Note]) -> None: ...
    def request_histories(self, people: Iterable[str], now: float) -> None: ...
    def take_bookings(self) -> tuple[Booked, ...]: ...
    def take_histories(self) -> Mapping[str, History] | None: ...
    def faults(self, now: float) -> frozenset[str]: ...
    def close(self) -> bool: ...


class Power(Protocol):
    """The power of the box itself."""

    def switch_off(self) -> None: ...
    def faults(self, now: float) -> frozenset[str]: ...


class Voice(Protocol):
    """Speech: told what the person sees and hears, asked when it has something to do."""

    def show(self, view: View, cues: tuple[Cue, ...], now: float) -> None: ...
    def next_deadline(self) -> float: ...
    def tick(self, now: float) -> None: ...
    def faults(self, now: float) -> frozenset[str]: ...
    def close(self) -> None: ...


class Files(Protocol):
    """The files that the service was made of."""

    @property
    def error(self) -> str: ...
    def has_news(self) -> bool: ...


@dataclass
class Ports:
    """All ports of one control loop, already opened."""

    clock: Clock
    rules: Rules
    words: Words
    board: Stimulator
    controls: Controls
    indicators: Indicators
    screen: Screen
    journal: Journal
    wakeup: Wakeup
    driver: str
    volume: int
    power: Power
    voice: Voice = field(default_factory=NoVoice)
    socket: ControlServer | None = None
    standing_faults: frozenset[str] = frozenset()
    """Faults of parts that could not be opened; they last until new settings or a restart."""
    barred: Mapping[str, str] = field(default_factory=dict)
    """Boards that are not used again, as the file beside the journal has them."""
    detail: str = ""
    """The exact words of the error behind the standing faults."""
    at_the_end: Callable[[], None] = lambda: None
    log: Log = PROCESS_LOG
    files: Files = field(default_factory=NoFiles)

    def descriptors(self) -> list[int]:
        """What the loop sleeps on: wake-up pipe, controls, board and socket."""
        some = [self.wakeup.fileno(), self.controls.fileno(), self.board.fileno()]
        if self.socket is not None:
            some.extend(self.socket.descriptors())
        return [descriptor for descriptor in some if descriptor is not None]

    def close(self) -> None:
        """Close everything that the loop is served by, the board first."""
        self.board.close(self.clock.now())
        for port in (self.voice, self.indicators, self.controls, self.screen, self.journal):
            port.close()
        if self.socket is not None:
            self.socket.close()
