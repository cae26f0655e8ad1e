"""What is due and what is permitted: the plan, the limits and a person's history together."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from appliance.therapy.catalogue import Catalogue
from appliance.therapy.history import History
from appliance.therapy.limits import Limits
from appliance.therapy.routines import Stage

GUEST = "Guest"
GENTLE_SESSIONS = 4
FULL_LIST_DAYS = 28
UNFINISHED_HOURS = 3


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


@dataclass(frozen=True, slots=True)
class Due:
    """What the plan says of today, for the screen in `locked`."""

    gentle: bool
    gentle_number: int | None
    """Which of the gentle sessions today's would be, from 1; None when past them."""
    stage_count: int
    stage_minutes: float
    planned_today: bool
    full_list: bool


def due(person: str, history: History, plan: Plan, catalogue: Catalogue) -> Due:
    raise NotImplementedError


def day_used(person: str, history: History, limits: Limits) -> DayUsed | None:
    """Why today is used up, or None. An unfinished session may always be finished."""
    raise NotImplementedError


def full_list_due(person: str, history: History) -> bool:
    raise NotImplementedError


def options(
    person: str,
    history: History,
    plan: Plan,
    limits: Limits,
    catalogue: Catalogue,
    soreness: int | None,
) -> Sequence[Option]:
    """What may be chosen now, the preselected one first."""
    raise NotImplementedError


def minutes_left(
    person: str, history: History, limits: Limits, stage: Stage, delivered_s: float
) -> float:
    """Minutes that may still be delivered in this stage today, after `delivered_s` of it."""
    raise NotImplementedError
