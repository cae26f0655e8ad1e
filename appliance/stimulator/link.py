"""The life of a link to a board, the same for every driver: down, connecting, up, lost."""

import math

from appliance.errors import BoardError
from appliance.session.board import Link
from appliance.stimulator.serial_port import PortBusyError, PortMissingError, SerialPort

RETRY_S = 0.5
"""How long a port rests after a try before the next one."""

_WORDS = {
    "board_lost": "connection lost; check the cable to the board",
    "board_silent": "the board does not answer; check its power and its cable",
    "board_disagrees": "the board does something else than it was asked; switch it off and on",
    "board_too_strong": "the board delivers more than it was asked; do not use it again",
    "board_too_weak": "the board delivers less than it was asked; charge it, check the pads",
    "board_reset": "the board restarted by itself; check its power",
    "board_stopped_itself": "the board switched itself off; switch it off and on",
    "board_not_the_one": "another device answers; check the port and driver in the settings",
    "board_layout": "the board speaks another version; install matching firmware",
    "board_restricted": "its makers allow this board for research only; set [stimulator] "
    "accept_research_board = true if that is what it is for, or use another board",
    "board_high_voltage": "the board cannot make its voltage; check its supply",
    "board_defect": "the board reports an error of its own; switch it off and on",
    "emergency_stop": "the board's emergency stop is pressed, or none is connected; release it",
    "loop_stalled": "the box was too slow for a moment, and the board was switched off",
}


class LinkKeeper:
    """Opens the port, remembers what went wrong, and until when output counts as unknown."""

    def __init__(self, port: SerialPort, quiet_s: float) -> None:
        """`quiet_s`: so long after our last set-point every board is off, heard or not."""
        self.port = port
        self.state = Link.DOWN
        self.faults: frozenset[str] = frozenset()
        """What broke the link, until it is up again."""
        self.detail = ""
        """The exact words of the last trouble."""
        self._quiet_s = quiet_s
        self._quiet_at: float | None = None
        self._retry_at = -math.inf

    def open(self, now: float) -> bool:
        """Whether the port was opened now, and the board can be asked who it is."""
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
        """The board is the right one, it is off, and nothing is wrong any more."""
        self.state = Link.UP
        self.faults = frozenset()
        self.detail = ""

    def lose(self, fault: str, now: float, why: str = "") -> None:
        """The board does not do what it should. The port stays open, for off.

        `why` is what exactly was seen, where that is more than the fault's own words say.
        """
        words = f"{why}: {_WORDS[fault]}" if why else _WORDS[fault]
        self._add(fault, f"{self.port.path}: {words}")
        self.down(now)

    def reject(self, fault: str, now: float) -> None:
        """This is not a board for us: it hears nothing more from us."""
        self.lose(fault, now)
        self.port.close()

    def lose_port(self, error: BoardError, now: float) -> None:
        """The port itself does not work any more."""
        self._add("board_lost", str(error))
        self.port.close()
        self.down(now)

    def down(self, now: float) -> None:
        """No word of the board is believed from now on."""
        if self.state is Link.UP:
            # Only a board that was up was ever asked for current.
            self._quiet_at = now + self._quiet_s
        self.state = Link.DOWN
        self._retry_at = now + RETRY_S

    def quiet_at(self, now: float) -> float:
        """From when on, while the link is not up, the output is surely off, seconds."""
        if self._quiet_at is None:
            # Whoever ran before us may have left a board on its lease.
            self._quiet_at = now + self._quiet_s
        return self._quiet_at

    def _add(self, fault: str, detail: str) -> None:
        self.faults |= {fault}
        self.detail = detail


def _fault_of(error: BoardError) -> str:
    if isinstance(error, PortBusyError):
        return "board_port_busy"
    return "board_missing" if isinstance(error, PortMissingError) else "board_lost"
