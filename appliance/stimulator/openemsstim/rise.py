"""The rise limit of openEMSstim: how strong a channel may be told to be next, in percent."""

from appliance.session.board import SetPoint
from appliance.stimulator.openemsstim.grammar import MAX_PERCENT, MIN_PERCENT
from appliance.therapy.units import ROUNDING

RISE_PERCENT_S = 40.0
"""Largest rise of a channel, percent a second: in percent what the hard limit is in mA/s."""
LONGEST_S = 0.3
"""Time between two commands that counts towards a rise, at most: a pause allows no leap."""


def percent_of(wanted: SetPoint | None, channel: int) -> int:
    """Whole percent of a set-point, rounded down, never above its ceiling; 0 is not at all.

    Below 1 there is nothing that the board could be told.
    """
    if wanted is None:
        return 0
    most = min(wanted.amplitude[channel], wanted.ceilings.amplitude, MAX_PERCENT)
    return int(most + ROUNDING) if most >= MIN_PERCENT else 0


def next_percent(reached: int, wanted: int, passed_s: float) -> int:
    """The percent to command now: a rise of 40 a second at most, and 1 from zero.

    `reached`: the percent commanded `passed_s` ago; `wanted`: that of the set-point.
    """
    if not reached:
        return min(wanted, MIN_PERCENT)
    return min(wanted, reached + int(RISE_PERCENT_S * min(passed_s, LONGEST_S) + ROUNDING))
