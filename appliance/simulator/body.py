"""A simulated body with pads: how much of a board's current flows through it."""

from enum import Enum

REFERENCE_COMPLIANCE_V = 120.0
"""The most that the reference board's output stage can put across a pair of pads."""


class Pads(Enum):
    """How a channel's pair of pads lies. The value is its resistance, ohm."""

    GOOD = 1_000.0
    LIFTING = 6_000.0
    OPEN = float("inf")
    SHORTED = 10.0


class Body:
    """Pairs of pads, one a channel, on a stage that can put so many volts across each."""

    def __init__(self, compliance_v: float = REFERENCE_COMPLIANCE_V, channels: int = 2) -> None:
        self._compliance_v = compliance_v
        self._pads = [Pads.GOOD] * channels
        self._most_ma = [self._through(Pads.GOOD)] * channels

    @property
    def pads(self) -> tuple[Pads, ...]:
        return tuple(self._pads)

    def place(self, channel: int, pads: Pads) -> None:
        """Press flat, lift, take off or short the pads of channel 0 (A) or 1 (B) and so on."""
        self._pads[channel] = pads
        self._most_ma[channel] = self._through(pads)

    def most_ma(self, channel: int) -> float:
        """The most that flows through these pads, however much a current source asks for."""
        return self._most_ma[channel]

    def _through(self, pads: Pads) -> float:
        return self._compliance_v / pads.value * 1000
