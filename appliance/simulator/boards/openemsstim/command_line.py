"""The command line of openEMSstim's firmware: what it makes of a line, mistakes included."""

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

LONGEST_ON_MS = 5000
ON_TIME_LIMIT = 1 << 15
"""Numbers are of 16 bits with a sign."""


class Firmware(Enum):
    """Which one runs on the board."""

    FIRST = "A"
    MASTER = "B"
    SIMPLE_MULTIPLEXER = "C"
    MULTIPLEXER = "D"
    DEV = "E"
    EMSCONTROLLER = "F"


class Go(NamedTuple):
    """Close a channel's relays. What is None stays as it was."""

    channel: int
    wiper: int | None
    on_ms: int | None


class Toggle(NamedTuple):
    """Close a channel's relays with no end, or open them."""

    channel: int


class Nudge(NamedTuple):
    """Move a channel's wiper a step, beyond the end and round again."""

    channel: int
    by: int


class AllOff(NamedTuple):
    """Open every relay, one channel after the other."""


class Crash(NamedTuple):
    """Write to memory outside of the channels: the firmware stops."""


Deed = Go | Toggle | Nudge | AllOff | Crash

_CHARACTERS: dict[str, Deed] = {
    "1": Toggle(0),
    "2": Toggle(1),
    "a": Nudge(0, 1),
    "q": Nudge(0, -1),
    "s": Nudge(1, 1),
    "w": Nudge(1, -1),
}
_NO_CHARACTER = "\tERROR: SINGLE-CHAR Command Unknown"


def carry_out(line: str, firmware: Firmware) -> tuple[list[str], Deed | None]:
    """What the firmware says to a line, and what it then does."""
    if firmware is Firmware.EMSCONTROLLER:
        return ([f"ERROR,UNKNOWN_COMMAND,{line}"] if line else []), None
    said = [f"\tUSB: received command: {line}"]
    if firmware is Firmware.MULTIPLEXER:
        if len(line) <= 2:
            deed = _CHARACTERS.get(line[:1])
            return ([] if deed else [_NO_CHARACTER]), deed
        return _command(line, said, firmware)
    if line.startswith("WV"):
        digits = line[line.rfind(",") + 1 : -1]
        command = "".join(_characters(digits))
        said += ["\tEMS_CMD: HEX command length: ", str(len(digits)), digits]
        said += ["\tEMS_CMD: Converted HEX command: ", command]
        return _command(command, said, firmware)
    if line == "Connection End":
        return [*said, "\tBT: Disconnected"], AllOff()
    return _plain(line, said, firmware)


def _plain(line: str, said: list[str], firmware: Firmware) -> tuple[list[str], Deed | None]:
    if firmware is Firmware.DEV:
        return _command(line, [*said, "\tEMS_CMD: Command is NON HEX: ", line], firmware)
    if firmware is Firmware.SIMPLE_MULTIPLEXER and not line.startswith("."):
        return _command(line, [*said, "\tFull Command:", line], firmware)
    said += ["\tCommand NON HEX:", line]
    if firmware is Firmware.FIRST:
        return _command(line, said, firmware)
    # The first character counts, whatever follows it.
    character = line[1:2] if firmware is Firmware.SIMPLE_MULTIPLEXER else line[:1]
    deed = _CHARACTERS.get(character)
    return (said if deed else [*said, _NO_CHARACTER]), deed


def _characters(digits: str) -> Iterator[str]:
    for at in range(0, len(digits), 2):
        values = [_value(one) for one in digits[at : at + 2].ljust(2)]
        yield chr((values[0] * 16 + values[1]) & 0xFF) if min(values) >= 0 else "\xff"


def _value(digit: str) -> int:
    """A to F are read as 0 to 5, which is a mistake of the firmware."""
    if "A" <= digit <= "F":
        return ord(digit) - ord("A")
    return int(digit) if digit in "0123456789" else -1


def _command(line: str, said: list[str], firmware: Firmware) -> tuple[list[str], Deed | None]:
    if not line:
        return said, None
    if "G" not in line:
        unknown = "Unknown command: "
        if firmware is Firmware.DEV:
            unknown = f"EMSSystem.cpp: ERROR: {unknown}"
        return (said if line[0] == "O" else [*said, unknown + line]), None
    return said, _deed(line, 4 if firmware is Firmware.SIMPLE_MULTIPLEXER else 2)


def _deed(line: str, channels: int) -> Deed:
    channel = _number(line, "C")
    is_there = channel is not None and 0 <= channel < channels
    if not is_there and ("T" in line or "I" in line):
        return Crash()
    if channel is None or not is_there:
        return AllOff()
    percent, on_ms = _number(line, "I"), _number(line, "T")
    wiper = None if percent is None else wiper_of(percent)
    return Go(channel, wiper, None if on_ms is None else min(on_ms, LONGEST_ON_MS))


def _number(line: str, letter: str) -> int | None:
    """The number after a letter, as 16 bits hold it."""
    if letter not in line:
        return None
    rest = line[line.index(letter) + 1 :]
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return _as_16_bits(int(digits)) if digits else -1


def _as_16_bits(number: int) -> int:
    return (number + ON_TIME_LIMIT) % (2 * ON_TIME_LIMIT) - ON_TIME_LIMIT


def wiper_of(percent: int) -> int:
    """Where the wiper goes: 0 lets most through, 255 least."""
    through = int(_as_16_bits(160 * (percent - 1)) * 0.01 + 0.5) + 55
    return 255 - min(max(through, 0), 255)


_PERCENT = {wiper_of(percent): float(percent) for percent in range(1, 101)}


def percent_of(wiper: int) -> float:
    """Which percent a wiper stands for. Below its 1 % there is something still: never zero."""
    between = max(1.0 + (255 - wiper - 55) / 1.6, 0.1)
    return _PERCENT.get(wiper, between)
