"""Faults that can be injected into the simulated reference board while it runs."""

from dataclasses import dataclass

from appliance.simulator.boards.reply_queue import WireTroubles
from appliance.stimulator.reference.protocol import Stage


@dataclass(slots=True)
class Troubles(WireTroubles):
    """Switches that make the simulated board misbehave. All off: an honest board."""

    stuck: bool = False
    """Takes set-points, and their lease, but keeps what was in force."""
    stays_on: bool = False
    """Answers an off, and does not obey it."""
    claimed_factor: float = 1.0
    """Claims this much of what is really in force."""
    extra_current_codes: int = 0
    """The output stage delivers this much more than the DAC says."""
    missing_negative: bool = False
    """The output stage makes no negative phase."""
    high_voltage_dv: int | None = None
    """What is sensed behind the relay, tenths of a volt, whatever the board switches."""
    layout: int | None = None
    """Speaks another version of the protocol: its layout hash."""
    serial: int = 1
    """The number that it announces: another one is another board."""
    stage: Stage = Stage.SIMULATED
    """The output stage that it says it was built with."""
    name: bytes | None = None
    """Is another device: the eight bytes that it calls itself."""
