"""A dry delivery of a stage: what a person would get who sets a level once and leaves the knob."""

from itertools import pairwise
from math import prod

from appliance.records import Fixed
from appliance.session import envelope
from appliance.session.envelope import Part
from appliance.therapy.routines import Stage

STEP_S = 0.25


class DryRun(Fixed, frozen=True):
    """What one stage delivers."""

    contractions: int
    flows_s: float
    """How long current flows."""


def deliver(stage: Stage) -> DryRun:
    """Walk through the stage in steps of `STEP_S`."""
    spans = stage.program.lay_out(stage.minutes)
    before = envelope.position_at(spans, 0.0, 0.0)
    contractions, flows_s = 0, 0.0
    for index in range(1, round(stage.minutes * 60.0 / STEP_S)):
        here = envelope.position_at(spans, index * STEP_S, 0.0)
        flows_s += STEP_S * (here.part is not Part.OFF)
        ended = 0 in before.raisable and 0 not in here.raisable
        contractions += ended and not before.phase.continuous
        before = here
    return DryRun(contractions, flows_s)


def level_left(stage: Stage) -> float:
    """What phases of a higher frequency, width or fraction leave of the level, 0 to 1."""
    spans = stage.program.lay_out(stage.minutes)
    return prod(envelope.level_factor(one.phase, next_.phase) for one, next_ in pairwise(spans))


def stretched(stage: Stage) -> bool:
    """Whether the last phase lasts longer than its file says, as nothing else fills the stage."""
    return stage.minutes * 60.0 > stage.program.longest_s + envelope.ROUNDING_S


def cut(stage: Stage) -> tuple[str, ...]:
    """Phases that the stage has no time for, or not for all of them."""
    lasts_s = {
        span.phase.name: span.end_s - span.start_s for span in stage.program.lay_out(stage.minutes)
    }
    return tuple(
        phase.name
        for phase in stage.program.phases
        if lasts_s.get(phase.name, 0.0) < (phase.lasts_s or 1.0) - envelope.ROUNDING_S
    )
