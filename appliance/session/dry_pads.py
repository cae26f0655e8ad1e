"""Dry pads: the level comes down to the current that flowed, and up is refused for a minute.

A board that measures reports what flowed. Dry pads let through less than is asked; when they
take up sweat, the rest would flow at once, without a hand. Pure functions of time: nothing here
raises anything.
"""

from appliance.records import Fixed
from appliance.session.envelope import Part, Position
from appliance.session.levels import CHANNELS_OF_SIDE, Levels
from appliance.therapy.limits import LEVEL_RISE_MA_S
from appliance.therapy.units import LONG_AGO, Pair

SHORT_FRACTION = 0.85
"""Less than this share of the amplitude is short."""
SHORT_FROM_MA = 4.0
"""Below this amplitude the tolerance of a measurement is too large a share of it."""
SHORT_FOR_S = 0.5
"""How long flowing current has to be short without a break."""
REFUSE_UP_S = 60.0
"""How long up is refused, unless the stage starts again from zero before."""
REPORT_LAG_S = 0.1
"""How old a report may be."""
RISE_MA = 1.0
"""A board that has risen by more than this still ramps: a held channel wavers by less."""
STEADY = frozenset({Part.HOLD, Part.TWITCH})
"""The parts in which the envelope stands still, so that a report can be compared."""

Measured = tuple[float | None, float | None]


class PadState(Fixed, frozen=True):
    """What has been found of each channel since the stage last started from zero."""

    short_s: Pair = (0.0, 0.0)
    """Flowing current that has been short so far, without a break."""
    dry_at: Pair = (LONG_AGO, LONG_AGO)
    """When the pads were last found dry."""
    ramped_at: Pair = (LONG_AGO, LONG_AGO)
    """The last moment outside the steady parts, or at which the board still rose."""
    rose_from_ma: Pair = (0.0, 0.0)
    """What was in force at the last rise, or the least since then."""
    rose_at: float = LONG_AGO
    """The last moment at which the level was below the target."""

    def dry(self, now: float) -> tuple[int, ...]:
        """The channels for which up is refused now."""
        return tuple(i for i in (0, 1) if now - self.dry_at[i] < REFUSE_UP_S)


def refuses_up(pad_state: PadState, levels: Levels, now: float) -> bool:
    """Whether one of the channels that the knob moves is dry."""
    moved = {channel.value for channel in CHANNELS_OF_SIDE[levels.knob_side]}
    return not moved.isdisjoint(pad_state.dry(now))


def follow(
    pad_state: PadState, position: Position, levels: Levels, in_force: Pair, now: float
) -> PadState:
    """The times that a comparison needs, before the channels are judged. `in_force` is in mA.

    A board rises by 2 mA from pulse to pulse, so at 3 Hz it goes on rising after the ramp of a
    strong phase. One that holds a dry channel at what flows does not.
    """
    a, b = (
        _ramp_of(pad_state, channel, position.channels[channel].part in STEADY, in_force, now)
        for channel in (0, 1)
    )
    ramped_at, rose_from_ma = (a[0], b[0]), (a[1], b[1])
    rose_at = pad_state.rose_at if levels.level == levels.target else now
    before = (pad_state.ramped_at, pad_state.rose_from_ma, pad_state.rose_at)
    if (ramped_at, rose_from_ma, rose_at) == before:
        return pad_state
    return pad_state.but(ramped_at=ramped_at, rose_from_ma=rose_from_ma, rose_at=rose_at)


def _ramp_of(
    pad_state: PadState, channel: int, is_steady: bool, in_force: Pair, now: float
) -> tuple[float, float]:
    """When a channel last ramped, and from what its next rise counts, mA."""
    flows_ma, from_ma = in_force[channel], pad_state.rose_from_ma[channel]
    rises = flows_ma > from_ma + RISE_MA
    ramped_at = now if rises or not is_steady else pad_state.ramped_at[channel]
    return ramped_at, flows_ma if rises else min(from_ma, flows_ma)


def judge(
    pad_state: PadState,
    position: Position,
    commanded: Pair,
    measured: Measured,
    now: float,
    passed_s: float,
) -> tuple[PadState, tuple[int, ...]]:
    """The pad state after `passed_s`, and the channels that have now been short for too long.

    `commanded` is the amplitude of the newest set-point and `measured` what flowed, both in mA.
    """
    behind_s = position.longest_period_s + REPORT_LAG_S
    # The newest pulse was commanded up to one period ago, and the level rises by 2 mA a second.
    behind_ma = LEVEL_RISE_MA_S * behind_s if now - pad_state.rose_at < behind_s else 0.0
    short_s, found = list(pad_state.short_s), []
    for channel in (0, 1):
        if now - pad_state.ramped_at[channel] < behind_s:
            continue
        flowed, asked = measured[channel], commanded[channel]
        is_short = (
            flowed is not None
            and asked >= SHORT_FROM_MA
            and flowed < SHORT_FRACTION * (asked - behind_ma)
        )
        short_s[channel] = short_s[channel] + passed_s if is_short else 0.0
        if short_s[channel] >= SHORT_FOR_S:
            found.append(channel)
    a, b = short_s
    changed = pad_state if (a, b) == pad_state.short_s else pad_state.but(short_s=(a, b))
    return changed, tuple(found)


def found_dry(pad_state: PadState, channels: tuple[int, ...], now: float) -> PadState:
    """Up is refused for these channels from now on, and their count begins anew."""
    a, b = (now if i in channels else pad_state.dry_at[i] for i in (0, 1))
    short_a, short_b = (0.0 if i in channels else pad_state.short_s[i] for i in (0, 1))
    return pad_state.but(dry_at=(a, b), short_s=(short_a, short_b))


def lowered(levels: Levels, channels: tuple[int, ...], shares: Pair) -> Levels:
    """Level and target of the channels at what flows, whole steps down. `shares` are 0 to 1."""
    level, target = list(levels.level), list(levels.target)
    for channel in channels:
        share = min(1.0, max(0.0, shares[channel]))
        level[channel] = target[channel] = float(int(levels.level[channel] * share + 1e-6))
    return levels.but(level=(level[0], level[1]), target=(target[0], target[1]), unchanged_s=0.0)
