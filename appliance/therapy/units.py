"""The two channels and the two units that a level can have."""

from enum import Enum


class Unit(Enum):
    """What a level is counted in.

    A board that only attenuates somebody else's generator knows no current: its
    levels are percent, and charge and density do not exist for it.
    """

    MILLIAMPERE = "mA"
    PERCENT = "%"


class Channel(Enum):
    """An output of the board. The value is its index in every pair of levels."""

    A = 0
    B = 1


CHANNELS = (Channel.A, Channel.B)

Pair = tuple[float, float]
"""A value for channel A and one for channel B."""

LONG_AGO = float("-inf")
"""A moment before every other, seconds: something that has not happened yet."""
NEVER = float("inf")
"""A moment after every other, seconds: a deadline that does not come."""
ROUNDING = 1e-6
"""Added before a value is cut to whole steps, so that 0.3 / 0.1 counts as 3."""
