"""A visit's stages: what is laid out when one begins, and what may still be delivered."""

from dataclasses import replace
from math import floor

from appliance.session.board import Identity
from appliance.session.levels import Levels
from appliance.session.record import NEVER, Record, Run, Visit
from appliance.therapy import plan
from appliance.therapy.history import History
from appliance.therapy.limits import (
    HARD_CURRENT_MA,
    HARD_DENSITY_MA_CM2,
    HARD_PHASE_CHARGE_UC,
    Limits,
    rms_ma,
)
from appliance.therapy.plan import Option
from appliance.therapy.programs import Kind
from appliance.therapy.routines import Stage
from appliance.therapy.units import Unit

MORE_S = 300.0
"""What BACK adds at the end of a stage."""


def begin_visit(option: Option) -> Visit:
    return Visit(option, delivered_s=(0.0,) * len(option.stages))


def lay_out(record: Record) -> Run | None:
    """The run of the stage that the visit stands at, before its first start."""
    visit, identity = record.visit, record.report.identity
    if visit is None or identity is None:
        return None
    planned_s = min(visit.stage.minutes * 60.0, left_s(record, visit))
    limit, reason = stage_limit(visit, record.rules.limits, identity)
    return Run(planned_s, visit.stage.program.lay_out(planned_s / 60.0), limit, reason)


def left_s(record: Record, visit: Visit) -> float:
    """Seconds that this stage may deliver today in all, by the limits of site and day."""
    stage, delivered_s = visit.stage, visit.delivered_s[visit.index]
    past = _with_visit(record.history, visit)
    minutes = plan.minutes_left(record.person, past, record.rules.limits, stage, delivered_s)
    return max(0.0, minutes * 60.0) + delivered_s


def more_s(record: Record) -> float:
    """Seconds that BACK can add at the end of this stage; 0 when none."""
    if record.visit is None or record.run is None or record.run.elapsed_s <= 0.0:
        return 0.0
    can = min(MORE_S, left_s(record, record.visit) - record.run.elapsed_s)
    return can if can >= 60.0 else 0.0


def extend(record: Record, run: Run) -> Run:
    """The run with five minutes more, or with what is left of today."""
    if record.visit is None:
        return run
    planned_s = run.elapsed_s + more_s(record)
    spans = record.visit.stage.program.lay_out(planned_s / 60.0)
    return run.but(planned_s=planned_s, spans=spans, cycle_start_s=run.elapsed_s)


def from_zero(run: Run) -> Run:
    """The run as it stands in `ready`: nothing is on, the cycle begins at a ramp's foot."""
    return run.but(levels=Levels(), live=False, zero_since=NEVER, cycle_start_s=run.elapsed_s)


def stage_limit(visit: Visit, limits: Limits, identity: Identity) -> tuple[float, str]:
    """The highest level that this stage allows, whole steps, and the rule that sets it."""
    caps = [("settings", limits.current_ma), ("board", identity.maximum)]
    if visit.option.gentle:
        caps.append(("gentle", limits.gentle_current_ma))
    if identity.unit is Unit.MILLIAMPERE:
        caps.append(("hard", HARD_CURRENT_MA))
        caps.extend(_skin_caps(visit.stage))
    reason, cap = min(caps, key=lambda item: item[1])
    return float(floor(cap)), reason


def _skin_caps(stage: Stage) -> list[tuple[str, float]]:
    caps = []
    pad_cm2 = stage.placement.smallest_pad_cm2
    for phase in stage.program.phases:
        caps.append(("charge", HARD_PHASE_CHARGE_UC * 1000.0 / phase.pulse_width_us))
        if pad_cm2 is not None:
            rms_of_one_ma = rms_ma(1.0, phase.pulse_width_us, phase.frequency_hz)
            caps.append(("density", HARD_DENSITY_MA_CM2 * pad_cm2 / 2.0 / rms_of_one_ma))
    return caps


def _with_visit(history: History, visit: Visit) -> History:
    """The history with what the other stages of this visit have delivered so far."""
    contracting, comfort = history.contracting_minutes_today, history.comfort_minutes_today
    sites = dict(history.site_minutes_today)
    for index, stage in enumerate(visit.option.stages):
        if index == visit.index:
            continue
        minutes = visit.delivered_s[index] / 60.0
        if stage.program.kind is Kind.CONTRACTING:
            contracting += minutes
        else:
            comfort += minutes
        sites[stage.placement.id] = sites.get(stage.placement.id, 0.0) + minutes
    return replace(
        history,
        contracting_minutes_today=contracting,
        comfort_minutes_today=comfort,
        site_minutes_today=tuple(sorted(sites.items())),
    )
