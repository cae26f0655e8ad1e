"""What the simulated board says of itself and of its pulses."""

from appliance.simulator.boards.reference.limits import OWN_CEILINGS
from appliance.simulator.boards.reference.output import OutputStage
from appliance.simulator.boards.reference.supervision import Supervision
from appliance.simulator.boards.reference.troubles import Troubles
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.protocol import (
    Capability,
    Check,
    Flag,
    Identity,
    Refusal,
    Report,
)

VERSION = (2, 1, 0)
HARDWARE = 1


def identity(sequence: int, layout: int, troubles: Troubles) -> Identity:
    """The answer to a hello; under another name where the troubles give one."""
    name = troubles.name or protocol.BOARD_NAME
    about = (troubles.serial, HARDWARE, troubles.stage, 2, sum(Capability), 0)
    return Identity(sequence, layout, name, *VERSION, *OWN_CEILINGS, *about)


def delivered(
    output: OutputStage, supervision: Supervision, troubles: Troubles, now: float
) -> Report:
    """A report of what was delivered. Everything else in it is 0: the board adds that."""
    output.age(now)
    held_a, held_b = output.held
    amplitude_a, amplitude_b = (
        min(int(codes * troubles.claimed_factor), 0xFFFF) for codes in output.in_force
    )
    return Report(
        *(0, 0, 0, 0, 0),
        flags=(Flag.HELD_A if held_a else 0) | (Flag.HELD_B if held_b else 0),
        cause=0,
        faults=0,
        check=Check.NONE,
        contact_a=supervision.known_contact(0),
        contact_b=supervision.known_contact(1),
        amplitude_a_codes=amplitude_a,
        amplitude_b_codes=amplitude_b,
        width_a_us=output.widths_us[0],
        width_b_us=output.widths_us[1],
        frequency_centihz=output.form.centihz,
        burst_pulses=output.form.burst_pulses,
        burst_ms=output.form.burst_ms,
        measured_a_codes=output.measured[0],
        measured_b_codes=output.measured[1],
        negative_a_codes=output.negative[0],
        negative_b_codes=output.negative[1],
        offset_a_codes=0,
        offset_b_codes=0,
        pulses_a=output.pulses[0] & 0xFFFF,
        pulses_b=output.pulses[1] & 0xFFFF,
        high_voltage_dv=0,
        cool_down_ms=int(supervision.cool_down.left_s(now) * 1000),
        overflows=0,
        supply_mv=0,
        refusals=bytes(len(Refusal)),
    )
