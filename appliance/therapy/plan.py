"""What is due and what is offered today, from the plan, the limits and a person's history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from appliance.errors import TherapyError
from appliance.therapy.calendar import (
    DAILY_SESSIONS,
    REST_DAY_SORENESS,
    due_today,
    next_weekday,
)
from appliance.therapy.catalogue import GENTLE_PROGRAM, Catalogue
from appliance.therapy.history import History
from appliance.therapy.limits import Limits
from appliance.therapy.programs import Kind
from appliance.therapy.routines import Routine, Stage
from appliance.therapy.standing import GENTLE_SESSIONS as GENTLE_SESSIONS
from appliance.therapy.standing import GUEST as GUEST
from appliance.therapy.standing import box_minutes_left, first_sessions, gentle_due, with_delivered
from appliance.therapy.standing import full_list_due as full_list_due
from appliance.therapy.standing import minutes_left as minutes_left
from appliance.therapy.standing import statements_for as statements_for
from appliance.therapy.tables import did_you_mean

GENTLE_MINUTES = 10.0
ONLY_REST_SORENESS = 7
"""From here there is only rest; a doctor should see it if it stays."""
LEAST_MINUTES = 1.0
"""A stage with less time left is not offered."""
UNFINISHED_HOURS = 3
INTERVAL_HOURS = 8
"""From the end of one contracting session to the start of the next."""
INTERVAL_HOURS_OF_TWO_A_DAY = 4
"""Likewise where two sessions a day are opted in."""


class Rest(Enum):
    """The off time of the lower-back work: long for everyone, short for the experienced."""

    LONG = "long"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Plan:
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


@dataclass(frozen=True, slots=True)
class Option:
    """One line of the choice: a routine, a single stage, a comfort program, or a day of rest."""

    offer: Offer
    id: str
    """Routine id, or placement id of a single stage; words are found under it."""
    stages: tuple[Stage, ...]
    gentle: bool
    continues_session: int | None = None
    """The journal's id of the unfinished session."""

    @property
    def minutes(self) -> float:
        return sum(stage.minutes for stage in self.stages)


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


@dataclass(frozen=True, slots=True)
class Due:
    """What the plan says of today, for the screen in `locked`."""

    gentle: bool
    gentle_number: int | None
    """Which of the gentle sessions today's would be, from 1; None when past them."""
    stage_count: int
    stage_minutes: float
    daily_number: int | None
    """Which of the daily sessions today's would be, from 1; None when past them or not known."""
    planned_today: bool
    """Whether a session is due now; a person may do one on a day of rest as well."""
    next_weekday: int | None
    """The next day with a session after today, Monday 0; None where the day is not known."""
    full_list: bool


def planned_routine(plan: Plan, catalogue: Catalogue) -> Routine:
    """The plan's routine. Raises TherapyError where it is unknown or no contracting one."""
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
        return replace(stage, program=program, minutes=min(GENTLE_MINUTES, minutes))
    return replace(_rested(stage, plan), minutes=minutes)


def _rested(stage: Stage, plan: Plan) -> Stage:
    if plan.rest is Rest.LONG:
        return stage
    return replace(stage, program=stage.program.with_short_rests())


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
        daily_number=number if known and number <= DAILY_SESSIONS else None,
        planned_today=guest or _due_today(history, plan),
        next_weekday=None
        if guest or history.weekday is None
        else next_weekday(history.weekday, history.sessions_counted, plan.days),
        full_list=full_list_due(person, history),
    )


def _due_today(history: History, plan: Plan) -> bool:
    """Whether the plan asks for a session now; True where the day is not known."""
    if history.weekday is None:
        return True
    counted, today = history.sessions_counted, history.sessions_today
    return due_today(history.weekday, counted, today, history.soreness_today, plan.days)


def day_used(person: str, history: History, limits: Limits) -> DayUsed | None:
    """Why today is used up, or None. An unfinished session may be finished.

    Comfort programs neither use a day up nor outlast it: after the day's session the box
    rests. Guest may be many people, so the number of sessions is not limited for Guest: the
    sum of the box is.
    """
    ledger = history.ledger
    if ledger.doubt:
        return DayUsed.DOUBT
    if box_minutes_left(history, limits) < LEAST_MINUTES:
        return DayUsed.UNDATED if ledger.undated else DayUsed.BOX
    if history.unfinished is not None:
        return None
    used = _used(person, history, limits)
    return DayUsed.UNDATED if used is not None and ledger.undated else used


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


def options(
    person: str,
    history: History,
    plan: Plan,
    limits: Limits,
    catalogue: Catalogue,
    soreness: int | None,
) -> Sequence[Option]:
    """What may be chosen now, the preselected one first. Never empty: rest is always left.

    `soreness` is 0 to 10, None where it was not asked. Bench routines are never among them:
    only a board that is not for a body runs them, `bench_options`.
    """
    if history.ledger.doubt:
        return (REST_DAY,)
    if soreness is not None and soreness >= ONLY_REST_SORENESS:
        return (REST_DAY,)
    candidates = (
        *_unfinished(person, history, plan, catalogue),
        *_contracting(person, history, plan, limits, catalogue, soreness),
        *_comfort(person, history, catalogue),
    )
    found = tuple(_fitted(candidates, person, history, limits))
    if not found:
        return (REST_DAY,)
    sore = soreness is not None and soreness >= REST_DAY_SORENESS
    return (REST_DAY, *found) if sore else found


REST_DAY = Option(Offer.REST_DAY, "rest_day", (), gentle=False)


def bench_options(catalogue: Catalogue) -> tuple[Option, ...]:
    """All that a board may do whose makers forbid the body, whatever the plan says."""
    routines = catalogue.routines.values()
    return tuple(_bench_option(one) for one in routines if one.kind is Kind.BENCH)


def _bench_option(routine: Routine) -> Option:
    return Option(Offer.ROUTINE, routine.id, routine.stages, gentle=False)


def _unfinished(
    person: str, history: History, plan: Plan, catalogue: Catalogue
) -> Iterator[Option]:
    unfinished = history.unfinished
    if unfinished is None:
        return
    gentle = unfinished.gentle or first_sessions(person, history)
    stages = tuple(
        _rested(Stage(catalogue.placements[left.placement], program, left.minutes), plan)
        for left in unfinished.stages
        if left.placement in catalogue.placements
        and (program := catalogue.programs.get(left.program)) is not None
    )
    yield Option(Offer.UNFINISHED, unfinished.routine, stages, gentle, unfinished.session_id)


def _contracting(
    person: str,
    history: History,
    plan: Plan,
    limits: Limits,
    catalogue: Catalogue,
    soreness: int | None,
) -> Iterator[Option]:
    if not _session_allowed(person, history, limits, soreness):
        return
    gentle = gentle_due(person, history)
    planned = planned_routine(plan, catalogue)
    if planned.kind is Kind.BENCH:
        return
    others = (other for other in catalogue.routines.values() if other is not planned)
    for routine in (planned, *others):
        if routine.kind is Kind.CONTRACTING:
            stages = stages_for(routine, plan, catalogue, gentle=gentle)
            yield Option(Offer.ROUTINE, routine.id, stages, gentle)
    for stage in _singles(stages_for(planned, plan, catalogue, gentle=gentle)):
        yield Option(Offer.SINGLE, stage.placement.id, (stage,), gentle)


def _singles(stages: Sequence[Stage]) -> Iterator[Stage]:
    """The first stage of each placement, where the routine has more than one stage."""
    seen: set[str] = set()
    for stage in stages if len(stages) > 1 else ():
        if stage.placement.id not in seen:
            seen.add(stage.placement.id)
            yield stage


def _session_allowed(person: str, history: History, limits: Limits, soreness: int | None) -> bool:
    if history.ledger.since_contracting_s < least_interval_s(limits):
        return False
    if person == GUEST or history.sessions_today == 0:
        return True
    if history.sessions_today >= limits.sessions_per_day:
        return False
    # The second of a day needs the answer that the person is not sore.
    return soreness is not None and soreness < REST_DAY_SORENESS


def _comfort(person: str, history: History, catalogue: Catalogue) -> Iterator[Option]:
    gentle = first_sessions(person, history)
    for routine in catalogue.routines.values():
        if routine.kind is Kind.COMFORT:
            yield Option(Offer.COMFORT, routine.id, routine.stages, gentle)


def _fitted(
    candidates: Sequence[Option], person: str, history: History, limits: Limits
) -> Iterator[Option]:
    """The options cut to the minutes that site and day still have; those with none left out."""
    for option in candidates:
        stages = tuple(_cut(option.stages, person, history, limits))
        if stages:
            yield replace(option, stages=stages)


def _cut(stages: Sequence[Stage], person: str, history: History, limits: Limits) -> Iterator[Stage]:
    for stage in stages:
        minutes = min(stage.minutes, minutes_left(person, history, limits, stage, 0.0))
        if minutes >= LEAST_MINUTES:
            history = with_delivered(history, stage, minutes * 60.0)
            yield replace(stage, minutes=minutes)
