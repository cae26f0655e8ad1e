"""Conversion of a set-point in milliampere and hertz to the integers of the reference protocol."""

from appliance.session.board import SetPoint
from appliance.stimulator.reference import protocol
from appliance.therapy.programs import Bursts
from appliance.therapy.units import ROUNDING


def amplitude_codes(current_ma: float) -> int:
    """DAC codes, rounded down, never above the hard cap."""
    return min(int(current_ma * protocol.CODES_PER_MA + ROUNDING), protocol.MAX_AMPLITUDE_CODES)


def frequency_centihz(frequency_hz: float) -> int:
    """Hundredths of a hertz, rounded down, never above the hard cap."""
    return min(int(frequency_hz * 100 + ROUNDING), protocol.MAX_FREQUENCY_CENTIHZ)


def width_us(pulse_width_us: int) -> int:
    """Microseconds, never above the hard cap."""
    return min(int(pulse_width_us), protocol.MAX_WIDTH_US)


def burst_fields(bursts: Bursts | None) -> tuple[int, int]:
    """Pulses in each burst, and milliseconds from burst to burst; 0 without bursts."""
    return (0, 0) if bursts is None else (bursts.pulses, round(1000 / bursts.rate_hz))


def on_the_wire(
    asked: SetPoint, channels: int, flows: bool, newest: protocol.Report, sequence: int
) -> protocol.SetPoint:
    """A set-point in integers; with amplitudes of zero unless current may flow.

    Of a board with one channel, B is asked for nothing. The frame carries back what `newest`, the
    newest report, said.
    """
    amplitude_a, amplitude_b = asked.amplitude if flows else (0.0, 0.0)
    if channels < 2:
        amplitude_b = 0.0
    width = width_us(asked.pulse_width_us)
    return protocol.SetPoint(
        newest.arming,
        sequence,
        newest.sequence,
        protocol.LEASE_MS,
        newest.state,
        frequency_centihz(asked.frequency_hz),
        *burst_fields(asked.bursts),
        amplitude_codes(amplitude_a),
        amplitude_codes(amplitude_b),
        width,
        width,
        amplitude_codes(asked.ceilings.amplitude),
        width_us(asked.ceilings.pulse_width_us),
        frequency_centihz(asked.ceilings.frequency_hz),
    )
