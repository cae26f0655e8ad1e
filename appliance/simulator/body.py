"""Pads on a body: what becomes of the current that a board asks for."""

from enum import Enum

from appliance.stimulator.reference.protocol import CODES_PER_MA

COMPLIANCE_V = 120.0
"""The most that an output stage can put across a pair of pads."""


class Pads(Enum):
    """How a channel's pair of pads lies. The value is its resistance, ohm."""

    GOOD = 1_000.0
    LIFTING = 6_000.0
    OPEN = float("inf")
    SHORTED = 10.0


class Body:
    """Two pairs of pads, one a channel."""

    def __init__(self) -> None:
        self._pads = [Pads.GOOD, Pads.GOOD]
        self._most_codes = [0, 0]
        for channel in (0, 1):
            self.place(channel, Pads.GOOD)

    @property
    def pads(self) -> tuple[Pads, Pads]:
        return self._pads[0], self._pads[1]

    def place(self, channel: int, pads: Pads) -> None:
        """Press flat, lift, take off or short the pads of channel 0 (A) or 1 (B)."""
        self._pads[channel] = pads
        self._most_codes[channel] = int(COMPLIANCE_V / pads.value * 1000 * CODES_PER_MA)

    def current_codes(self, channel: int, asked_codes: int) -> int:
        """The current that flows when a current source asks for this much, DAC codes."""
        return min(asked_codes, self._most_codes[channel])
