"""The safe set of ScienceMode's middle level: what a P24 or a RehaMove3 may be told."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

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

LOW_STOP, INIT, UPDATE, STOP, LOOK = 4, 30, 32, 34, 36
WHO_REHAMOVE3, BATTERY, STATUS, WHO_P24 = 50, 54, 62, 68
QUESTIONS = {WHO_REHAMOVE3, WHO_P24}
COMMANDS = {LOW_STOP, INIT, UPDATE, STOP, LOOK, BATTERY, STATUS} | QUESTIONS

MOST_MA = 80.0
MOST_US = 400
MOST_HZ = 120.0
MOST_UC = 40.0
FIRST_MA = 1.0
STEP_MA = 0.5
RISE_MA_S = 40.0
RISES_FOR_S = 0.04
"""However late an update is, it rises by no more than two steps of the loop do."""
GAP_S = 0.7
"""A keep-alive is due every 0.4 s, and the host that sends it may be 0.3 s late."""
TOLD_S = 0.1
"""An answer that is missing counts as lost after 0.08 s; until then nothing else is sent."""

RULES = {
    "whole": "every byte belongs to a whole frame, unless a stop follows at once",
    "written": "a frame is written in the one way that is specified",
    "command": "no command but those that are needed",
    "empty": "a command that takes nothing carries nothing",
    "number": "no number is used twice in a row",
    "known": "nothing but questions until the device has said what it is",
    "model": "each model is told only what it knows",
    "init_once": "an init comes to a device that is off",
    "init_first": "an update, and a look, only between init and stop",
    "gap": f"after a gap of more than {GAP_S} s nothing acts before a stop",
    "lead": "once a lead in use is said to be off, no update before a stop",
    "looked": f"an update goes on with a channel whose state was told in the last {TOLD_S} s",
    "zero_first": "the first update after init enables nothing",
    "channels": "no channel but 1 and 2",
    "ramp": "no ramp by the device",
    "shape": "a pulse is a positive phase, a gap, and a negative phase just like the first",
    "current": f"no current above {MOST_MA:g} mA",
    "width": f"no phase shorter than 10 us or longer than {MOST_US} us",
    "charge": f"no phase above {MOST_UC:g} uC",
    "frequency": f"no more than {MOST_HZ:g} pulses a second, as many on A as on B",
    "first": f"a channel begins with {FIRST_MA:g} mA at most",
    "rise": f"no rise faster than {RISE_MA_S:g} mA/s",
    "last": "the last word is a stop",
}


class Pulses(NamedTuple):
    """What an update asks of one channel."""

    period_ms: float
    in_quarters: bool
    """Whether the period is written in quarters of a millisecond."""
    ramp: int
    points: list[tuple[int, float]]
    """Duration in us and current in mA."""


@dataclass
class ScienceModeSafeSet:
    """`model` is "P24" or "RehaMove3"."""

    model: str
    broken: list[str] = field(default_factory=list)
    is_late: bool = False
    _heard: bytearray = field(default_factory=bytearray)
    _said: bytearray = field(default_factory=bytearray)
    _is_known: bool = False
    _is_on: bool = False
    _owes_stop: bool = False
    _lead_is_off: bool = False
    _told_at: float = -inf
    """When the device told the state of its channels, if it has since the last update."""
    _looks: set[int] = field(default_factory=set)
    """Numbers of the questions for that state since the last update: older ones tell nothing."""
    _updates: int = 0
    _number: int = -1
    _heard_at: float = 0.0
    _kept_at: float = 0.0
    _currents: dict[int, float] = field(default_factory=dict)
    _update_at: float = 0.0

    def host_says(self, data: bytes, now: float) -> None:
        self._heard += data
        for raw in take_frames(self._heard):
            self._hear(raw, now)
        self.is_late = False

    def board_says(self, data: bytes, now: float) -> None:
        """What it is, once it answers 68 or 50 with success; that it is off; a lead's state."""
        self._said += data
        for raw in take_frames(self._said):
            frame = frame_at_the_end(raw)
            if frame is None or frame.data[:1] != b"\0":
                continue
            self._is_known |= frame.command - 1 in QUESTIONS
            # What was asked before an init says nothing of what came after.
            is_newest = frame.number == self._number
            if frame.command - 1 == STATUS and frame.data[1:2] == b"\0" and is_newest:
                self._is_on = False
            if frame.command - 1 == LOOK:
                self._told_at = now if frame.number in self._looks else self._told_at
                self._lead_is_off |= not self._currents.keys().isdisjoint(errors_in(frame.data))

    def ended(self, now: float) -> None:
        if self._is_on or self._owes_stop:
            self._break("last", now)

    def _hear(self, raw: bytes, now: float) -> None:
        frame = open_frame(raw)
        owed_stop, self._owes_stop = self._owes_stop, frame is None
        if frame is None:
            return
        if owed_stop and frame.command != STOP:
            self._break("whole", now)
        if raw != write_frame(frame):
            self._break("written", now)
        for rule in self._broken_by(frame, now):
            self._break(rule, now)
        self._number, self._heard_at = frame.number, now
        if frame.command == LOOK:
            self._looks.add(frame.number)
        if frame.command in (INIT, UPDATE, LOOK):
            self._kept_at = now
        if frame.command in (INIT, STOP):
            self._is_on = frame.command == INIT
            self._lead_is_off = False
            self._updates = 0
            self._currents = {}

    def _broken_by(self, frame: Frame, now: float) -> Iterator[str]:
        command, data = frame.command, frame.data
        if command not in COMMANDS:
            yield "command"
        if data and command not in (INIT, UPDATE, LOOK):
            yield "empty"
        # Sixty-three frames that were lost on the way would make it look so, too.
        if frame.number == self._number and now - self._heard_at < GAP_S:
            yield "number"
        if not self._is_known and command not in QUESTIONS:
            yield "known"
        is_gap = not self.is_late and now - self._kept_at > GAP_S
        if command in (UPDATE, LOOK) and is_gap:
            yield "gap"
        if command == INIT and self._is_on:
            yield "init_once"
        if command in (UPDATE, LOOK) and not self._is_on:
            yield "init_first"
        if not self._fits_model(command, data):
            yield "model"
        if command == UPDATE:
            yield from self._broken_by_update(data, now)

    def _fits_model(self, command: int, data: bytes) -> bool:
        is_p24 = self.model == "P24"
        match command:
            case 30:
                return data in ((b"\0", b"\1") if is_p24 else (b"\0",))
            case 36:
                return data == (b"\4" if is_p24 else b"\2")
            case 54:
                return not is_p24
        return True

    def _broken_by_update(self, data: bytes, now: float) -> Iterator[str]:
        wanted = read_update(data)
        if wanted is None:
            yield "written"
            return
        if self._lead_is_off:
            yield "lead"
        goes_on = not self._currents.keys().isdisjoint(wanted)
        if goes_on and now - self._told_at > TOLD_S and not self.is_late:
            yield "looked"
        if self._updates == 0 and wanted:
            yield "zero_first"
        if not wanted.keys() <= {1, 2}:
            yield "channels"
        if len({pulses.period_ms for pulses in wanted.values()}) > 1:
            yield "frequency"
        for channel, pulses in wanted.items():
            yield from self._broken_by_pulses(pulses)
            yield from self._broken_by_rise(channel, pulses, now)
        self._updates += 1
        self._told_at = -inf
        self._looks.clear()
        self._update_at = now
        self._currents = {channel: peak_ma(pulses) for channel, pulses in wanted.items()}

    def _broken_by_pulses(self, pulses: Pulses) -> Iterator[str]:
        widths = [duration for duration, _ in pulses.points]
        currents = [current for _, current in pulses.points]
        if pulses.period_ms * MOST_HZ < 1000 - 1e-9:
            yield "frequency"
        if self.model != "P24" and pulses.in_quarters:
            yield "model"
        if pulses.ramp:
            yield "ramp"
        if not is_biphasic(widths, currents):
            yield "shape"
        if max(map(abs, currents)) > MOST_MA:
            yield "current"
        if not all(10 <= width <= MOST_US for width in widths):
            yield "width"
        if max(abs(current) * width for width, current in pulses.points) > MOST_UC * 1000:
            yield "charge"

    def _broken_by_rise(self, channel: int, pulses: Pulses, now: float) -> Iterator[str]:
        wanted, before = peak_ma(pulses), self._currents.get(channel, 0.0)
        if not before and wanted > FIRST_MA:
            yield "first"
        passed_s = min(now - self._update_at, RISES_FOR_S)
        most = max(before + RISE_MA_S * passed_s + STEP_MA, FIRST_MA)
        if before and wanted > most + 1e-9 and not self.is_late:
            yield "rise"

    def _break(self, rule: str, now: float) -> None:
        self.broken.append(f"{now:.3f} s: {RULES[rule]}")


