"""What can happen to a session. Every event carries when it happened, in seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from appliance.session.board import Report
from appliance.session.notes import Booked
from appliance.therapy.history import History


class Button(Enum):
    """The buttons that can be pressed and held. STOP is not one of them."""

    CONFIRM = "confirm"
    BACK = "back"
    KNOB = "knob"


@dataclass(frozen=True, slots=True)
class StopLevel:
    """STOP's contact changed: open means pressed, or its wire is broken."""

    at: float
    is_open: bool


@dataclass(frozen=True, slots=True)
class Down:
    """A button went down, debounced."""

    at: float
    button: Button


@dataclass(frozen=True, slots=True)
class Up:
    """A button was let go."""

    at: float
    button: Button


@dataclass(frozen=True, slots=True)
class Turn:
    """One detent of the knob: +1 clockwise (more), -1 (less)."""

    at: float
    direction: int


@dataclass(frozen=True, slots=True)
class BoardReported:
    """The board or its driver said something new."""

    at: float
    report: Report


@dataclass(frozen=True, slots=True)
class FaultsChanged:
    """The faults present now outside the board: pins, screen, journal, settings."""

    at: float
    present: frozenset[str]


@dataclass(frozen=True, slots=True)
class HistoryRead:
    """The journal answered, for every person of the plan and for Guest."""

    at: float
    histories: Mapping[str, History]


@dataclass(frozen=True, slots=True)
class MinuteBooked:
    """The ledger has booked time ahead: it is on the disk."""

    at: float
    note: Booked


@dataclass(frozen=True, slots=True)
class StopCommand:
    """`stop` arrived over the control socket. It has the effect of a press of STOP."""

    at: float


Event = (
    StopLevel
    | Down
    | Up
    | Turn
    | BoardReported
    | FaultsChanged
    | HistoryRead
    | MinuteBooked
    | StopCommand
)
