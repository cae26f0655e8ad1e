"""A dry delivery told minute by minute, and every cap that a program meets on the way."""

from collections.abc import Iterator
from itertools import pairwise

from appliance.records import Fixed
from appliance.session import envelope
from appliance.session.dry_run import STEP_S
from appliance.session.envelope import Part, Position
from appliance.therapy.limits import Limits, Permitted, cap
from appliance.therapy.programs import Program, permitted_level


class Minute(Fixed, frozen=True):
    """What one minute of a stage delivers if the level is set once."""

    number: int
    """From 1."""
    phases: tuple[str, ...]
    contractions: int
    """Contractions of A that begin in this minute."""
    flows_s: tuple[float, float]
    """How long current flows on A and on B."""
    frequency_hz: tuple[float, float]
    """The lowest and the highest, 0 where nothing flows."""
    pulse_width_us: tuple[int, int]
    level_share: float
    """What is left of the level at the end of the minute, unless a hand turns up."""


def minute_by_minute(program: Program, minutes: float) -> Iterator[Minute]:
    """Walk through a stage of `minutes` in steps of `STEP_S`."""
    spans = program.lay_out(minutes)
    shares = [1.0]
    for one, after in pairwise(spans):
        shares.append(shares[-1] * envelope.level_factor(one.phase, after.phase))
    steps = [
        envelope.position_at(spans, index * STEP_S, 0.0)
        for index in range(round(minutes * 60.0 / STEP_S))
    ]
    a_minute = round(60.0 / STEP_S)
    for number, begin in enumerate(range(0, len(steps), a_minute), start=1):
        here = steps[begin : begin + a_minute]
        before = steps[begin - 1] if begin else None
        yield _minute(number, before, here, shares[here[-1].span])


def _minute(number: int, before: Position | None, here: list[Position], share: float) -> Minute:
    flowing = [one for one in here if one.part is not Part.OFF]
    a, b = (STEP_S * sum(one.channels[i].part is not Part.OFF for one in here) for i in (0, 1))
    rates = [one.frequency_hz for one in flowing] or [0.0]
    widths = [one.pulse_width_us for one in flowing] or [0]
    return Minute(
        number,
        tuple(dict.fromkeys(one.phase.name for one in here)),
        sum(_begins(one, after) for one, after in pairwise((before, *here))),
        (a, b),
        (min(rates), max(rates)),
        (min(widths), max(widths)),
        share,
    )


def _begins(before: Position | None, now: Position | None) -> bool:
    if now is None or now.phase.continuous or now.channels[0].part is not Part.RAMP_UP:
        return False
    return before is None or before.channels[0].part is not Part.RAMP_UP


def caps(
    program: Program, limits: Limits, pad_cm2: float | None
) -> Iterator[tuple[str, Permitted]]:
    """Each phase by name, with the highest level that it lets through and the rule that sets it.

    `pad_cm2` is the smallest pad in use.
    """
    lowest = cap(limits, gentle=False, board_maximum=limits.current_ma)
    for phase in program.phases:
        if not phase.is_pause:
            yield phase.name, permitted_level(phase, program.kind, pad_cm2, lowest)
