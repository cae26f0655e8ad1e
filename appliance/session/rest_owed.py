"""The rest that is owed: a contraction waits until the muscle has had that of the one before."""

from appliance.session import envelope
from appliance.session.envelope import RESTING, Part, Position
from appliance.session.record import Run
from appliance.therapy.units import Pair

STEP_MOST_S = 0.2
"""The longest step while stimulating: a rest may be too short by the error of one step."""


def rest_until(run: Run, position: Position | None, now: float, passed_s: float) -> Pair:
    """The end of the rest that is owed to each channel's muscle.

    Each contraction owes its program's share of rest.
    """
    if position is None or position.phase.continuous:
        return run.rest_until
    of_a, of_b = position.channels
    rests_a, rests_b = of_a.part in RESTING, of_b.part in RESTING
    if rests_a and rests_b:
        return run.rest_until
    a, b = run.rest_until
    before_a_s, before_b_s = owed_s(run, now - passed_s)
    share_a, share_b = position.phase.rest_shares
    if not rests_a:
        a = now + before_a_s + passed_s * share_a
    if not rests_b:
        b = now + before_b_s + passed_s * share_b
    return a, b


def owed_s(run: Run, now: float) -> Pair:
    """Seconds of rest that each channel's muscle is still owed."""
    a, b = run.rest_until
    return max(0.0, a - now), max(0.0, b - now)


def rested(run: Run, before: Position | None, now: float) -> tuple[Run, Position]:
    """The run and its position, where a contraction waits for the rest that is owed.

    The position in the cycle does not matter: a zero, a pause or a change of phase does not
    undo the contractions before it.
    """
    position = envelope.position_at(run.spans, run.elapsed_s, run.cycle_start_s)
    if position.phase.continuous or run.levels.zero:
        return run, position
    wait = [
        channel
        for channel in (0, 1)
        if _begins(before, position, channel) and _waits(run, position, channel, now)
    ]
    if not wait:
        return run, position
    waits_s = max(owed_s(run, now)[channel] for channel in wait)
    run = run.but(cycle_start_s=run.elapsed_s + waits_s)
    return run, envelope.position_at(run.spans, run.elapsed_s, run.cycle_start_s)


def _begins(before: Position | None, position: Position, channel: int) -> bool:
    return position.channels[channel].part in (Part.RAMP_UP, Part.HOLD) and (
        before is None or before.channels[channel].part in RESTING or before.span != position.span
    )


def _waits(run: Run, position: Position, channel: int, now: float) -> bool:
    least_s = STEP_MOST_S * (1.0 + position.phase.rest_shares[channel])
    return owed_s(run, now)[channel] > least_s
