"""What can happen to a session. Every event carries when it happened, in seconds."""

from collections.abc import Mapping
from enum import Enum

from appliance.records import Fixed
from appliance.session.board import Report
from appliance.session.notes import Booked
from appliance.therapy.history import History


class Button(Enum):
    """The buttons that can be pressed and held. STOP is not one of them."""

    CONFIRM = "confirm"
    BACK = "back"
    KNOB = "knob"


class StopLevel(Fixed, frozen=True):
    """STOP's contact changed: open means pressed, or its wire is broken."""

    at: float
    is_open: bool


class Down(Fixed, frozen=True):
    """A button went down, debounced."""

    at: float
    button: Button


class Up(Fixed, frozen=True):
    """A button was let go."""

    at: float
    button: Button


class Turn(Fixed, frozen=True):
    """One detent of the knob: +1 clockwise (more), -1 (less)."""

    at: float
    direction: int


class BoardReported(Fixed, frozen=True):
    """The board or its driver said something new."""

    at: float
    report: Report


class FaultsChanged(Fixed, frozen=True):
    """The faults present now outside the board: pins, screen, journal, settings."""

    at: float
    present: frozenset[str]


class HistoryRead(Fixed, frozen=True):
    """The journal answered, for every person of the plan and for Guest."""

    at: float
    histories: Mapping[str, History]


class MinuteBooked(Fixed, frozen=True):
    """The ledger has booked time ahead: it is on the disk."""

    at: float
    note: Booked


class StopCommand(Fixed, frozen=True):
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
