"""The rest that is owed: a contraction waits until the muscle has had that of the one before."""

from appliance.session import envelope
from appliance.session.envelope import RESTING, Part, Position
from appliance.session.record import Run
from appliance.therapy.programs import Phase
from appliance.therapy.units import Pair

STEP_MOST_S = 0.2
"""The longest step while stimulating: a rest may be short by what one step counts wrong."""


def rest_until(run: Run, position: Position | None, now: float, passed_s: float) -> Pair:
    """The end of the rest that is owed to each channel's muscle.

    Each contraction owes its program's share of rest.
    """
    if position is None or position.phase.continuous:
        return run.rest_until
    a, b = (_of_channel(run, position, i, now, passed_s) for i in (0, 1))
    return a, b


def _of_channel(run: Run, position: Position, channel: int, now: float, passed_s: float) -> float:
    if position.channels[channel].part in RESTING:
        return run.rest_until[channel]
    before_s = owed_s(run, now - passed_s)[channel]
    return now + before_s + passed_s * _share(position.phase, channel)


def _share(phase: Phase, channel: int) -> float:
    """Seconds of rest for each second of contraction."""
    on_s = phase.timings[channel].on_s
    return (phase.cycle_s - on_s) / on_s


def owed_s(run: Run, now: float) -> Pair:
    """Seconds of rest that each channel's muscle is still owed."""
    a, b = run.rest_until
    return max(0.0, a - now), max(0.0, b - now)


def rested(run: Run, before: Position | None, now: float) -> tuple[Run, Position]:
    """The run and its position, where a contraction waits for the rest that is owed.

    Where the cycle stands does not matter: after a zero, a pause or a change of phase the
    muscle has had the contractions that it has had.
    """
    position = envelope.position_at(run.spans, run.elapsed_s, run.cycle_start_s)
    if position.phase.continuous or run.levels.zero:
        return run, position
    waits_s = max(
        (
            owed_s(run, now)[channel]
            for channel in (0, 1)
            if _begins(before, position, channel) and _waits(run, position, channel, now)
        ),
        default=0.0,
    )
    if not waits_s:
        return run, position
    run = run.but(cycle_start_s=run.elapsed_s + waits_s)
    return run, envelope.position_at(run.spans, run.elapsed_s, run.cycle_start_s)


def _begins(before: Position | None, position: Position, channel: int) -> bool:
    return position.channels[channel].part in (Part.RAMP_UP, Part.HOLD) and (
        before is None or before.channels[channel].part in RESTING or before.span != position.span
    )


def _waits(run: Run, position: Position, channel: int, now: float) -> bool:
    least_s = STEP_MOST_S * (1.0 + _share(position.phase, channel))
    return owed_s(run, now)[channel] > least_s
