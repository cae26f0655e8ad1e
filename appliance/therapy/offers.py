"""What may be chosen now: routines, single stages, comfort programs, or a day of rest.

`today` is the one answer to what is due and what is offered. Screens, buttons, `status` and
`plan` read it, so that none of them promises what another one refuses.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from appliance.records import Fixed
from appliance.therapy.calendar import advises_rest
from appliance.therapy.catalogue import Catalogue
from appliance.therapy.history import History, Unfinished
from appliance.therapy.limits import Limits
from appliance.therapy.plan import (
    LEAST_MINUTES,
    DayUsed,
    Due,
    Offer,
    Plan,
    day_used,
    due,
    least_interval_s,
    only_rest,
    planned_routine,
    rested,
    stages_for,
)
from appliance.therapy.programs import Kind
from appliance.therapy.routines import Routine, Stage
from appliance.therapy.standing import (
    GUEST,
    first_sessions,
    gentle_due,
    minutes_left,
    with_delivered,
)


class Option(Fixed, frozen=True):
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


class Today(Fixed, frozen=True):
    """What is due and what is offered to one person now."""

    used: DayUsed | None
    """Why nothing is offered; None where something is."""
    due: Due
    offered: tuple[Option, ...]
    """As it will be offered to someone who is not sore; a day of rest alone where none is left."""


@lru_cache(maxsize=8)
def today(person: str, history: History, plan: Plan, limits: Limits, catalogue: Catalogue) -> Today:
    """What is due and what is offered now. Nothing is due that is not offered.

    Kept for the newest arguments: a history holds for a minute, and every view asks several times.
    """
    offered = tuple(options(person, history, plan, limits, catalogue, soreness=0))
    # An unfinished session may have nothing left to offer: for a body, by catalogue or minutes.
    finishes = any(one.offer is Offer.UNFINISHED for one in offered)
    used = day_used(person, history if finishes else history.but(unfinished=None), limits)
    if used is None and offered == (REST_DAY,):
        used = DayUsed.SKIN if history.skin.closed else DayUsed.MINUTES
    planned = due(person, history, plan, catalogue)
    first = next((one for one in offered if one is not REST_DAY), None)
    if used is not None or first is None:
        return Today(used, planned.but(planned_today=False), (REST_DAY,))
    shown = _as_offered(planned, first)
    if offered[0] is REST_DAY:
        # The person is sore: the preselected rest is due, whether or not the day is known.
        shown = shown.but(offer=Offer.REST_DAY, planned_today=False)
    return Today(None, shown, offered)


def figures(today: Today) -> dict[str, Any]:
    """The same for scripts: what `status` and `plan --json` have of it."""
    used, due = today.used, today.due
    return {
        "due_today": due.planned_today,
        "offer": due.offer.value if used is None else None,
        "day_used": used.value if used is not None else None,
        "gentle": due.gentle,
        "gentle_number": due.gentle_number,
        "daily_number": due.daily_number,
        "stages": due.stage_count,
        "stage_minutes": due.minutes_each,
        "minutes": due.total_minutes,
        "next_weekday": due.next_weekday,
        "skin_closes": due.skin_closes,
    }


def bench_today(person: str, history: History, plan: Plan, catalogue: Catalogue) -> Today:
    """The same on a board that is not for a body: nothing there counts in anybody's day."""
    offered = bench_options(catalogue)
    planned = due(person, history, plan, catalogue).but(gentle_number=None, daily_number=None)
    return Today(None, _as_offered(planned, offered[0]) if offered else planned, offered)


def _as_offered(planned: Due, first: Option) -> Due:
    return planned.but(
        offer=first.offer,
        gentle=first.gentle,
        stage_count=len(first.stages),
        stage_minutes=first.stages[0].minutes,
        total_minutes=first.minutes,
    )


def options(
    person: str,
    history: History,
    plan: Plan,
    limits: Limits,
    catalogue: Catalogue,
    soreness: int | None,
) -> Sequence[Option]:
    """What may be chosen now, the preselected one first. Never empty: rest is always left.

    `soreness` is the newest answer, 0 to 10, None where it was not asked; the answers of the last
    day count as well. Bench routines are never among them:
    only a board that is not for a body runs them, `bench_options`.
    """
    highest = _highest(soreness, history.soreness)
    if history.ledger.doubt or only_rest(highest):
        return (REST_DAY,)
    is_second_and_sore = history.sessions_today > 1 and advises_rest(highest)
    candidates = (
        *(() if is_second_and_sore else _unfinished(person, history, plan, catalogue)),
        *_contracting(
            person, history, plan, limits, catalogue, may_be_second=_not_sore(soreness, highest)
        ),
        *_comfort(person, history, catalogue),
    )
    found = tuple(_fitted(candidates, person, history, limits))
    if not found:
        return (REST_DAY,)
    return (REST_DAY, *found) if advises_rest(highest) else found


def _not_sore(asked: int | None, highest: int | None) -> bool:
    """Whether the person was asked and is not sore, which the second session of a day needs."""
    return asked is not None and not advises_rest(highest)


def _highest(*soreness: int | None) -> int | None:
    return max((one for one in soreness if one is not None), default=None)


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
    stages = tuple(rested(stage, plan) for stage in _left_for_a_body(unfinished, catalogue))
    if stages:
        yield Option(Offer.UNFINISHED, unfinished.routine, stages, gentle, unfinished.session_id)


def _left_for_a_body(unfinished: Unfinished, catalogue: Catalogue) -> Iterator[Stage]:
    """The stages left that still exist; those of a bench run, on another board, are left out."""
    for left in unfinished.stages:
        placement = catalogue.placements.get(left.placement)
        program = catalogue.programs.get(left.program)
        if placement is None or program is None:
            continue
        if placement.on_body and program.kind is not Kind.BENCH:
            yield Stage(placement, program, left.minutes)


def _contracting(
    person: str,
    history: History,
    plan: Plan,
    limits: Limits,
    catalogue: Catalogue,
    *,
    may_be_second: bool,
) -> Iterator[Option]:
    if not _session_allowed(person, history, limits, may_be_second):
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


def _session_allowed(person: str, history: History, limits: Limits, may_be_second: bool) -> bool:
    if history.ledger.since_contracting_s < least_interval_s(limits):
        return False
    if person == GUEST or history.sessions_today == 0:
        return True
    return history.sessions_today < limits.sessions_per_day and may_be_second


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
            yield option.but(stages=stages)


def _cut(stages: Sequence[Stage], person: str, history: History, limits: Limits) -> Iterator[Stage]:
    for stage in stages:
        minutes = min(stage.minutes, minutes_left(person, history, limits, stage, 0.0))
        if minutes >= LEAST_MINUTES:
            history = with_delivered(history, stage, minutes * 60.0)
            yield stage.but(minutes=minutes)
