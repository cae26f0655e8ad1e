"""The gate: limits every set-point, last before the wire. Nothing else makes set-points.

The output is off unless every condition for it holds now. The gate only lowers
amplitudes, and names the rule that did. Each rule is one line of one of the two tables
below.
"""

from collections.abc import Callable
from functools import lru_cache
from math import isfinite

from appliance.session.barring import held
from appliance.session.board import BoardState, Ceilings, Contact, Identity, Link, SetPoint
from appliance.session.envelope import Position
from appliance.session.faults import off_now
from appliance.session.record import Record, Run
from appliance.session.state import State
from appliance.therapy.limits import (
    HARD_CURRENT_MA,
    HARD_FREQUENCY_HZ,
    HARD_PULSE_WIDTH_US,
    OUTPUT_RISE_MA_S,
    SMALLEST_PAD_CM2,
    Permitted,
    Reason,
    permitted_current_ma,
)
from appliance.therapy.programs import Kind, uncounted_current_ma
from appliance.therapy.units import Pair, Unit

STALLED_S = 0.2
"""A step that comes later than this after the last one sends off first."""
_BOARD_FOLLOWS = frozenset({BoardState.OFF, BoardState.ARMED, BoardState.ON})


def _stage_has_time(record: Record) -> bool:
    return record.run is not None and record.run.elapsed_s < record.run.planned_s


def _site_has_charge(record: Record) -> bool:
    return record.run is not None and record.run.spent_mc < record.run.most_mc


def _right_place(record: Record) -> bool:
    """A board that is not for a body delivers only to the bench, the others only to a body."""
    identity = record.report.identity
    if identity is None or record.visit is None:
        return False
    return identity.on_body == record.visit.stage.placement.on_body


def _board_has_form(record: Record) -> bool:
    """Bursts need a board that delivers them: any other would send pulses in the gaps."""
    position, identity = record.position, record.report.identity
    if position is None or position.phase.bursts is None:
        return True
    return identity is not None and identity.delivers_bursts


def identity_is_sound(record: Record) -> bool:
    """A board's identity comes over a wire: each number has to make sense before it counts."""
    identity = record.report.identity
    return identity is not None and identity.is_sound


# The conditions for output. Each one alone, when it fails, means off.
REASONS_TO_BE_ON: tuple[tuple[str, Callable[[Record], bool]], ...] = (
    ("state", lambda record: record.state is State.STIMULATING),
    ("stop", lambda record: not record.stop_open),
    ("checklist", lambda record: record.checklist_valid),
    ("stop_test", lambda record: record.stop_test_passed),
    ("fault", lambda record: not off_now(held(record))),
    ("contact", lambda record: not record.lost and Contact.OPEN not in record.report.contact),
    ("link", lambda record: record.report.link is Link.UP),
    ("board", lambda record: record.report.state in _BOARD_FOLLOWS),
    ("time", _stage_has_time),
    ("charge", _site_has_charge),
    ("placement", _right_place),
    ("identity", identity_is_sound),
    ("bursts", _board_has_form),
    ("stall", lambda record: record.gap_s <= STALLED_S),
)


def pass_through(
    record: Record, requested: Pair, sent: SetPoint | None
) -> tuple[SetPoint | None, tuple[str, ...]]:
    """The set-point for the `requested` amplitudes or None for off, and the rules that lowered it.

    Amplitudes are in the board's unit. `sent` is the set-point that was sent last; from it
    the amplitude may rise by at most 40 a second.
    """
    against = tuple(name for name, holds in REASONS_TO_BE_ON if not holds(record))
    run, position, identity = record.run, record.position, record.report.identity
    if against or run is None or position is None or identity is None:
        return None, against or ("state",)
    lowered: list[str] = []
    standing = caps(record, run, position, identity)
    rise = OUTPUT_RISE_MA_S * min(record.gap_s, STALLED_S)
    was = sent.amplitude if sent is not None else (0.0, 0.0)
    amplitude = (
        _lower(requested[0], (*standing, ("output_rise", was[0] + rise)), lowered),
        _lower(requested[1], (*standing, ("output_rise", was[1] + rise)), lowered),
    )
    return _set_point(amplitude, run, position, identity), tuple(lowered)


def caps(
    record: Record, run: Run, now: Position, identity: Identity
) -> tuple[tuple[str, float], ...]:
    """Every standing cap on the amplitude of a channel, by name, in the board's unit."""
    everywhere = (("limit", run.limit), ("board", identity.maximum))
    if identity.unit is not Unit.MILLIAMPERE:
        return everywhere
    # By the phase that runs now, at its strongest: hard current, charge, density on half a pad.
    # The gaps between bursts do not count: the density limit holds within a burst.
    stage = record.visit.stage if record.visit else None
    pad_cm2 = stage.placement.smallest_pad_cm2 if stage else SMALLEST_PAD_CM2
    kind = stage.program.kind if stage else Kind.COMFORT
    phase = now.phase
    width_us = max(phase.pulse_width_us, now.pulse_width_us)
    frequency_hz = max(phase.frequency_hz, now.frequency_hz)
    on_skin, reason = _on_skin(width_us, frequency_hz, pad_cm2)
    return (*everywhere, (reason.value, on_skin), ("uncounted", uncounted_current_ma(phase, kind)))


# Worked out when the pulses of the phase or the placement change, and not in every step.
@lru_cache(maxsize=256)
def _on_skin(width_us: float, frequency_hz: float, pad_cm2: float | None) -> Permitted:
    return permitted_current_ma(width_us, frequency_hz, pad_cm2, HARD_CURRENT_MA, Reason.HARD)


def _lower(requested: float, against: tuple[tuple[str, float], ...], lowered: list[str]) -> float:
    amplitude = requested if isfinite(requested) and requested > 0.0 else 0.0
    for name, cap in against:
        # Written so that a cap that is not a number means zero.
        if not amplitude <= cap:
            lowered.append(name)
            amplitude = cap if isfinite(cap) and cap > 0.0 else 0.0
    return amplitude


def _set_point(amplitude: Pair, run: Run, now: Position, identity: Identity) -> SetPoint:
    return SetPoint(
        frequency_hz=_frequency_hz(now.frequency_hz, identity),
        amplitude=amplitude,
        pulse_width_us=_pulse_width_us(now.pulse_width_us, identity),
        ceilings=Ceilings(
            run.limit,
            _pulse_width_us(max([span.phase.pulse_width_us for span in run.spans]), identity),
            _frequency_hz(max([span.phase.frequency_hz for span in run.spans]), identity),
        ),
        bursts=now.phase.bursts,
    )


def _frequency_hz(frequency_hz: float, identity: Identity) -> float:
    return min(HARD_FREQUENCY_HZ, identity.max_frequency_hz, frequency_hz)


def _pulse_width_us(width_us: int, identity: Identity) -> int:
    return min(HARD_PULSE_WIDTH_US, identity.max_pulse_width_us, width_us)
