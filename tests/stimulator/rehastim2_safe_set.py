"""The safe set of ScienceMode 2: what a RehaStim2 may be told."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.stimulator.hasomed_frames import (
    END,
    ESCAPE,
    KEY,
    START,
    Frame,
    escape,
    escape_always,
    take_frames,
    unescape,
)

INIT, INIT_ACK, GET_MODE, INIT_LIST, START_LIST, STOP_LIST = 1, 2, 10, 30, 32, 34
COMMANDS = {INIT_ACK, GET_MODE, INIT_LIST, START_LIST, STOP_LIST}
EMPTY = {GET_MODE, STOP_LIST}

MOST_MA = 80
LEAST_US, MOST_US = 20, 400
MOST_HZ = 120.0
MOST_UC = 40.0
FIRST_MA = 1
STEP_MA = 1
RISE_MA_S = 40.0
RISES_FOR_S = 0.04
GAP_S = 0.7
"""Something is said every 0.3 s, and the host that says it may be 0.3 s late."""

RULES = {
    "whole": "every byte belongs to a whole frame, unless a stop follows at once",
    "written": "a frame is written in the one way that is specified",
    "command": "no command but those that are needed",
    "empty": "a command that takes nothing carries nothing",
    "number": "no number is used twice in a row",
    "known": "nothing at all until the device has said Init",
    "ack": "an Init is answered with success, or not at all",
    "list_once": "a list comes after a stop, or is the first",
    "list_first": "a start comes only between a list and a stop",
    "gap": f"after a gap of more than {GAP_S} s nothing starts before a stop",
    "channels": "a list names channels 1 and 2, none of them slower, and nothing else",
    "single": "no doublets and no triplets",
    "current": f"no current above {MOST_MA} mA",
    "width": f"no phase shorter than {LEAST_US} us or longer than {MOST_US} us",
    "charge": f"no phase above {MOST_UC:g} uC",
    "frequency": f"no more than {MOST_HZ:g} pulses a second, and no interval past 1025 ms",
    "first": f"a list begins with {FIRST_MA} mA at most",
    "rise": f"no rise faster than {RISE_MA_S:g} mA/s",
    "last": "the last word is a stop",
}


@dataclass
class RehaStim2SafeSet:
    """Listens to the wire of a RehaStim2."""

    broken: list[str] = field(default_factory=list)
    is_late: bool = False
    """What comes was said before the device last restarted, or at another pace."""
    _heard: bytearray = field(default_factory=bytearray)
    _said: bytearray = field(default_factory=bytearray)
    _is_known: bool = False
    _has_list: bool = False
    _owes_stop: bool = False
    _number: int = -1
    _spoke_at: float = 0.0
    _currents: tuple[int, int] = (0, 0)
    _started_at: float = 0.0

    def host_says(self, data: bytes, now: float) -> None:
        self._heard += data
        for raw in take_frames(self._heard):
            self._hear(raw, now)
        self.is_late = False

    def board_says(self, data: bytes, now: float) -> None:
        """It is known once it has said Init, and has forgotten its list each time it says so."""
        self._said += data
        for raw in take_frames(self._said):
            frame = open_frame(raw)
            if frame is not None and frame.command == INIT:
                self._is_known = True
                self._has_list = False
                self._currents = (0, 0)

    def ended(self, now: float) -> None:
        if self._has_list or self._owes_stop:
            self._break("last", now)

    def _hear(self, raw: bytes, now: float) -> None:
        if not self._is_known:
            self._break("known", now)
        frame = open_frame(raw)
        owed_stop, self._owes_stop = self._owes_stop, frame is None
        if frame is None:
            return
        if owed_stop and frame.command != STOP_LIST:
            self._break("whole", now)
        if raw != write_frame(frame):
            self._break("written", now)
        for rule in self._broken_by(frame, now):
            self._break(rule, now)
        self._number = frame.number
        self._spoke_at = now
        if frame.command in (INIT_LIST, STOP_LIST):
            self._has_list = frame.command == INIT_LIST
            self._currents = (0, 0)

    def _broken_by(self, frame: Frame, now: float) -> Iterator[str]:
        command, data = frame.command, frame.data
        if command not in COMMANDS:
            yield "command"
        if data and command in EMPTY:
            yield "empty"
        if frame.number == self._number:
            yield "number"
        if command == INIT_ACK and data != b"\0":
            yield "ack"
        if command == INIT_LIST:
            if self._has_list:
                yield "list_once"
            yield from broken_by_list(data)
        if command == START_LIST:
            if not self._has_list and not self.is_late:
                yield "list_first"
            if not self.is_late and now - self._spoke_at > GAP_S:
                yield "gap"
            yield from self._broken_by_start(data, now)

    def _broken_by_start(self, data: bytes, now: float) -> Iterator[str]:
        if len(data) != 8:
            yield "channels"
            return
        for mode, high, low, current_ma in (data[:4], data[4:]):
            width_us = high * 256 + low
            if mode:
                yield "single"
            if current_ma > MOST_MA:
                yield "current"
            if not LEAST_US <= width_us <= MOST_US:
                yield "width"
            if current_ma * width_us > MOST_UC * 1000:
                yield "charge"
        passed_s = min(now - self._started_at, RISES_FOR_S)
        currents = (data[3], data[7])
        for before, wanted in zip(self._currents, currents, strict=True):
            if not before and wanted > FIRST_MA and not self.is_late:
                yield "first"
            most = max(before + RISE_MA_S * passed_s + STEP_MA, FIRST_MA)
            if before and wanted > most + 1e-9 and not self.is_late:
                yield "rise"
        self._currents = currents
        self._started_at = now

    def _break(self, rule: str, now: float) -> None:
        self.broken.append(f"{now:.3f} s: {RULES[rule]}")


def broken_by_list(data: bytes) -> Iterator[str]:
    if len(data) != 7 or data[:3] != b"\0\x03\0" or data[6]:
        yield "channels"
        return
    interval_ms = (data[4] * 256 + data[5]) / 2 + 1
    if interval_ms * MOST_HZ < 1000 or interval_ms > 1025:
        yield "frequency"


def open_frame(raw: bytes) -> Frame | None:
    """The frame that these bytes are; None where they are none."""
    if len(raw) < 8 or raw[0] != START or raw[-1] != END or set(raw[1:5:2]) != {ESCAPE}:
        return None
    body = raw[5:-1]
    if raw[2] ^ KEY != crc_of(body) or raw[4] ^ KEY != len(body):
        return None
    plain = unescape(body)
    return Frame(plain[0], plain[1], bytes(plain[2:])) if len(plain) > 1 else None


def write_frame(frame: Frame) -> bytes:
    """The one way to write it."""
    body = escape(bytes([frame.number, frame.command]) + frame.data)
    header = escape_always(bytes([crc_of(body), len(body)]))
    return bytes([START]) + header + body + bytes([END])


def crc_of(data: bytes) -> int:
    """CRC-8 with the polynomial 07, bit by bit."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07 if crc & 0x80 else crc << 1) & 0xFF
    return crc
