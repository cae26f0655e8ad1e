"""Histories of people for the tests of plan and day, and what is offered to them."""

from appliance.therapy.catalogue import Catalogue
from appliance.therapy.history import History, StageLeft, Unfinished
from appliance.therapy.limits import Limits
from appliance.therapy.offers import Option, options
from appliance.therapy.plan import (
    Offer,
    Plan,
)
from tests.ledgers import ledger_of

ME = "Me"
UNKNOWN = History()
SEASONED = History(
    sessions_counted=12,
    days_since_full_list=3.0,
    had_last_time=True,
    weekday=0,
    clock_trusted=True,
    readable=True,
)
AFTER_ONE = SEASONED.but(
    sessions_today=1,
    contracting_minutes_today=60.0,
    ledger=ledger_of(("glutes", 20.0), ("hip_flexors", 20.0), ("lower_back", 20.0)),
)
UNFINISHED = Unfinished(
    session_id=7,
    routine="lower_back_session",
    gentle=False,
    stages=(StageLeft("lower_back", "lower_back", 12.5), StageLeft("glutes", "glutes", 20.0)),
)
DEFAULT_PLAN = Plan()
DEFAULT_LIMITS = Limits()
TWO = Limits(sessions_per_day=2)

Line = tuple[Offer, str, bool, float]


def offered(
    catalogue: Catalogue,
    history: History = SEASONED,
    *,
    person: str = ME,
    plan: Plan = DEFAULT_PLAN,
    limits: Limits = DEFAULT_LIMITS,
    soreness: int | None = 0,
) -> list[Option]:
    return list(options(person, history, plan, limits, catalogue, soreness))


def lines(found: list[Option]) -> list[Line]:
    return [(option.offer, option.id, option.gentle, option.minutes) for option in found]


def offers(found: list[Option]) -> list[Offer]:
    return [option.offer for option in found]


FULL_CHOICE: list[Line] = [
    (Offer.ROUTINE, "lower_back_session", False, 60),
    (Offer.SINGLE, "hip_flexors", False, 20),
    (Offer.SINGLE, "lower_back", False, 20),
    (Offer.SINGLE, "glutes", False, 20),
    (Offer.COMFORT, "comfort_80", False, 30),
    (Offer.COMFORT, "comfort_3", False, 20),
    (Offer.COMFORT, "comfort_mixed", False, 30),
]
REST_DAY: Line = (Offer.REST_DAY, "rest_day", False, 0)
GENTLE_CHOICE: list[Line] = [
    (Offer.ROUTINE, "lower_back_session", True, 30),
    (Offer.SINGLE, "hip_flexors", True, 10),
    (Offer.SINGLE, "lower_back", True, 10),
    (Offer.SINGLE, "glutes", True, 10),
    (Offer.COMFORT, "comfort_80", True, 30),
    (Offer.COMFORT, "comfort_3", True, 20),
    (Offer.COMFORT, "comfort_mixed", True, 30),
]
