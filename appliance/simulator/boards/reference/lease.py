"""The lease: how long the simulated board delivers what a set-point asks for."""

from appliance.stimulator.reference.protocol import SetPoint
from appliance.therapy.units import NEVER

_NEWER = 0x8000
"""Numbers wrap: one is newer than another if it is ahead by less than half of the range."""


class Lease:
    """One lease, between two offs. A host that does not hear the board cannot extend it."""

    def __init__(self) -> None:
        self.end = NEVER
        """Seconds of the caller's clock; never before the first set-point."""
        self._heard = 0

    def renew(self, asked: SetPoint, now: float, is_first: bool) -> None:
        """A set-point was accepted; the first one arms."""
        end = now + asked.lease_ms / 1000
        if is_first or 0 < (asked.heard - self._heard) & 0xFFFF < _NEWER:
            self._heard = asked.heard
            self.end = end
        else:
            self.end = min(self.end, end)
