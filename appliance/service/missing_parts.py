"""Stand-ins for parts that could not be opened: the box then only shows the error."""

from collections.abc import Iterable, Mapping

from appliance.session.board import Output, Report, SetPoint
from appliance.session.cues import Cue
from appliance.session.events import Event
from appliance.session.notes import Booked, Note
from appliance.session.view import View
from appliance.therapy.history import History
from appliance.therapy.units import NEVER


class NoBoard:
    """No port was opened, so nothing can flow. `detail` says why, where it is a fault."""

    def __init__(self, detail: str = "") -> None:
        self.details = {"board_missing": detail} if detail else {}
        faults = frozenset(self.details)
        self._report = Report(output=Output.OFF, faults=faults)

    def fileno(self) -> int | None:
        return None

    def connect(self, now: float) -> None:
        return None

    def poll(self, now: float) -> Report:
        return self._report

    def apply(self, set_point: SetPoint, now: float) -> None:
        return None

    def off(self, now: float) -> None:
        return None

    def close(self, now: float) -> None:
        return None

    def next_deadline(self, now: float) -> float:
        return NEVER


class NoControls:
    """No pins. STOP reads as pressed, as every broken wire does."""

    next_deadline = None

    def fileno(self) -> int | None:
        return None

    def stop_is_open(self) -> bool:
        return True

    def read(self, now: float) -> list[Event]:
        return []

    def faults(self, now: float) -> frozenset[str]:
        return frozenset()

    def close(self) -> None:
        return None


class NoIndicators:
    """No lamp, no sound, no enable line."""

    def lamp(self, brightness: float) -> None:
        return None

    def enable_edge(self, now: float) -> None:
        return None

    def enable_low(self) -> None:
        return None

    def set_volume(self, volume: int) -> None:
        return None

    def play(self, cues: Iterable[Cue], now: float) -> None:
        return None

    def tick(self, now: float) -> None:
        return None

    def next_deadline(self, now: float) -> float:
        return NEVER

    def faults(self) -> frozenset[str]:
        return frozenset()

    def close(self) -> None:
        return None


class NoJournal:
    """No journal."""

    def put(self, notes: Iterable[Note]) -> None:
        return None

    def request_histories(self, people: Iterable[str], now: float) -> None:
        return None

    def take_bookings(self) -> tuple[Booked, ...]:
        return ()

    def take_histories(self) -> Mapping[str, History] | None:
        return None

    def faults(self, now: float) -> frozenset[str]:
        return frozenset()

    def close(self) -> bool:
        return True


class NoVoice:
    """No voice: `[voice] device = "none"`, or nothing to play on."""

    def show(self, view: View, cues: tuple[Cue, ...], now: float) -> None:
        return None

    def next_deadline(self) -> float:
        return NEVER

    def tick(self, now: float) -> None:
        return None

    def faults(self, now: float) -> frozenset[str]:
        return frozenset()

    def close(self) -> None:
        return None
