"""What of today is used already, and how much is left."""

from dataclasses import replace

from appliance.therapy.history import History
from appliance.therapy.limits import COMFORT_MINUTES_PER_DAY, HARD_MINUTES_PER_SITE, Limits
from appliance.therapy.programs import Kind
from appliance.therapy.routines import Stage

GUEST = "Guest"


def today_known(person: str, history: History) -> bool:
    """Whether the figures of today are all there is. Where not, statement 9 asks for more."""
    return person != GUEST and history.readable and history.clock_trusted


def minutes_left(
    person: str, history: History, limits: Limits, stage: Stage, delivered_s: float
) -> float:
    """Minutes that may still be delivered in this stage today, after `delivered_s` of it.

    The limits of site and day decide, not the stage's own length. Earlier stages of the
    same session have to be in the history: `with_delivered`. A Guest's minutes are those
    that the history has for Guest.
    """
    delivered = delivered_s / 60.0
    if stage.program.kind is Kind.BENCH:
        return max(0.0, HARD_MINUTES_PER_SITE - delivered)
    if stage.program.kind is Kind.COMFORT:
        day_left = COMFORT_MINUTES_PER_DAY - history.comfort_minutes_today
    else:
        day_left = limits.minutes_per_day - history.contracting_minutes_today
    site_left = limits.minutes_per_site - _site_minutes(history, stage)
    return max(0.0, min(day_left, site_left) - delivered)


def with_delivered(history: History, stage: Stage, delivered_s: float) -> History:
    """The history after `delivered_s` of this stage, as the journal will tell it."""
    minutes = delivered_s / 60.0
    kind = stage.program.kind
    if kind is Kind.BENCH:
        return history
    sites = dict(history.site_minutes_today)
    sites[stage.placement.id] = _site_minutes(history, stage) + minutes
    contracting = minutes if kind is Kind.CONTRACTING else 0.0
    comfort = minutes if kind is Kind.COMFORT else 0.0
    return replace(
        history,
        contracting_minutes_today=history.contracting_minutes_today + contracting,
        comfort_minutes_today=history.comfort_minutes_today + comfort,
        site_minutes_today=tuple(sorted(sites.items())),
    )


def _site_minutes(history: History, stage: Stage) -> float:
    return dict(history.site_minutes_today).get(stage.placement.id, 0.0)
