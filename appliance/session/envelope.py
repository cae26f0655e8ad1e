"""The envelope of the contractions: the phase, part and fraction at a moment of a stage.

A function of (program, elapsed, cycle start). It keeps no state, so no error adds up:
`elapsed_s` is the delivered time of the stage, and cycles are counted from the start of
their phase, or from the last resume.
"""

from enum import Enum
from math import floor, inf

from appliance.records import Fixed
from appliance.therapy.limits import OUTPUT_RISE_MA_S
from appliance.therapy.programs import (
    TWITCH_HZ,
    ActiveRest,
    Modulation,
    Phase,
    Span,
    Timing,
    longest_period_s,
    mean_frequency_hz,
)

GOLDEN = 0.6180339887498949
ROUNDING_S = 1e-9


class Part(Enum):
    """The part of a contraction that is being delivered."""

    TWITCH = "twitch"
    RAMP_UP = "ramp_up"
    HOLD = "hold"
    RAMP_DOWN = "ramp_down"
    OFF = "off"
    ACTIVE_REST = "active_rest"
    BELOW_TOP = "below_top"
    """A modulation has lowered the pulses below the values of the phase."""

    # `Enum.__hash__` is slow Python code, and a step calls it dozens of times.
    __hash__ = object.__hash__


RAISABLE = frozenset({Part.TWITCH, Part.RAMP_UP, Part.HOLD})
"""The parts in which a turn up counts, because the person feels its effect. What flows in an
active rest or below a modulation's top is less than what comes next, so up does not count there."""

CONTRACTING = frozenset({Part.RAMP_UP, Part.HOLD, Part.RAMP_DOWN})
"""The parts in which the muscle contracts."""

RESTING = frozenset({Part.OFF, Part.ACTIVE_REST})
"""The parts between two contractions."""

RAMPS = frozenset({Part.RAMP_UP, Part.RAMP_DOWN})

SILENT_BEFORE_FOOT_S = 0.25
"""An active rest ends this long before the next contraction. A board raises its frequency only
from pulse to pulse, but after a break it begins with the frequency of the set-point."""

_SHOWN_FIRST = (
    *(Part.HOLD, Part.TWITCH, Part.RAMP_UP, Part.BELOW_TOP),
    *(Part.RAMP_DOWN, Part.ACTIVE_REST, Part.OFF),
)


_CHANNELS = {(False, False): (), (True, False): (0,), (False, True): (1,), (True, True): (0, 1)}


class ChannelPosition(Fixed, frozen=True):
    """What one channel does at a moment of a stage."""

    part: Part
    left_s: float
    """Seconds left of the part."""
    envelope: float
    """0 at a ramp's foot, 1 in the hold."""
    since_foot_s: float = inf
    """Seconds since the ramp's foot: the longest time for which the output can have risen."""


class Position(Fixed, frozen=True):
    """A moment of a stage."""

    span: int
    """Index of the phase in the stage's layout."""
    phase: Phase
    channels: tuple[ChannelPosition, ChannelPosition]
    frequency_hz: float
    pulse_width_us: int
    """Of the pulses now: those of the phase, or less."""
    next_contraction_s: float | None
    """Seconds to the next ramp's foot of a channel; None where none follows in this phase."""
    tail: bool
    """What is left of the phase is too short for a contraction: the output stays off to its end."""

    @property
    def longest_period_s(self) -> float:
        """The longest time from a pulse to the next one."""
        return longest_period_s(self.frequency_hz, self.phase.bursts)

    @property
    def main(self) -> ChannelPosition:
        """The channel that contracts most, A where both do the same."""
        a, b = self.channels
        if a is b:
            return a
        return b if _SHOWN_FIRST.index(b.part) < _SHOWN_FIRST.index(a.part) else a

    @property
    def part(self) -> Part:
        return self.main.part

    @property
    def part_remaining_s(self) -> float:
        return self.main.left_s

    @property
    def envelope(self) -> float:
        return self.main.envelope

    def amplitude(self, channel: int, level: float) -> float:
        """What this level gives now. A ramp that is too short for the level takes longer."""
        here = self.channels[channel]
        wanted = level * self.phase.fraction * here.envelope
        return min(wanted, OUTPUT_RISE_MA_S * here.since_foot_s) if wanted else 0.0

    @property
    def raisable(self) -> tuple[int, ...]:
        """The channels whose level a turn up raises now."""
        a, b = self.channels
        return _CHANNELS[a.part in RAISABLE, b.part in RAISABLE]


