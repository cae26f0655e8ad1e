"""Conversion of a set-point to an update in the whole steps of the device.

The device itself would deliver 130 mA for 4 ms, unbalanced. So the hard limits that a board
of our own holds by itself are held here a second time, after the gate.
"""

from appliance.session.board import SetPoint
from appliance.stimulator.hasomed.slew_limit import whole_steps_ma
from appliance.stimulator.sciencemode.card import CARD
from appliance.stimulator.sciencemode.models import Model
from appliance.stimulator.sciencemode.pulses import Train, Update, biphasic
from appliance.therapy.limits import HARD_FREQUENCY_HZ, HARD_PULSE_WIDTH_US
from appliance.therapy.units import ROUNDING, Pair

GAP_US = 100
"""Between the two phases of a pulse, as in the maker's own example."""
_QUARTER_MS_PER_S = 4000


class Pace:
    """Which of the device's periods is next, so that the pulses add up to the program's.

    35 Hz lies between two of them. Each contraction starts with an immediate pulse, so the
    nearer period alone would give 0.5 % too many.
    """

    _SLACK_PULSES = 0.5

    def __init__(self) -> None:
        self._hz = 0.0
        # The first frequency brings these two.
        self._period: int
        self._ahead: float
        """Pulses delivered, by the clock, beyond those that the frequency makes."""
        self._flowed_at: float | None = None
        """When current flowed last, at this frequency; None where it has not flowed since."""

    def follow(self, frequency_hz: float, flows: bool, model: Model, now: float) -> int:
        """The period from now on, quarters of a millisecond. `flows`: current does by now."""
        shorter, longer, nearest = periods_quarter_ms(frequency_hz, model)
        if frequency_hz != self._hz:
            self._hz, self._period, self._ahead, self._flowed_at = frequency_hz, nearest, 0.0, None
        if flows and self._flowed_at is not None:
            passed_s = now - self._flowed_at
            self._ahead += passed_s * (_QUARTER_MS_PER_S / self._period - frequency_hz)
        elif flows:
            # The first pulse comes at once and not after a period: half a pulse, on average.
            self._ahead += 0.5
        self._flowed_at = now if flows else None
        if self._ahead > self._SLACK_PULSES:
            self._period = longer
        elif self._ahead < -self._SLACK_PULSES:
            self._period = shorter
        return self._period


def update(set_point: SetPoint, amplitude: Pair, period_quarter_ms: int) -> Update:
    """The update for these amplitudes (mA). A channel at zero is not enabled at all.

    A RehaMove3 sends a test pulse before each pulse of an enabled channel, so that a channel
    in rest is quiet only when it is left out.
    """
    width_us = min(
        int(set_point.pulse_width_us), set_point.ceilings.pulse_width_us, HARD_PULSE_WIDTH_US
    )
    trains = []
    for channel, wanted_ma in enumerate(amplitude, 1):
        current_ma = whole_steps_ma(wanted_ma, CARD.amplitude_step)
        if current_ma > 0.0:
            pulse = biphasic(current_ma, width_us, GAP_US)
            trains.append(Train(channel, period_quarter_ms, pulse))
    return Update(tuple(trains))


def periods_quarter_ms(frequency_hz: float, model: Model) -> tuple[int, int, int]:
    """The device's periods next to this frequency: shorter, longer, and the nearest of both.

    None is faster than 120 Hz. Where the device has the very period, all three are that one.
    """
    step = model.period_step_quarter_ms
    exact = _QUARTER_MS_PER_S / frequency_hz / step
    least = -int(-_QUARTER_MS_PER_S // (HARD_FREQUENCY_HZ * step))
    shorter, longer, nearest = (
        max(steps, least) * step
        for steps in (int(exact + ROUNDING), -int(-(exact - ROUNDING) // 1), round(exact))
    )
    return shorter, longer, nearest
