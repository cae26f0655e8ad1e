"""A simulated body with pads: how much of a board's current flows through it.

A pair of pads is two pads and the skin under each, in series, and the polarisation of the
electrodes. Each pad's resistance may drift: gel dries, warms up, takes up sweat, peels off.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from math import exp, inf

from appliance.records import Fixed

REFERENCE_COMPLIANCE_V = 120.0
"""The most that the reference board's output stage can put across a pair of pads."""
POLARISATION_OHM = 30.0
"""Volts per ampere to which a pulse of 300 us charges a double layer of 10 uF."""


class Pads(Enum):
    """How a channel's pair of pads lies. The value is its resistance, ohm."""

    GOOD = 1_000.0
    LIFTING = 6_000.0
    OPEN = inf
    SHORTED = 10.0


class Course(Fixed, frozen=True):
    """Where a drift leads one pad, and how fast."""

    to_ohm: float
    """Infinite: the pad comes off, its area shrinking evenly."""
    time_s: float
    """Time to 63 % of the change; for a pad that comes off, the time until it is off."""


class Drift(Enum):
    """How a pad on the skin changes. Two pads of 2 kOhm are a dry pair of 4 kOhm."""

    DRYING = Course(1_985.0, 20.0)
    WARMING = Course(350.0, 60.0)
    SWEATING = Course(150.0, 0.5)
    PEELING = Course(inf, 60.0)


@dataclass(slots=True)
class _Pad:
    ohm: float
    from_ohm: float = 0.0
    course: Course | None = None
    began_at: float = 0.0

    def advance(self, now: float) -> None:
        course = self.course
        if course is None:
            return
        passed = max(0.0, now - self.began_at) / course.time_s
        if course.to_ohm == inf:
            self.ohm = self.from_ohm / (1.0 - passed) if passed < 1.0 else inf
        else:
            self.ohm = course.to_ohm + (self.from_ohm - course.to_ohm) * exp(-passed)


class Body:
    """Pairs of pads, one a channel, on a stage that can put so many volts across each."""

    def __init__(self, compliance_v: float = REFERENCE_COMPLIANCE_V, channels: int = 2) -> None:
        self._compliance_v = compliance_v
        self._pads = [Pads.GOOD] * channels
        self._drifting: list[tuple[_Pad, _Pad] | None] = [None] * channels
        self._most_ma = [self._through(Pads.GOOD.value)] * channels

    @property
    def pads(self) -> tuple[Pads, ...]:
        return tuple(self._pads)

    def place(self, channel: int, pads: Pads) -> None:
        """Press flat, lift, take off or short the pads of channel 0 (A) or 1 (B) and so on."""
        self._pads[channel] = pads
        self._drifting[channel] = None
        self._most_ma[channel] = self._through(pads.value)

    def set_resistance(self, channel: int, ohm: float) -> None:
        """Give a pair this resistance from now on, whatever it was."""
        each = max(0.0, ohm - POLARISATION_OHM) / 2
        self._drifting[channel] = (_Pad(each), _Pad(each))
        self._most_ma[channel] = self._through(ohm)

    def drift(self, channel: int, drift: Drift, now: float, pads: Iterable[int] = (0, 1)) -> None:
        """Let these pads of a pair drift from what they are now; 0 is the upper one."""
        self.advance(now)
        each = (self._pads[channel].value - POLARISATION_OHM) / 2
        pair = self._drifting[channel] or (_Pad(each), _Pad(each))
        for index in pads:
            pad = pair[index]
            pad.from_ohm, pad.course, pad.began_at = pad.ohm, drift.value, now
        self._drifting[channel] = pair

    def advance(self, now: float) -> None:
        """Let what drifts come to where it is at `now`."""
        for channel, pair in enumerate(self._drifting):
            if pair is None:
                continue
            for pad in pair:
                pad.advance(now)
            ohm = pair[0].ohm + pair[1].ohm + POLARISATION_OHM
            self._pads[channel] = Pads.OPEN if ohm == inf else self._pads[channel]
            self._most_ma[channel] = self._through(ohm)

    def most_ma(self, channel: int) -> float:
        """The most that flows through these pads, however much a current source asks for."""
        return self._most_ma[channel]

    def _through(self, ohm: float) -> float:
        return self._compliance_v / ohm * 1000
