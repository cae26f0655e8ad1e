"""The simulated reference board's own limits, and which set-points it accepts."""

from typing import NamedTuple

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.protocol import SetPoint


class Ceilings(NamedTuple):
    """The most that the board delivers, in the units of the wire."""

    codes: int = protocol.MAX_AMPLITUDE_CODES
    width_us: int = protocol.MAX_WIDTH_US
    centihz: int = protocol.MAX_FREQUENCY_CENTIHZ

    def lowered_by(self, asked: SetPoint) -> "Ceilings":
        """The lower of these and those that a set-point brings."""
        return Ceilings(
            min(self.codes, asked.ceiling_codes),
            min(self.width_us, asked.ceiling_us),
            min(self.centihz, asked.ceiling_centihz),
        )

    def allow(self, asked: SetPoint) -> bool:
        """Whether a set-point asks for nothing above these."""
        return (
            protocol.MIN_LEASE_MS <= asked.lease_ms <= protocol.MAX_LEASE_MS
            and asked.frequency_centihz <= self.centihz
            and _allow_bursts(asked)
            and self._allow_channel(asked, asked.amplitude_a_codes, asked.width_a_us)
            and self._allow_channel(asked, asked.amplitude_b_codes, asked.width_b_us)
        )

    def _allow_channel(self, asked: SetPoint, codes: int, width_us: int) -> bool:
        if not codes:
            return width_us <= self.width_us
        return (
            codes <= self.codes
            and protocol.MIN_WIDTH_US <= width_us <= self.width_us
            and codes * width_us <= protocol.MAX_CHARGE_CODES_US
            and asked.frequency_centihz >= protocol.MIN_FREQUENCY_CENTIHZ
        )


def _allow_bursts(asked: SetPoint) -> bool:
    """Between two bursts lies at least one period more than between two pulses."""
    pulses, ms = asked.burst_pulses, asked.burst_ms
    if not pulses:
        return not ms
    return (
        2 <= pulses <= protocol.MAX_BURST_PULSES
        and protocol.MIN_BURST_MS <= ms <= protocol.MAX_BURST_MS
        and (pulses + 1) * 100_000 <= ms * asked.frequency_centihz
    )


OWN_CEILINGS = Ceilings()
