"""The envelope of the contractions: the phase, part and fraction at a moment of a stage.

A function of (program, elapsed, cycle start). It keeps no state, so no error adds up:
`elapsed_s` is the delivered time of the stage, and cycles are counted from the start of
their phase, or from the last resume.
"""

from dataclasses import dataclass
from enum import Enum
from math import floor

from appliance.therapy.programs import TWITCH_HZ, Phase, Span


class Part(Enum):
    """The part of a contraction that is being delivered."""

    TWITCH = "twitch"
    RAMP_UP = "ramp_up"
    HOLD = "hold"
    RAMP_DOWN = "ramp_down"
    OFF = "off"


RAISABLE = frozenset({Part.TWITCH, Part.RAMP_UP, Part.HOLD})
"""The parts in which a turn up counts, because the person feels its effect."""

CONTRACTING = frozenset({Part.RAMP_UP, Part.HOLD, Part.RAMP_DOWN})
"""The parts in which the muscle contracts."""

RAMPS = frozenset({Part.RAMP_UP, Part.RAMP_DOWN})


@dataclass(frozen=True, slots=True)
class Position:
    """A moment of a stage."""

    span: int
    """Index of the phase in the stage's layout."""
    phase: Phase
    part: Part
    part_remaining_s: float
    envelope: float
    """0 at a ramp's foot, 1 in the hold."""
    next_contraction_s: float | None
    """Seconds to the next ramp's foot; None where none follows in this phase."""
    tail: bool
    """The rest of the phase is too short for a contraction: it stays off to its end."""


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


def _continuous(index: int, span: Span, elapsed_s: float, foot_s: float) -> Position:
    phase = span.phase
    left_s = span.end_s - elapsed_s
    if span.end_s - foot_s < phase.ramp_up_s + phase.ramp_down_s:
        return Position(index, phase, Part.OFF, left_s, 0.0, None, True)
    rising_s = elapsed_s - foot_s
    if rising_s < phase.ramp_up_s:
        part, part_left_s = Part.RAMP_UP, phase.ramp_up_s - rising_s
        envelope = rising_s / phase.ramp_up_s
    elif left_s > phase.ramp_down_s:
        part = Part.TWITCH if phase.frequency_hz <= TWITCH_HZ else Part.HOLD
        part_left_s, envelope = left_s - phase.ramp_down_s, 1.0
    else:
        part, part_left_s = Part.RAMP_DOWN, left_s
        envelope = max(0.0, left_s / phase.ramp_down_s) if phase.ramp_down_s else 0.0
    return Position(index, phase, part, part_left_s, envelope, None, False)


def _intermittent(index: int, span: Span, elapsed_s: float, foot_s: float) -> Position:
    phase = span.phase
    cycles = max(0, floor((elapsed_s - foot_s) / phase.cycle_s))
    begin_s = foot_s + cycles * phase.cycle_s
    # A contraction begins only if it can end inside its phase.
    if begin_s + phase.on_s > span.end_s:
        return Position(index, phase, Part.OFF, span.end_s - elapsed_s, 0.0, None, True)
    if elapsed_s < foot_s:
        left_s = foot_s - elapsed_s
        return Position(index, phase, Part.OFF, left_s, 0.0, left_s, False)
    next_begin_s = begin_s + phase.cycle_s
    follows = next_begin_s + phase.on_s <= span.end_s
    next_s = next_begin_s - elapsed_s if follows else None
    part, part_left_s, envelope = _contraction(phase, elapsed_s - begin_s)
    return Position(index, phase, part, part_left_s, envelope, next_s, False)


def _contraction(phase: Phase, at_s: float) -> tuple[Part, float, float]:
    """Part, its seconds left and the envelope, `at_s` after the foot of the ramp."""
    if at_s < phase.ramp_up_s:
        return Part.RAMP_UP, phase.ramp_up_s - at_s, at_s / phase.ramp_up_s
    at_s -= phase.ramp_up_s
    if at_s < phase.hold_s:
        return Part.HOLD, phase.hold_s - at_s, 1.0
    at_s -= phase.hold_s
    if at_s < phase.ramp_down_s:
        return Part.RAMP_DOWN, phase.ramp_down_s - at_s, 1.0 - at_s / phase.ramp_down_s
    return Part.OFF, phase.ramp_down_s + phase.off_s - at_s, 0.0


def next_contraction_s(
    spans: tuple[Span, ...], position: Position, elapsed_s: float
) -> float | None:
    """Seconds to the next ramp's foot in this phase or, where none follows, in the next one."""
    if position.next_contraction_s is not None or position.span + 1 >= len(spans):
        return position.next_contraction_s
    after = spans[position.span + 1]
    if after.phase.continuous or after.end_s - after.start_s < after.phase.on_s:
        return None
    return after.start_s - elapsed_s


def level_factor(before: Phase, after: Phase) -> float:
    """The factor for the level when phase `after` follows `before`, 0 to 1.

    No change of phase raises anything: a higher frequency halves the level, and neither
    the amplitude nor the charge of a pulse may be more than it was.
    """
    frequency = 0.5 if after.frequency_hz > before.frequency_hz else 1.0
    amplitude = before.fraction / after.fraction
    charge = amplitude * before.pulse_width_us / after.pulse_width_us
    return min(1.0, frequency, amplitude, charge)
