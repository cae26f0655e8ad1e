"""Conversion of a set-point to a channel list in the whole steps of the device.

The device itself would deliver 130 mA for 500 us at once. The hard limits, which a reference board
holds by itself, are therefore applied here once more, after the gate.
"""

from appliance.session.board import SetPoint
from appliance.stimulator.hasomed.slew_limit import whole_steps_ma
from appliance.stimulator.rehastim2.card import CARD
from appliance.stimulator.rehastim2.lists import (
    MAX_INTERVAL_HALF_MS,
    MIN_INTERVAL_HALF_MS,
    MIN_WIDTH_US,
    Channel,
    StartList,
)
from appliance.therapy.limits import HARD_FREQUENCY_HZ, HARD_PULSE_WIDTH_US
from appliance.therapy.units import ROUNDING, Pair

BOTH = 0b11
"""Channels 1 and 2: one current source serves 1 to 4, so that they never flow at once."""
_HALF_MS_PER_S = 2000


class Pace:
    """Chooses the interval of each list, so that the pulses add up to the program's frequency.

    35 Hz lies between two intervals. The nearer one alone would give half a percent too many
    pulses, because each contraction begins with a pulse at once. The interval cannot change while
    pulses flow: one contraction has a little more, the next a little less.
    """

    _SLACK_PULSES = 0.5

    def __init__(self) -> None:
        self._hz = 0.0
        # The first list brings these two, and nothing flows before it.
        self._half_ms: int
        self._ahead: float
        """Pulses delivered, by the clock, beyond those that the frequency makes."""
        self._flowed_at: float | None = None
        """When current flowed last; None where it has not flowed since, or of another list."""

    def follow(self, flows: bool, now: float) -> None:
        """Count the pulses up to now. `flows`: whether current flows now."""
        if flows and self._flowed_at is not None:
            passed_s = now - self._flowed_at
            self._ahead += passed_s * (_HALF_MS_PER_S / self._half_ms - self._hz)
        elif flows:
            # The first pulse comes at once and not after an interval: half a pulse, on average.
            self._ahead += 0.5
        self._flowed_at = now if flows else None

    def choose(self, frequency_hz: float) -> int:
        """The interval of a list that is made now, half milliseconds."""
        shorter, longer, nearest = intervals_half_ms(frequency_hz)
        if frequency_hz != self._hz:
            self._hz, self._ahead = frequency_hz, 0.0
        self._flowed_at = None
        if self._ahead > self._SLACK_PULSES:
            self._half_ms = longer
        elif self._ahead < -self._SLACK_PULSES:
            self._half_ms = shorter
        else:
            self._half_ms = nearest
        return self._half_ms


def start_list(set_point: SetPoint, amplitude: Pair) -> StartList:
    """The list for these amplitudes, mA."""
    most_us = min(set_point.ceilings.pulse_width_us, HARD_PULSE_WIDTH_US)
    width_us = max(min(set_point.pulse_width_us, most_us), MIN_WIDTH_US)
    return StartList(
        tuple(
            Channel(width_us, int(whole_steps_ma(current_ma, CARD.amplitude_step)))
            for current_ma in amplitude
        )
    )


def frequency_hz(set_point: SetPoint) -> float:
    """The frequency of the set-point, within the session's ceiling, Hz."""
    return min(set_point.frequency_hz, set_point.ceilings.frequency_hz)


def intervals_half_ms(frequency_hz: float) -> tuple[int, int, int]:
    """The device's intervals next to this frequency: shorter, longer, and the nearest of both.

    None is faster than 120 Hz. Where the device has the very interval, all three are that one.
    """
    exact = _HALF_MS_PER_S / frequency_hz
    least = max(-int(-_HALF_MS_PER_S // HARD_FREQUENCY_HZ), MIN_INTERVAL_HALF_MS)
    shorter, longer, nearest = (
        min(max(half_ms, least), MAX_INTERVAL_HALF_MS)
        for half_ms in (int(exact + ROUNDING), -int(-(exact - ROUNDING) // 1), round(exact))
    )
    return shorter, longer, nearest
