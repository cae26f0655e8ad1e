"""The layout of a stage when it begins: phases, minutes that are left today, limit."""

from math import floor

from appliance.session.board import Identity
from appliance.session.dry_pads import PadState
from appliance.session.levels import Levels
from appliance.session.record import Record, Run, Visit
from appliance.therapy.history import History
from appliance.therapy.limits import Limits, cap
from appliance.therapy.offers import Option
from appliance.therapy.programs import permitted_level
from appliance.therapy.standing import charge_left_mc, minutes_left, with_delivered
from appliance.therapy.units import LONG_AGO, ROUNDING, Unit

MORE_S = 300.0
"""What BACK adds at the end of a stage."""
_NEARLY_S = 1.0
"""A minute that lacks no more than this is shown as a whole one."""


def begin_visit(option: Option) -> Visit:
    nothing = (0.0,) * len(option.stages)
    return Visit(option, delivered_s=nothing, charge_mc=nothing)


def lay_out(record: Record) -> Run | None:
    """The run of the stage that the visit stands at, before its first start."""
    visit, identity = record.visit, record.report.identity
    if visit is None or identity is None:
        return None
    planned_s = min(visit.stage.minutes * 60.0, left_s(record, visit))
    limit, reason = stage_limit(visit, record.rules.limits, identity)
    spans = visit.stage.program.lay_out(planned_s / 60.0)
    most_mc = charge_left_mc(_others_delivered(record, visit), visit.stage)
    return Run(planned_s, spans, limit, reason, most_mc=most_mc)


def left_s(record: Record, visit: Visit) -> float:
    """Seconds that this stage may deliver today in all, by the limits of site and day."""
    return _left_s(record, visit, _others_delivered(record, visit))


def _left_s(record: Record, visit: Visit, past: History) -> float:
    left = minutes_left(record.person, past, record.rules.limits, visit.stage, 0.0)
    return left * 60.0


def _with_all_others(record: Record, visit: Visit) -> History:
    """The history as if all other stages were delivered: added minutes are not taken from them."""
    past = _others_delivered(record, visit)
    for stage in visit.option.stages[visit.index + 1 :]:
        past = with_delivered(past, stage, stage.minutes * 60.0, 0.0)
    return past


def _others_delivered(record: Record, visit: Visit) -> History:
    """The history with what the other stages of this visit have delivered."""
    past = record.history
    for index, stage in enumerate(visit.option.stages):
        if index != visit.index:
            delivered_s, charge_mc = visit.delivered_s[index], visit.charge_mc[index]
            past = with_delivered(past, stage, delivered_s, charge_mc)
    return past


def charge_is_spent(run: Run) -> bool:
    """Whether the site of this run has had its charge of the day."""
    return not run.spent_mc < run.most_mc


def more_s(record: Record) -> float:
    """Seconds that BACK can add at the end of this stage; 0 when none."""
    if record.visit is None or record.run is None or record.run.elapsed_s <= 0.0:
        return 0.0
    if charge_is_spent(record.run):
        return 0.0
    left = _left_s(record, record.visit, _with_all_others(record, record.visit))
    longest_s = min(left, record.visit.stage.program.longest_s)
    can = min(MORE_S, longest_s - record.run.elapsed_s)
    return can if can >= 60.0 else 0.0


def more_minutes(record: Record) -> int:
    """The same in whole minutes, rounded down, as it is told."""
    return int((more_s(record) + _NEARLY_S) // 60.0)


def extend(record: Record, run: Run) -> Run:
    """The run with five minutes more, or with what is left of today."""
    if record.visit is None:
        return run
    planned_s = run.elapsed_s + more_s(record)
    spans = record.visit.stage.program.lay_out(planned_s / 60.0)
    # What comes after the phase that runs now has to be waited for anew.
    here = sum(span.end_s <= run.elapsed_s for span in spans)
    return run.but(planned_s=planned_s, spans=spans, waited_span=here)


def from_zero(run: Run) -> Run:
    """The run as it is in `ready`: levels at zero, the next cycle begins at its foot."""
    return run.but(levels=Levels(), pad_state=PadState(), live=False, zero_since=LONG_AGO)


def stage_limit(visit: Visit, limits: Limits, identity: Identity) -> tuple[float, str]:
    """The highest level that this stage allows, whole steps, and the rule that sets it."""
    lowest = cap(limits, gentle=visit.option.gentle, board_maximum=identity.maximum)
    if identity.unit is Unit.MILLIAMPERE:
        pad_cm2 = visit.stage.placement.smallest_pad_cm2
        for phase in visit.stage.program.phases:
            lowest = permitted_level(phase, visit.stage.program.kind, pad_cm2, lowest)
    value, reason = lowest
    return float(floor(value + ROUNDING)), reason.value
