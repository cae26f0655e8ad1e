"""From a set-point to an update in the whole steps of the device.

The device itself would deliver 130 mA for 4 ms, unbalanced. So the hard limits that a board
of our own holds by itself are held here a second time, after the gate.
"""

from appliance.session.board import SetPoint
from appliance.stimulator.sciencemode.models import Model
from appliance.stimulator.sciencemode.pulses import CURRENT_STEP_MA, Train, Update, biphasic
from appliance.therapy.limits import (
    HARD_CURRENT_MA,
    HARD_FREQUENCY_HZ,
    HARD_PHASE_CHARGE_UC,
    HARD_PULSE_WIDTH_US,
    OUTPUT_RISE_MA_S,
    phase_charge_uc,
)
from appliance.therapy.units import Pair

GAP_US = 100
"""Between the two phases of a pulse, as in the maker's own example."""
_QUARTER_MS_PER_S = 4000
# A float that stands for a whole step may lie a hair below it.
_HAIR = 1e-6


class Rise:
    """How fast current may come up: 40 mA a second, whatever is asked.

    From nothing the first pulses are 1 mA at most. A pause between two set-points does not
    save up for a leap.
    """

    _FIRST_MA = 1.0
    _LONGEST_S = 0.1

    def __init__(self) -> None:
        self._reached: Pair = (0.0, 0.0)
        self._at: float | None = None

    def follow(self, asked: Pair, now: float) -> Pair:
        """As much of `asked` as may be delivered now, mA."""
        passed_s = 0.0 if self._at is None else min(now - self._at, self._LONGEST_S)
        more_ma = OUTPUT_RISE_MA_S * max(passed_s, 0.0)
        self._at = now
        self._reached = (
            min(asked[0], max(self._reached[0] + more_ma, self._FIRST_MA)),
            min(asked[1], max(self._reached[1] + more_ma, self._FIRST_MA)),
        )
        return self._reached


def update(asked: SetPoint, amplitude: Pair, model: Model) -> Update:
    """The update for these amplitudes (mA). A channel at zero is not enabled at all.

    A RehaMove3 sends a test pulse before each pulse of an enabled channel, so that a channel
    in rest is quiet only when it is left out.
    """
    width_us = min(int(asked.pulse_width_us), HARD_PULSE_WIDTH_US)
    period = period_quarter_ms(asked.frequency_hz, model)
    trains = []
    for channel, wanted_ma in enumerate(amplitude, 1):
        current_ma = whole_steps_ma(min(wanted_ma, asked.ceilings.amplitude), width_us)
        if current_ma > 0.0:
            trains.append(Train(channel, period, biphasic(current_ma, width_us, GAP_US)))
    return Update(tuple(trains))


def whole_steps_ma(current_ma: float, width_us: int) -> float:
    """Whole steps of 0.5 mA, rounded down; never above 80 mA and 40 uC a phase."""
    most_ma = min(HARD_CURRENT_MA, HARD_PHASE_CHARGE_UC / phase_charge_uc(1.0, width_us))
    return int(min(current_ma, most_ma) / CURRENT_STEP_MA + _HAIR) * CURRENT_STEP_MA


def period_quarter_ms(frequency_hz: float, model: Model) -> int:
    """From pulse to pulse: the device's nearest period, unless that is faster than 120 Hz.

    Nearest, because a stage has to deliver the program's number of pulses: at 35 Hz the next
    longer period would lose 0.6 %, the nearest one adds 0.25 %.
    """
    step = model.period_step_quarter_ms
    steps = round(_QUARTER_MS_PER_S / frequency_hz / step)
    if steps * step * HARD_FREQUENCY_HZ < _QUARTER_MS_PER_S:
        steps = -int(-_QUARTER_MS_PER_S // (HARD_FREQUENCY_HZ * step))
    return steps * step
