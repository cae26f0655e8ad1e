"""Target and level of each channel: what a detent does, and how fast the level follows.

Two rates have two names. The level rise is limited here, to 2 mA a second; the target
leads the level by at most 2, so that the current stops rising when the hand stops
turning. The output rise, within a contraction, is limited by the gate and by the board.
"""

from enum import Enum

from appliance.records import Fixed
from appliance.therapy.limits import LEVEL_RISE_MA_S
from appliance.therapy.units import CHANNELS, LONG_AGO, Pair

LEAD = 2.0
"""How far the target may lead the level, in the board's unit."""
UP_LOCKS_S = 20.0
"""Delivered contraction without a change after which up is locked."""
BACK_TO_BOTH_S = 10.0
"""Without a turn for this long, the knob moves both channels again."""


class KnobSide(Enum):
    """Which level the knob moves."""

    BOTH = "both"
    A = "A"
    B = "B"


NEXT_SIDE = {KnobSide.BOTH: KnobSide.A, KnobSide.A: KnobSide.B, KnobSide.B: KnobSide.BOTH}
CHANNELS_OF_SIDE = {KnobSide.BOTH: CHANNELS, KnobSide.A: CHANNELS[:1], KnobSide.B: CHANNELS[1:]}


class TurnResult(Enum):
    """The result of a detent."""

    DONE = "done"
    DROPPED = "dropped"
    AT_LIMIT = "at_limit"
    UP_LOCKED = "up_locked"


class Levels(Fixed, frozen=True):
    """Target and level per channel, in the board's unit."""

    level: Pair = (0.0, 0.0)
    target: Pair = (0.0, 0.0)
    knob_side: KnobSide = KnobSide.BOTH
    turned_at: float = LONG_AGO
    unchanged_s: float = 0.0
    """Delivered contraction since the last change."""

    @property
    def up_locked(self) -> bool:
        return self.unchanged_s >= UP_LOCKS_S

    @property
    def zero(self) -> bool:
        return self.level == (0.0, 0.0) and self.target == (0.0, 0.0)


def turn_up(
    levels: Levels, limit: float, now: float, flows: tuple[int, ...] = (0, 1)
) -> tuple[Levels, TurnResult]:
    """One detent up, where no rule forbids it. All channels of the side that flow move, or none.

    Both flow at once, unless a program lets A and B contract at different times.
    """
    levels = levels.but(turned_at=now)
    moved = moved_by_up(levels, flows)
    if levels.up_locked:
        return levels, TurnResult.UP_LOCKED
    if any(levels.target[i] + 1 > limit for i in moved):
        return levels, TurnResult.AT_LIMIT
    if any(levels.target[i] + 1 > levels.level[i] + LEAD for i in moved):
        return levels, TurnResult.DROPPED
    a, b = (t + 1 if i in moved else t for i, t in enumerate(levels.target))
    return levels.but(target=(a, b), unchanged_s=0.0), TurnResult.DONE


def moved_by_up(levels: Levels, flows: tuple[int, ...]) -> list[int]:
    """The channels that a detent up moves, of those in which current `flows`."""
    of_side = (channel.value for channel in CHANNELS_OF_SIDE[levels.knob_side])
    return [channel for channel in of_side if channel in flows]


def turn_down(levels: Levels, now: float) -> Levels:
    """One detent down, at once: the target becomes the level less one."""
    moved = [channel.value for channel in CHANNELS_OF_SIDE[levels.knob_side]]
    # A level that has risen to a whole number may be just below it because of rounding.
    whole = [int(level + 1e-6) for level in levels.level]
    target = [max(0.0, whole[i] - 1.0) if i in moved else levels.target[i] for i in (0, 1)]
    a, b = target
    level = (min(levels.level[0], a), min(levels.level[1], b))
    return levels.but(target=(a, b), level=level, turned_at=now, unchanged_s=0.0)


def to_zero(levels: Levels) -> Levels:
    """Both levels to zero now."""
    return levels.but(level=(0.0, 0.0), target=(0.0, 0.0), unchanged_s=0.0)


def scaled(levels: Levels, factor: float) -> Levels:
    """Levels lowered by a change of phase, to whole steps."""
    if factor >= 1.0:
        return levels
    a, b = (float(int(level * factor)) for level in levels.level)
    return levels.but(level=(a, b), target=(a, b), unchanged_s=0.0)


def follow(levels: Levels, passed_s: float, flows: tuple[int, ...] = (0, 1)) -> Levels:
    """The level after `passed_s` in which current `flows` and the hand could feel it."""
    if levels.level == levels.target:
        return levels
    rise = [LEVEL_RISE_MA_S * passed_s if i in flows else 0.0 for i in (0, 1)]
    a, b = (min(levels.target[i], levels.level[i] + rise[i]) for i in (0, 1))
    return levels.but(level=(a, b))


def next_knob_side(levels: Levels, now: float) -> Levels:
    """BACK while stimulating: both, A, B, both."""
    return levels.but(knob_side=NEXT_SIDE[levels.knob_side], turned_at=now)


def back_to_both(levels: Levels, now: float) -> Levels:
    """Back to both channels after a while without a turn."""
    if levels.knob_side is KnobSide.BOTH or now - levels.turned_at < BACK_TO_BOTH_S:
        return levels
    return levels.but(knob_side=KnobSide.BOTH)