def position_at(spans: tuple[Span, ...], elapsed_s: float, cycle_start_s: float) -> Position:
    """The position after `elapsed_s` of delivered time. Cycles count from `cycle_start_s`."""
    index = _span_at(spans, elapsed_s)
    span = spans[index]
    foot_s = max(span.start_s, cycle_start_s)
    if span.phase.continuous:
        return _continuous(index, span, elapsed_s, foot_s)
    return _intermittent(index, span, elapsed_s, foot_s)


def _span_at(spans: tuple[Span, ...], elapsed_s: float) -> int:
    for index, span in enumerate(spans):
        if elapsed_s < span.end_s:
            return index
    return len(spans) - 1


def _off(index: int, span: Span, left_s: float, next_s: float | None, *, tail: bool) -> Position:
    off = ChannelPosition(Part.OFF, left_s, 0.0)
    phase = span.phase
    pulses = phase.frequency_hz, phase.pulse_width_us
    return Position(index, phase, (off, off), *pulses, next_s, tail)


def _continuous(index: int, span: Span, elapsed_s: float, foot_s: float) -> Position:
    phase = span.phase
    left_s = span.end_s - elapsed_s
    if span.end_s - foot_s < phase.ramp_up_s + phase.ramp_down_s:
        return _off(index, span, left_s, None, tail=True)
    if elapsed_s < foot_s:
        # A rest is owed. As a ramp, this time would let the hand raise a level that is not felt.
        return _off(index, span, foot_s - elapsed_s, foot_s - elapsed_s, tail=False)
    since_s = elapsed_s - foot_s
    depth, changes_s = _depth(phase.modulation, since_s - phase.ramp_up_s)
    if since_s < phase.ramp_up_s:
        part, part_left_s = Part.RAMP_UP, phase.ramp_up_s - since_s
        envelope = since_s / phase.ramp_up_s
    elif left_s > phase.ramp_down_s:
        part, part_left_s, envelope = _steady(phase), left_s - phase.ramp_down_s, 1.0
        if depth:
            part, part_left_s = Part.BELOW_TOP, min(part_left_s, changes_s)
    else:
        part, part_left_s = Part.RAMP_DOWN, left_s
        envelope = max(0.0, left_s / phase.ramp_down_s) if phase.ramp_down_s else 0.0
    channel = ChannelPosition(part, part_left_s, envelope, since_s)
    pulses = _modulated(phase, depth)
    return Position(index, phase, (channel, channel), *pulses, None, False)


def _steady(phase: Phase) -> Part:
    return Part.TWITCH if phase.frequency_hz <= TWITCH_HZ else Part.HOLD


def _depth(modulation: Modulation | None, at_s: float) -> tuple[float, float]:
    """How far a modulation is below its top, 0 to 1, and the seconds to its next top."""
    if modulation is None or at_s < 0:
        return 0.0, 0.0
    period = floor(at_s / modulation.period_s)
    in_period_s = at_s - period * modulation.period_s
    below_s = in_period_s - modulation.top_s
    if below_s <= 0:
        return 0.0, 0.0
    left_s = modulation.period_s - in_period_s
    if modulation.is_random:
        # Multiples of the golden ratio: the depth differs in every period and covers all shares.
        return 1.0 - (period + 1) * GOLDEN % 1.0, left_s
    return 2.0 * min(below_s, left_s) / (modulation.period_s - modulation.top_s), left_s


def _modulated(phase: Phase, depth: float) -> tuple[float, int]:
    modulation = phase.modulation
    if modulation is None:
        return phase.frequency_hz, phase.pulse_width_us
    hz = phase.frequency_hz - depth * (phase.frequency_hz - modulation.least_frequency_hz)
    narrower_us = depth * (phase.pulse_width_us - modulation.least_pulse_width_us)
    return hz, phase.pulse_width_us - round(narrower_us)


def _intermittent(index: int, span: Span, elapsed_s: float, foot_s: float) -> Position:
    phase = span.phase
    if phase.is_pause:
        return _off(index, span, span.end_s - elapsed_s, None, tail=True)
    cycles = max(0, floor((elapsed_s - foot_s) / phase.cycle_s))
    begin_s = foot_s + cycles * phase.cycle_s
    # A contraction begins only if it can end inside its phase.
    if not _fits(phase, begin_s, span):
        return _off(index, span, span.end_s - elapsed_s, None, tail=True)
    if elapsed_s < foot_s:
        left_s = foot_s - elapsed_s
        return _off(index, span, left_s, left_s, tail=False)
    at_s = elapsed_s - begin_s
    of_a, of_b = phase.timings
    next_s = _to_next_foot(phase, at_s, _fits(phase, begin_s + phase.cycle_s, span))
    a = _contraction(of_a, at_s, phase.cycle_s)
    b = a if of_b is of_a else _contraction(of_b, at_s, phase.cycle_s)
    pulses = phase.frequency_hz, phase.pulse_width_us
    position = Position(index, phase, (a, b), *pulses, next_s, False)
    if phase.active_rest is not None and a.part is Part.OFF:
        return _active_rest(position, phase.active_rest)
    return position


