"""The safe set of the reference protocol: what a reference board may be told."""

from collections.abc import Iterator
from dataclasses import dataclass, field

HELLO, SET_POINT, OFF = 1, 2, 3
LENGTHS = {HELLO: 11, SET_POINT: 33, OFF: 3}
MOST_CODES = 3200
MOST_US = 400
MOST_CENTIHZ = 12_000
BURST_PULSES, BURST_MS = range(2, 26), range(100, 1001)
LEASE_MS = 300
GAP_S = 0.2
WINDOW = 64

RULES = {
    "whole": "every byte belongs to a whole frame, unless an off or a hello follows at once",
    "message": "no message but hello, set-point and off",
    "hello": "nothing before the first hello",
    "sequence": "a set-point is newer than the frame before it, by 64 at most",
    "gap": f"after a gap of more than {GAP_S} s the first frame is an off or a hello",
    "zero_first": "the first set-point after an off or a hello is zero",
    "lease": f"a set-point holds for {LEASE_MS} ms",
    "amplitude": f"no amplitude above {MOST_CODES} codes",
    "width": f"no width above {MOST_US} us",
    "frequency": "no frequency above 120 Hz",
    "bursts": "no bursts, or some of 2 to 25 pulses with a gap, 1 to 10 a second",
    "ceiling": "no ceiling above what the board would do by itself",
    "last": "the last word is an off, or the hello that stands for one",
}


@dataclass
class ReferenceSafeSet:
    """Listens to what the host says. What the board refuses by itself is no matter here."""

    broken: list[str] = field(default_factory=list)
    is_late: bool = False
    _rest: bytes = b""
    _greeted: bool = False
    _owes_off: bool = False
    _last: int = OFF
    _number: int = -1
    _frame_at: float = 0.0

    def host_says(self, data: bytes, now: float) -> None:
        *frames, self._rest = (self._rest + data).split(b"\0")
        for frame in filter(None, frames):
            self._hear(open_frame(frame), now)
        self.is_late = False

    def board_says(self, data: bytes, now: float) -> None:
        """The board compares the arming number by itself."""

    def ended(self, now: float) -> None:
        if self._last == SET_POINT or self._rest:
            self._break("last", now)

    def _hear(self, message: bytes | None, now: float) -> None:
        owed_off, self._owes_off = self._owes_off, message is None
        if message is None:
            return
        if owed_off and message[0] == SET_POINT:
            self._break("whole", now)
        for rule in self._broken_by(message, now):
            self._break(rule, now)
        self._last = message[0]
        self._frame_at = now
        self._greeted |= message[0] == HELLO
        self._number = _number_of(message)

    def _broken_by(self, message: bytes, now: float) -> Iterator[str]:
        code = message[0]
        if LENGTHS.get(code) != len(message):
            yield "message"
            return
        if not self._greeted and code != HELLO:
            yield "hello"
        if code == SET_POINT:
            yield from self._broken_by_set_point(message, now)

    def _broken_by_set_point(self, message: bytes, now: float) -> Iterator[str]:
        centihz, burst_pulses = int.from_bytes(message[12:14], "little"), message[14]
        fields = [int.from_bytes(message[at : at + 2], "little") for at in range(15, 31, 2)]
        burst_ms, *both, ceiling, ceiling_us, ceiling_centihz = fields
        amplitudes, widths = both[:2], both[2:]
        if not 0 < (_number_of(message) - self._number) & 0xFFFF <= WINDOW:
            yield "sequence"
        if self._last != SET_POINT and any(amplitudes):
            yield "zero_first"
        is_gap = not self.is_late and now - self._frame_at > GAP_S
        if self._last == SET_POINT and is_gap:
            yield "gap"
        if int.from_bytes(message[9:11], "little") != LEASE_MS:
            yield "lease"
        if max(amplitudes) > MOST_CODES:
            yield "amplitude"
        if max(widths) > MOST_US:
            yield "width"
        if centihz > MOST_CENTIHZ:
            yield "frequency"
        if (burst_pulses, burst_ms) != (0, 0) and not (
            burst_pulses in BURST_PULSES
            and burst_ms in BURST_MS
            and (burst_pulses + 1) * 100 / centihz <= burst_ms / 1000
        ):
            yield "bursts"
        if ceiling > MOST_CODES or ceiling_us > MOST_US or ceiling_centihz > MOST_CENTIHZ:
            yield "ceiling"

    def _break(self, rule: str, now: float) -> None:
        self.broken.append(f"{now:.3f} s: {RULES[rule]}")


def _number_of(message: bytes) -> int:
    at = 5 if message[0] == SET_POINT else 1
    return int.from_bytes(message[at : at + 2], "little")


def open_frame(frame: bytes) -> bytes | None:
    """The message that a frame carries; None where it is damaged."""
    plain = bytearray()
    at = 0
    while at < len(frame):
        block = frame[at]
        plain += frame[at + 1 : at + block]
        if at + block > len(frame):
            return None
        at += block
        if block < 255 and at < len(frame):
            plain.append(0)
    if len(plain) < 3 or crc_of(bytes(plain)):
        return None
    return bytes(plain[:-2])


def crc_of(data: bytes) -> int:
    """CRC-16, polynomial 0x1021, start 0xFFFF, bit by bit."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc
