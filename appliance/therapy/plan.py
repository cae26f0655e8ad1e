"""What the plan says of today, and why a day may be used up."""

from enum import Enum
from math import floor

from appliance.errors import TherapyError
from appliance.records import Fixed
from appliance.therapy.calendar import DAILY_SESSIONS, advises_rest, due_today, next_weekday
from appliance.therapy.catalogue import GENTLE_PROGRAM, Catalogue
from appliance.therapy.history import History
from appliance.therapy.limits import Limits
from appliance.therapy.programs import Kind
from appliance.therapy.routines import Routine, Stage
from appliance.therapy.standing import GENTLE_SESSIONS as GENTLE_SESSIONS
from appliance.therapy.standing import GUEST as GUEST
from appliance.therapy.standing import box_minutes_left, gentle_due
from appliance.therapy.standing import full_list_due as full_list_due
from appliance.therapy.standing import minutes_left as minutes_left
from appliance.therapy.standing import statements_for as statements_for
from appliance.therapy.tables import did_you_mean

GENTLE_MINUTES = 10.0
ONLY_REST_SORENESS = 7
"""From here there is only rest; a doctor should see it if it stays."""
UNFINISHED_HOURS = 3
LEAST_MINUTES = 1.0
"""A stage with less time left is not offered."""
INTERVAL_HOURS = 8
"""From the end of one contracting session to the start of the next."""
INTERVAL_HOURS_OF_TWO_A_DAY = 4
"""Likewise where two sessions a day are opted in."""

_SAME_MINUTES = 1e-6


class Rest(Enum):
    """The off time of the lower-back work: long for everyone, short for the experienced."""

    LONG = "long"
    SHORT = "short"


class Plan(Fixed, frozen=True):
    """The household's plan, from the settings."""

    people: tuple[str, ...] = ("Me",)
    routine: str = "lower_back_session"
    stage_minutes: float = 20.0
    days: tuple[int, ...] = (0, 2, 4)
    """Weekdays with a session, Monday 0."""
    rest: Rest = Rest.LONG


class Offer(Enum):
    """What kind of thing can be chosen."""

    ROUTINE = "routine"
    UNFINISHED = "unfinished"
    SINGLE = "single"
    COMFORT = "comfort"
    REST_DAY = "rest_day"


class DayUsed(Enum):
    """Why nothing more may be done today."""

    SESSIONS = "sessions"
    MINUTES = "minutes"
    INTERVAL = "interval"
    """The last contracting session ended too short a time ago."""
    BOX = "box"
    """All people together have had the minutes of the box."""
    UNDATED = "undated"
    """Earlier delivery counts as today's, because no trusted clock says otherwise."""
    DOUBT = "doubt"
    """The record of the last day was damaged."""
    SORENESS = "soreness"
    """So sore that only rest is left, for a day from when it was told."""
    SKIN = "skin"
    """The skin at every site was not good after the last session, and no day has passed."""


class Due(Fixed, frozen=True):
    """What the plan says of today, for the screen in `locked`."""

    gentle: bool
    gentle_number: int | None
    """Which of the gentle sessions today's would be, from 1; None when past them."""
    stage_count: int
    stage_minutes: float
    total_minutes: float
    daily_number: int | None
    """Which of the daily sessions today's would be, from 1; None when past them or not known."""
    planned_today: bool
    """Whether a session is due now; a person may do one on a day of rest as well."""
    next_weekday: int | None
    """The next day with a session after today, Monday 0; None where the day is not known."""
    full_list: bool
    offer: Offer = Offer.ROUTINE
    """What kind of thing the first one on offer is."""
    skin_closes: bool = False
    """A place of the plan's routine is left out, because its skin was not good."""

    @property
    def minutes_each(self) -> float | None:
        """The minutes of every stage; None where they are unequal, and only their sum is told."""
        unequal = abs(self.total_minutes - self.stage_count * self.stage_minutes) >= 1.0
        return None if unequal else self.stage_minutes


def told_minutes(minutes: float) -> str:
    """Minutes of a stage as they are told: whole, rounded down, or 12.5 where the plan says so.

    What is left of a place today can have any number of decimals.
    """
    tenths = round(minutes, 1)
    return f"{tenths if abs(minutes - tenths) < _SAME_MINUTES else floor(minutes):g}"


def planned_routine(plan: Plan, catalogue: Catalogue) -> Routine:
    """The plan's routine. Raises TherapyError if it is unknown or a comfort one."""
    known = {id_: r for id_, r in catalogue.routines.items() if r.kind is not Kind.COMFORT}
    if plan.routine not in known:
        # Comfort programs are always offered; the plan is for the others.
        raise TherapyError(
            f'[plan] routine = "{plan.routine}": allowed is one of'
            f" {', '.join(known)}{did_you_mean(plan.routine, known)}"
        )
    return known[plan.routine]


def stages_for(
    routine: Routine, plan: Plan, catalogue: Catalogue, *, gentle: bool
) -> tuple[Stage, ...]:
    """The stages as this person gets them: gentle, or with the plan's minutes and rests."""
    return tuple(_adapted(stage, plan, catalogue, gentle) for stage in routine.stages)


def _adapted(stage: Stage, plan: Plan, catalogue: Catalogue, gentle: bool) -> Stage:
    if stage.program.kind is not Kind.CONTRACTING:
        return stage
    minutes = stage.minutes if stage.own_minutes else plan.stage_minutes
    if gentle:
        program = catalogue.programs[GENTLE_PROGRAM]
        return stage.but(program=program, minutes=min(GENTLE_MINUTES, minutes))
    return rested(stage, plan).but(minutes=minutes)


def rested(stage: Stage, plan: Plan) -> Stage:
    """The stage with the rests of the plan."""
    if plan.rest is Rest.LONG:
        return stage
    return stage.but(program=stage.program.with_short_rests())


def due(person: str, history: History, plan: Plan, catalogue: Catalogue) -> Due:
    """What the plan says of today."""
    routine = planned_routine(plan, catalogue)
    gentle = routine.kind is Kind.CONTRACTING and gentle_due(person, history)
    stages = stages_for(routine, plan, catalogue, gentle=gentle)
    guest = person == GUEST
    known = history.readable and not guest
    number = history.sessions_counted + 1
    return Due(
        gentle=gentle,
        gentle_number=number if gentle and known and number <= GENTLE_SESSIONS else None,
        stage_count=len(stages),
        stage_minutes=stages[0].minutes,
        total_minutes=sum(stage.minutes for stage in stages),
        daily_number=number if known and number <= DAILY_SESSIONS else None,
        planned_today=guest or _due_today(history, plan),
        next_weekday=None
        if guest or history.weekday is None
        else next_weekday(history.weekday, history.sessions_counted, plan.days),
        full_list=full_list_due(person, history),
        skin_closes=any(history.skin.closes(stage.placement) for stage in stages),
    )


def _due_today(history: History, plan: Plan) -> bool:
    """Whether the plan asks for a session now. Where the day is not known only soreness tells."""
    if history.weekday is None:
        return not advises_rest(history.soreness)
    counted, today = history.sessions_counted, history.sessions_today
    return due_today(history.weekday, counted, today, history.soreness, plan.days)


def day_used(person: str, history: History, limits: Limits) -> DayUsed | None:
    """Why today is used up, or None. An unfinished session may be finished.

    Comfort programs do not use a day up, and are not offered once it is used up.
    Guest may be many people, so the number of sessions is not limited for Guest: the
    sum of the box is.
    """
    ledger = history.ledger
    if ledger.doubt:
        return DayUsed.DOUBT
    if only_rest(history.soreness):
        return DayUsed.SORENESS
    if box_minutes_left(history, limits) < LEAST_MINUTES:
        return DayUsed.UNDATED if ledger.undated else DayUsed.BOX
    if history.unfinished is not None:
        return None
    used = _used(person, history, limits)
    return DayUsed.UNDATED if used is not None and ledger.undated else used


def only_rest(soreness: int | None) -> bool:
    """Whether this soreness leaves nothing but rest."""
    return soreness is not None and soreness >= ONLY_REST_SORENESS


def _used(person: str, history: History, limits: Limits) -> DayUsed | None:
    if limits.minutes_per_day - history.contracting_minutes_today < LEAST_MINUTES:
        return DayUsed.MINUTES
    if person != GUEST and history.sessions_today >= limits.sessions_per_day:
        return DayUsed.SESSIONS
    if history.ledger.since_contracting_s < least_interval_s(limits):
        return DayUsed.INTERVAL
    return None


def least_interval_s(limits: Limits) -> float:
    """The shortest time from the end of a contracting session to the start of the next."""
    hours = INTERVAL_HOURS if limits.sessions_per_day == 1 else INTERVAL_HOURS_OF_TWO_A_DAY
    return hours * 3600.0