def _to_next_foot(phase: Phase, at_s: float, cycle_follows: bool) -> float | None:
    """Seconds from `at_s` of a cycle to the next ramp's foot of a channel, if one follows."""
    b_s = phase.timings[1].delay_s
    if b_s > at_s:
        return b_s - at_s
    return phase.cycle_s - at_s if cycle_follows else None


def _fits(phase: Phase, begin_s: float, span: Span) -> bool:
    # Counted contractions add up to a phase whose end is rounded.
    return begin_s + phase.busy_s <= span.end_s + ROUNDING_S


def _contraction(timing: Timing, at_s: float, cycle_s: float) -> ChannelPosition:
    """What a channel does `at_s` after the cycle's foot."""
    since_s = at_s - timing.delay_s
    if since_s < 0:
        return ChannelPosition(Part.OFF, -since_s, 0.0)
    if since_s < timing.ramp_up_s:
        left_s = timing.ramp_up_s - since_s
        return ChannelPosition(Part.RAMP_UP, left_s, since_s / timing.ramp_up_s, since_s)
    hold_s = since_s - timing.ramp_up_s
    if hold_s < timing.hold_s:
        return ChannelPosition(Part.HOLD, timing.hold_s - hold_s, 1.0, since_s)
    down_s = hold_s - timing.hold_s
    if down_s < timing.ramp_down_s:
        left_s = timing.ramp_down_s - down_s
        return ChannelPosition(Part.RAMP_DOWN, left_s, 1.0 - down_s / timing.ramp_down_s, since_s)
    return ChannelPosition(Part.OFF, cycle_s - at_s + timing.delay_s, 0.0)


def _active_rest(position: Position, rest: ActiveRest) -> Position:
    """The off time with twitches: they come and go as steeply as a contraction of this phase."""
    phase, off = position.phase, position.channels[0]
    at_s, left_s = phase.off_s - off.left_s, off.left_s - SILENT_BEFORE_FOOT_S
    pulses = rest.frequency_hz, rest.pulse_width_us
    if left_s <= 0:
        return position
    # As a share of the contraction's amplitude, which is itself a fraction of the level.
    share = rest.fraction / phase.fraction
    envelope = min(share, at_s / phase.ramp_up_s)
    if phase.ramp_down_s:
        envelope = min(envelope, left_s / phase.ramp_down_s)
    twitching = ChannelPosition(Part.ACTIVE_REST, left_s, envelope, at_s)
    return Position(
        *(position.span, phase, (twitching, twitching), *pulses),
        *(position.next_contraction_s, False),
    )


def next_contraction_s(
    spans: tuple[Span, ...], position: Position, elapsed_s: float
) -> float | None:
    """Seconds to the next ramp's foot in this phase or, where none follows, in the next one."""
    if position.next_contraction_s is not None or position.span + 1 >= len(spans):
        return position.next_contraction_s
    after = spans[position.span + 1]
    if (
        after.phase.continuous
        or after.phase.is_pause
        or not _fits(after.phase, after.start_s, after)
    ):
        return None
    return after.start_s - elapsed_s


def level_factor(before: Phase, after: Phase) -> float:
    """The factor for the level when phase `after` follows `before`, 0 to 1.

    No change of phase raises anything: a higher frequency halves the level, as do more pulses a
    second or a burst, and neither the amplitude nor the charge of a pulse may be more than it was.
    """
    frequency = 0.5 if _comes_faster(before, after) else 1.0
    amplitude = before.fraction / after.fraction
    charge = amplitude * before.pulse_width_us / after.pulse_width_us
    return min(1.0, frequency, amplitude, charge)


def _comes_faster(before: Phase, after: Phase) -> bool:
    mean_before = mean_frequency_hz(before.frequency_hz, before.bursts)
    if before.bursts and after.bursts and after.bursts.pulses > before.bursts.pulses:
        return True
    return (
        after.frequency_hz > before.frequency_hz
        or mean_frequency_hz(after.frequency_hz, after.bursts) > mean_before
    )
