"""A person's standing: gentle session, full list and minutes left, from their history."""

from appliance.therapy.calendar import GENTLE_SESSIONS as GENTLE_SESSIONS
from appliance.therapy.calendar import gentle_after_break
from appliance.therapy.checklist import Statement, When, statements_due
from appliance.therapy.history import History
from appliance.therapy.limits import (
    COMFORT_MINUTES_PER_DAY,
    HARD_MINUTES_PER_SITE,
    HARD_SITE_CHARGE_MC,
    Limits,
)
from appliance.therapy.programs import Kind
from appliance.therapy.routines import Stage

GUEST = "Guest"
FULL_LIST_DAYS = 28
LEAST_CHARGE_MC = 20.0
"""A site with less than this left, half a minute of a strong program, gets no more today."""


def today_known(person: str, history: History) -> bool:
    """Whether the figures of today are complete. If not, statement 9 asks the person."""
    return person != GUEST and history.readable and history.clock_trusted


def _by_hand(history: History) -> bool:
    """Whether a person set today's date: it counts no more than an answer to statement 9."""
    return history.clock is not None and history.clock.by_hand


def gentle_due(person: str, history: History) -> bool:
    """Whether the next contracting session is a gentle one: a first, or the second of a day."""
    return (
        first_sessions(person, history)
        or history.sessions_today > 0
        or gentle_after_break(history.session_days_ago) > 0
    )


def first_sessions(person: str, history: History) -> bool:
    """The first four, a Guest's, and whenever nothing is known."""
    return person == GUEST or not history.readable or history.sessions_counted < GENTLE_SESSIONS


def full_list_due(person: str, history: History) -> bool:
    """A Guest's, after 28 days, after a refusal or bad skin, and whenever that is not known."""
    days = history.days_since_full_list
    return (
        not today_known(person, history)
        or days is None
        or days > FULL_LIST_DAYS
        or history.doctor_refusal
        or history.bad_skin
    )


def statements_for(
    person: str, history: History, statements: tuple[Statement, ...]
) -> tuple[Statement, ...]:
    """The checklist of this person now, in order."""
    facts = {
        When.CLOCK_NOT_TRUSTED: not today_known(person, history) or _by_hand(history),
        When.SKIN_WAS_RED: history.skin.ask_red,
        When.BURNED: history.skin.ask_burn,
    }
    return statements_due(
        statements,
        full_list=full_list_due(person, history),
        the_case=[when for when, is_so in facts.items() if is_so],
    )


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
    if history.skin.closes(stage.placement):
        return 0.0
    if stage.program.kind is Kind.COMFORT:
        day_left = COMFORT_MINUTES_PER_DAY - history.comfort_minutes_today
    else:
        day_left = limits.minutes_per_day - history.contracting_minutes_today
        day_left = min(day_left, box_minutes_left(history, limits))
    if charge_left_mc(history, stage) < LEAST_CHARGE_MC:
        return 0.0
    site_left = limits.minutes_per_site - history.ledger.site_minutes(stage.placement)
    return max(0.0, min(day_left, site_left) - delivered)


def charge_left_mc(history: History, stage: Stage) -> float:
    """Charge that may still be delivered at the sites of this stage today, millicoulomb."""
    return HARD_SITE_CHARGE_MC - history.ledger.site_charge_mc(stage.placement)


def box_minutes_left(history: History, limits: Limits) -> float:
    """Contracting minutes that this box may still deliver today, to all people together."""
    ledger = history.ledger
    return limits.minutes_per_day * ledger.box_people - ledger.box_minutes


def with_delivered(
    history: History, stage: Stage, delivered_s: float, charge_mc: float = 0.0
) -> History:
    """The history after `delivered_s` of this stage, as the journal will store it."""
    minutes = delivered_s / 60.0
    kind = stage.program.kind
    if kind is Kind.BENCH:
        return history
    contracting = minutes if kind is Kind.CONTRACTING else 0.0
    return history.but(
        contracting_minutes_today=history.contracting_minutes_today + contracting,
        comfort_minutes_today=history.comfort_minutes_today + minutes - contracting,
        ledger=history.ledger.plus(
            stage.placement,
            minutes,
            contracting=kind is Kind.CONTRACTING,
            charge_mc=charge_mc,
        ),
    )
