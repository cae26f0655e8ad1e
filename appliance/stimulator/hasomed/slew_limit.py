"""The slew limit of HASOMED devices, which do not limit the rise of current themselves.

It repeats after the gate what a reference board does by itself.
"""

from appliance.session.board import SetPoint
from appliance.therapy.limits import HARD_CURRENT_MA, OUTPUT_RISE_MA_S
from appliance.therapy.units import LONG_AGO, ROUNDING, Pair


class SlewLimit:
    """Limits the rise of each channel to 40 mA/s, whatever the set-points are.

    From zero, the first pulses have 1 mA at most. A pause between two set-points allows no
    leap after it.
    """

    _FIRST_MA = 1.0
    _LONGEST_S = 0.04
    """Two of the loop's steps. Where answers come late, the rise is late too."""

    def __init__(self, step_ma: float) -> None:
        """`step_ma`: the device's smallest amplitude, below which nothing flows."""
        self._step_ma = step_ma
        self._reached: Pair = (0.0, 0.0)
        self._at = LONG_AGO

    def towards(self, set_point: SetPoint, now: float) -> Pair:
        """The amplitude of the set-point that may be delivered now, per channel, mA."""
        passed_s = min(now - self._at, self._LONGEST_S)
        more_ma = OUTPUT_RISE_MA_S * max(passed_s, 0.0)
        a, b = (
            max(ma + more_ma, self._FIRST_MA) if ma >= self._step_ma else self._FIRST_MA
            for ma in self._reached
        )
        most_ma = set_point.ceilings.amplitude
        return min(set_point.amplitude[0], most_ma, a), min(set_point.amplitude[1], most_ma, b)

    def fall_back(self, in_force: Pair) -> None:
        """The device has not answered what was sent last: the next rise begins at what it agreed
        to, mA, so that no leap follows however many updates are lost.
        """
        a, b = self._reached
        self._reached = min(a, in_force[0]), min(b, in_force[1])

    def reach(self, amplitude: Pair, now: float) -> None:
        """This amplitude was sent, or stays in force: the next rise begins here."""
        self._reached, self._at = amplitude, now


def whole_steps_ma(current_ma: float, step_ma: float) -> float:
    """Whole steps of the board, rounded down, never above 80 mA: with 400 us that is 32 uC."""
    return int(min(current_ma, HARD_CURRENT_MA) / step_ma + ROUNDING) * step_ma
