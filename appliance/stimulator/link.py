"""The state of the link to a board, the same for every driver: down, connecting, up, lost.

Faults are ids of `appliance.session.faults`; their words are in the language files.
"""

from appliance.errors import BoardError
from appliance.session.board import Link
from appliance.stimulator.serial_port import PortBusyError, PortMissingError, SerialPort
from appliance.therapy.units import LONG_AGO

IDLE_SILENCE_S = 2.0
"""How long a board may be silent while off is all that it is sent. A shorter time would
turn a moment in which the machine is busy into a fault."""
RETRY_S = 0.5
"""Time from one attempt to open a port to the next."""


class WrongAnswerError(BoardError):
    """Error raised for an answer that is wrong: a fault's id, and what exactly was seen."""

    def __init__(self, fault: str, why: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.why = why


class LinkKeeper:
    """Opens the port, remembers what went wrong, and until when output counts as unknown."""

    def __init__(self, port: SerialPort, quiet_s: float) -> None:
        """`quiet_s`: time after the last set-point until the board is off, answering or not."""
        self.port = port
        self.state = Link.DOWN
        self.faults: frozenset[str] = frozenset()
        """What broke the link, until it is up again."""
        self.details: dict[str, str] = {}
        """By fault: where the trouble was, and what exactly was seen."""
        self._quiet_s = quiet_s
        self._quiet_at: float | None = None
        self._retry_at = LONG_AGO

    def open(self, now: float) -> bool:
        """Open the port. True if it was opened now, and the board can be identified."""
        if self.state is not Link.DOWN or now < self._retry_at:
            return False
        self._retry_at = now + RETRY_S
        try:
            self.port.open()
        except BoardError as error:
            self._add(_fault_of(error), str(error))
            return False
        self.state = Link.CONNECTING
        return True

    def up(self) -> None:
        """The board is the right one and it is off: every fault of the link is over."""
        self.state = Link.UP
        self.faults = frozenset()

    def lose(self, fault: str, now: float, why: str = "") -> None:
        """The board does not do what it should. The port stays open, for off.

        `why` is what exactly was seen, where that is more than the fault's words say.
        """
        self._add(fault, f"{self.port.path}: {why}" if why else self.port.path)
        self.down(now)

    def reject(self, fault: str, now: float) -> None:
        """This board cannot be used: nothing more is sent to it."""
        self.lose(fault, now)
        self.port.close()

    def lose_port(self, error: BoardError, now: float) -> None:
        """The port itself does not work any more."""
        self._add("board_lost", str(error))
        self.port.close()
        self.down(now)

    def down(self, now: float) -> None:
        """Note that the link is down: what the board says no longer counts."""
        if self.state is Link.UP:
            # Only a board that was up has been sent a set-point.
            self._quiet_at = now + self._quiet_s
        self.state = Link.DOWN
        self._retry_at = now + RETRY_S

    def quiet_at(self, now: float) -> float:
        """When the output is certainly off while the link is not up, seconds."""
        if self._quiet_at is None:
            # The process that ran before this one may have left the board on its lease.
            self._quiet_at = now + self._quiet_s
        return self._quiet_at

    def _add(self, fault: str, detail: str) -> None:
        self.faults |= {fault}
        self.details[fault] = detail


def _fault_of(error: BoardError) -> str:
    if isinstance(error, PortBusyError):
        return "board_port_busy"
    return "board_missing" if isinstance(error, PortMissingError) else "board_lost"