def is_biphasic(widths: list[int], currents: list[float]) -> bool:
    """A positive phase, a gap, and the same again the other way round."""
    if len(currents) != 3:
        return False
    first, gap, second = currents
    return first > 0 and gap == 0 and second == -first and widths[0] == widths[2]


def peak_ma(pulses: Pulses) -> float:
    return max(abs(current) for _, current in pulses.points)


def open_frame(raw: bytes) -> Frame | None:
    """The frame that these bytes are; None where they are none."""
    if len(raw) < 12 or raw[0] != START or raw[-1] != END or set(raw[1:9:2]) != {ESCAPE}:
        return None
    length = (raw[2] ^ KEY) * 256 + (raw[4] ^ KEY)
    crc = (raw[6] ^ KEY) * 256 + (raw[8] ^ KEY)
    body = raw[9:-1]
    if length != len(raw) or crc != crc_of(body):
        return None
    plain = unescape(body)
    if len(plain) < 2:
        return None
    head = plain[0] * 256 + plain[1]
    return Frame(head // 1024, head % 1024, bytes(plain[2:]))


def frame_at_the_end(raw: bytes) -> Frame | None:
    """The frame after whatever disturbed the line before it; None where there is none."""
    starts = (at for at, byte in enumerate(raw) if byte == START)
    return next((frame for at in starts if (frame := open_frame(raw[at:]))), None)


def write_frame(frame: Frame) -> bytes:
    """The one way to write it."""
    head = frame.number * 1024 + frame.command
    body = escape(bytes([head // 256, head % 256]) + frame.data)
    length, crc = len(body) + 10, crc_of(body)
    header = escape_always(bytes([length // 256, length % 256, crc // 256, crc % 256]))
    return bytes([START]) + header + body + bytes([END])


def crc_of(data: bytes) -> int:
    """CRC-16/XMODEM, bit by bit."""
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def errors_in(data: bytes) -> set[int]:
    """The channels that current data says something is wrong with."""
    if data[1:2] == b"\2":
        return {1 + bit for bit in range(4) if data[2] >> bit & 1}
    nibbles = [data[3 + n // 2] >> n % 2 * 4 & 15 for n in range(2 * len(data[3:7]))]
    return {channel for channel, state in enumerate(nibbles, 1) if state}


def read_update(data: bytes) -> dict[int, Pulses] | None:
    """What an update asks of each channel that it enables; None where it is malformed."""
    if not data:
        return None
    wanted = {}
    rest = list(data[1:])
    for channel in itertools.compress(range(1, 9), (data[0] >> bit & 1 for bit in range(8))):
        if len(rest) < 3:
            return None
        count, ramp = rest[0] // 16 + 1, rest[0] % 16
        word = rest[1] * 256 + rest[2]
        period_ms = word // 2 / (4 if word % 2 else 2)
        if len(rest) < 3 + 4 * count:
            return None
        points = []
        for at in range(3, 3 + 4 * count, 4):
            bits = int.from_bytes(bytes(rest[at : at + 4]), "big")
            if bits & 1023:
                return None
            points.append((bits >> 20, ((bits >> 10 & 1023) - 300) / 2))
        wanted[channel] = Pulses(period_ms, bool(word % 2), ramp, points)
        rest = rest[3 + 4 * count :]
    return None if rest else wanted
