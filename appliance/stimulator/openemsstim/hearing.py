"""Reading the lines of text that an openEMSstim prints: echoes, firmware, start-up.

It says nothing about its output. What it repeats of a command is all that shows that the
command came through.
"""

from enum import Enum
from typing import NamedTuple

MAX_LINE_BYTES = 160
"""The board's own lines are shorter."""


class Firmware(Enum):
    """The families of firmware, by their answer to the question. The value is a name."""

    FIRST = "first (2016)"
    MASTER = "master (2017)"
    SIMPLE_MULTIPLEXER = "simple-multiplexer"
    MULTIPLEXER = "multiplexer or fabbing"
    DEV = "dev"
    EMSCONTROLLER = "emscontroller"


class Sign(Enum):
    """Of a board that starts."""

    STARTING = "starting"
    """From now on it does not listen, but keeps what it is sent, and obeys it later."""
    READY = "ready"


class Echo(NamedTuple):
    """The command that the board has read out of a frame."""

    command: str


Heard = Firmware | Sign | Echo

_ECHOES_NEXT = "EMS_CMD: Converted HEX command:"
_ANY_COMMAND = "Command NON HEX:"
_FULL_COMMAND = "Full Command:"
_UNKNOWN = "Unknown command: ?"
_UNKNOWN_CHARACTER = "ERROR: SINGLE-CHAR Command Unknown"
_SAYS_ITSELF = {
    "EMSSystem.cpp: ERROR: Unknown command: ?": Firmware.DEV,
    "ERROR,UNKNOWN_COMMAND,?": Firmware.EMSCONTROLLER,
}


class Hearing:
    """Bytes in, what they mean out. Takes whatever comes, in any pieces, and never raises."""

    def __init__(self) -> None:
        self._rest = b""
        self._is_too_long = False
        self._before = ""
        self._heading = ""
        """Under which the last command was put."""

    @property
    def waiting(self) -> int:
        """Bytes of a line that has begun."""
        return len(self._rest)

    def feed(self, data: bytes) -> list[Heard]:
        """What the lines mean that these bytes complete."""
        *lines, rest = (self._rest + data).split(b"\n")
        heard = []
        for line in lines:
            is_whole, self._is_too_long = not self._is_too_long, False
            if is_whole and len(line) <= MAX_LINE_BYTES:
                meaning = self._read(line.decode("ascii", errors="replace").strip())
                heard += [meaning] if meaning else []
        if len(rest) > MAX_LINE_BYTES:
            self._is_too_long, rest = True, b""
        self._rest = rest
        return heard

    def _read(self, line: str) -> Heard | None:
        before, self._before = self._before, line
        if before == _ECHOES_NEXT:
            return Echo(line)
        if line in (_ANY_COMMAND, _FULL_COMMAND):
            self._heading = line
            return None
        if line == "SETUP:":
            self._heading = ""
            return Sign.STARTING
        if line.startswith("SETUP DONE"):
            return Sign.READY
        return self._firmware(line)

    def _firmware(self, line: str) -> Firmware | None:
        heading = self._heading
        if line == _UNKNOWN and heading:
            return Firmware.FIRST if heading == _ANY_COMMAND else Firmware.SIMPLE_MULTIPLEXER
        if line == _UNKNOWN_CHARACTER:
            return Firmware.MASTER if heading else Firmware.MULTIPLEXER
        return _SAYS_ITSELF.get(line)
