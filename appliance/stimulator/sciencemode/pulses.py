"""Pulse trains of ScienceMode: an update sets, per channel, a period and a pulse of points."""

from appliance.records import Fixed

WIRE_MAX_MA = 150.0
"""What the wire can say. The device takes 130 mA."""
WIRE_MAX_POINT_US = 4095
MAX_POINTS = 16
MAX_RAMP_PULSES = 15
MAX_PERIOD_QUARTER_MS = 4 * 16383

_ZERO_CODE = 300
_CODES_PER_MA = 2


class Point(Fixed, frozen=True):
    """A stretch of constant current within a pulse."""

    current_ma: float
    """Amplitude, -150 to 150 mA in steps of 0.5."""
    duration_us: int
    """Duration, 0 to 4095 us; the device makes 10 us of anything shorter."""

    @property
    def charge_uc(self) -> float:
        """Signed charge, microcoulomb."""
        return self.current_ma * self.duration_us * 1e-3

    def pack(self) -> bytes:
        """Four bytes. Raises ValueError for what the wire cannot say."""
        code = self.current_ma * _CODES_PER_MA + _ZERO_CODE
        if not 0 <= code <= 2 * _ZERO_CODE or code != int(code):
            raise ValueError(f"{self.current_ma} mA: steps of 0.5 from -150 to 150")
        if not 0 <= self.duration_us <= WIRE_MAX_POINT_US:
            raise ValueError(f"{self.duration_us} us: 0 to {WIRE_MAX_POINT_US}")
        return (self.duration_us << 20 | int(code) << 10).to_bytes(4, "big")

    @classmethod
    def unpack(cls, data: bytes) -> "Point | None":
        """From four bytes; None where they are no point."""
        word = int.from_bytes(data, "big")
        code = word >> 10 & 0x3FF
        if len(data) != 4 or word & 0x3FF or code > 2 * _ZERO_CODE:
            return None
        return cls((code - _ZERO_CODE) / _CODES_PER_MA, word >> 20)


def biphasic(current_ma: float, width_us: int, gap_us: int) -> tuple[Point, Point, Point]:
    """A pulse without net charge: positive phase, gap, negative phase of the same width."""
    return (Point(current_ma, width_us), Point(0.0, gap_us), Point(-current_ma, width_us))


class Train(Fixed, frozen=True):
    """One channel's pulses."""

    channel: int
    """1 to 8 (RehaMove3: 4)."""
    period_quarter_ms: int
    """From pulse to pulse, in the P24's finest unit; RehaMove3 takes even numbers only."""
    points: tuple[Point, ...]
    """1 to 16."""
    ramp_pulses: int = 0
    """0 to 15: so many pulses rise to full strength when the channel becomes enabled."""

    @property
    def period_s(self) -> float:
        """From pulse to pulse, seconds."""
        return self.period_quarter_ms / 4000

    @property
    def net_charge_uc(self) -> float:
        """What a pulse leaves behind, microcoulomb; 0 where it is balanced."""
        return sum(point.charge_uc for point in self.points)

    def pack(self) -> bytes:
        """Header and points. Raises ValueError for what the wire cannot say."""
        if not 1 <= len(self.points) <= MAX_POINTS:
            raise ValueError(f"{len(self.points)} points: 1 to {MAX_POINTS}")
        if not 0 <= self.ramp_pulses <= MAX_RAMP_PULSES:
            raise ValueError(f"a ramp of {self.ramp_pulses} pulses: 0 to {MAX_RAMP_PULSES}")
        head = (len(self.points) - 1) << 4 | self.ramp_pulses
        points = b"".join(point.pack() for point in self.points)
        return bytes([head]) + _pack_period(self.period_quarter_ms) + points


class Update(Fixed, frozen=True):
    """Ml_update: from now on these trains, and nothing on every other channel."""

    trains: tuple[Train, ...] = ()
    """In ascending order of channels."""

    def pack(self) -> bytes:
        """Raises ValueError for what the wire cannot say."""
        channels = [train.channel for train in self.trains]
        if channels != sorted(set(channels)) or not all(1 <= one <= 8 for one in channels):
            raise ValueError(f"channels {channels}: ascending, each once, 1 to 8")
        mask = sum(1 << (channel - 1) for channel in channels)
        return bytes([mask]) + b"".join(train.pack() for train in self.trains)

    @classmethod
    def unpack(cls, data: bytes) -> "Update | None":
        """None where the bytes are no update."""
        if not data:
            return None
        trains = []
        at = 1
        for channel in (bit + 1 for bit in range(8) if data[0] >> bit & 1):
            train = _unpack_train(channel, data[at:])
            if train is None:
                return None
            trains.append(train)
            at += 3 + 4 * len(train.points)
        return cls(tuple(trains)) if at == len(data) else None


def _unpack_train(channel: int, data: bytes) -> Train | None:
    """The train that these bytes begin with."""
    if len(data) < 3:
        return None
    points = [Point.unpack(data[at : at + 4]) for at in range(3, 4 * (data[0] >> 4) + 7, 4)]
    known = tuple(point for point in points if point)
    if len(known) < len(points):
        return None
    word = data[1] << 8 | data[2]
    quarters = word >> 1 if word & 1 else (word >> 1) * 2
    return Train(channel, quarters, known, data[0] & 0xF)


def _pack_period(quarters: int) -> bytes:
    """Fifteen bits of half milliseconds, or of quarters where the lowest bit says so."""
    if not 1 <= quarters <= MAX_PERIOD_QUARTER_MS or (quarters % 2 and quarters > 0x7FFF):
        raise ValueError(f"a period of {quarters / 4} ms: quarters to 8191.75, halves to 16383")
    word = quarters << 1 | 1 if quarters % 2 else quarters // 2 << 1
    return word.to_bytes(2, "big")
