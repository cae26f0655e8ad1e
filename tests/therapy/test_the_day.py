"""The day: what uses it up, what is left of it, which statements are asked and what is due."""

from datetime import UTC, datetime
from typing import Any

import pytest

from appliance.therapy.catalogue import Catalogue
from appliance.therapy.history import DayClock, History
from appliance.therapy.ledger import Ledger
from appliance.therapy.limits import Limits
from appliance.therapy.plan import (
    GUEST,
    DayUsed,
    Plan,
    day_used,
    due,
    full_list_due,
    minutes_left,
    statements_for,
)
from appliance.therapy.standing import with_delivered
from tests.ledgers import ledger_of, minutes_by_placement
from tests.therapy.histories import (
    AFTER_ONE,
    ME,
    SEASONED,
    TWO,
    UNKNOWN,
)

NOON = datetime(2027, 2, 28, 12, tzinfo=UTC)
CLOCK = DayClock(100.0, NOON, keeps_time=False, by_hand=False, earliest=NOON, latest=NOON)

# --- the day ---


def test_one_session_uses_the_day_up() -> None:
    assert day_used(ME, SEASONED, Limits()) is None
    assert day_used(ME, AFTER_ONE, Limits()) is DayUsed.SESSIONS
    assert day_used(ME, AFTER_ONE, TWO) is None
    assert day_used(ME, AFTER_ONE.but(sessions_today=2), TWO) is DayUsed.SESSIONS


def test_so_do_the_minutes() -> None:
    nearly = SEASONED.but(contracting_minutes_today=74.0)
    assert day_used(ME, nearly, Limits()) is None
    used = SEASONED.but(contracting_minutes_today=74.5)
    assert day_used(ME, used, Limits()) is DayUsed.MINUTES


def test_so_do_those_of_the_whole_box_where_less_than_one_is_left() -> None:
    for given, used in ((74.0, None), (74.1, DayUsed.BOX)):
        history = SEASONED.but(ledger=Ledger(box_minutes=given))
        assert day_used(ME, history, Limits()) is used


def test_comfort_does_not() -> None:
    assert day_used(ME, SEASONED.but(comfort_minutes_today=60.0), Limits()) is None


def test_a_guests_day_is_not_known() -> None:
    assert day_used(GUEST, AFTER_ONE, Limits()) is None


def test_minutes_left_is_the_least_of_site_and_day(catalogue: Catalogue) -> None:
    stage = catalogue.routines["lower_back_session"].stages[1]
    left = [
        minutes_left(ME, history, Limits(), stage, delivered_s)
        for history, delivered_s in (
            (SEASONED, 0.0),
            (SEASONED, 600.0),
            (SEASONED.but(ledger=ledger_of(("lower_back", 12.0))), 0.0),
            (SEASONED.but(contracting_minutes_today=70.0), 60.0),
            (SEASONED.but(contracting_minutes_today=90.0), 60.0),
        )
    ]
    assert left == [30, 20, 18, 4, 0]


def test_comfort_minutes_are_counted_apart(catalogue: Catalogue) -> None:
    comfort = catalogue.routines["comfort_80"].stages[0]
    history = SEASONED.but(contracting_minutes_today=75.0, comfort_minutes_today=35.0)
    assert minutes_left(ME, history, Limits(), comfort, 300.0) == 20
    work = catalogue.routines["lower_back_session"].stages[0]
    assert minutes_left(ME, SEASONED.but(comfort_minutes_today=60.0), Limits(), work, 0) == 30


def test_the_bench_counts_towards_nobody(catalogue: Catalogue) -> None:
    stage = catalogue.routines["bench"].stages[0]
    assert minutes_left(ME, AFTER_ONE, Limits(), stage, 60.0) == 29
    assert with_delivered(SEASONED, stage, 300.0) == SEASONED


def test_what_was_delivered_is_missing_afterwards(catalogue: Catalogue) -> None:
    back = catalogue.routines["lower_back_session"].stages[1]
    comfort = catalogue.routines["comfort_80"].stages[0]
    history = with_delivered(with_delivered(SEASONED, back, 900.0), comfort, 300.0)
    assert history.contracting_minutes_today == history.ledger.contracting_minutes == 15
    assert history.comfort_minutes_today == history.ledger.comfort_minutes == 5
    assert history.ledger.box_minutes == 15
    assert minutes_by_placement(history) == {"lower_back": 20.0}
    assert minutes_left(ME, history, Limits(), back, 0.0) == 10


# --- lists ---


@pytest.mark.parametrize(
    ("person", "changes", "expected"),
    [
        (ME, {}, False),
        (ME, {"days_since_full_list": 28.0}, False),
        (ME, {"days_since_full_list": 28.1}, True),
        (ME, {"days_since_full_list": None}, True),
        (ME, {"doctor_refusal": True}, True),
        (ME, {"bad_skin": True}, True),
        (ME, {"clock_trusted": False}, True),
        (ME, {"readable": False}, True),
        (GUEST, {}, True),
    ],
)
def test_when_the_full_list_is_due(person: str, changes: dict[str, Any], expected: bool) -> None:
    assert full_list_due(person, SEASONED.but(**changes)) is expected


@pytest.mark.parametrize(
    ("person", "changes", "asked"),
    [
        (ME, {}, False),
        (ME, {"clock_trusted": False}, True),
        (ME, {"clock": CLOCK}, False),
        (ME, {"clock": CLOCK.but(by_hand=True)}, True),
        (ME, {"readable": False}, True),
        (GUEST, {}, True),
    ],
)
def test_who_is_asked_about_todays_sessions(
    catalogue: Catalogue, person: str, changes: dict[str, Any], asked: bool
) -> None:
    found = statements_for(person, SEASONED.but(**changes), catalogue.statements)
    assert ("no_session_today" in [statement.id for statement in found]) is asked


def test_a_person_known_well_has_eight_statements(catalogue: Catalogue) -> None:
    assert len(statements_for(ME, SEASONED, catalogue.statements)) == 8
    assert len(statements_for(GUEST, UNKNOWN, catalogue.statements)) == 32


# --- due ---


def test_what_is_due_on_a_planned_day(catalogue: Catalogue) -> None:
    found = due(ME, SEASONED, Plan(), catalogue)
    assert (found.gentle, found.gentle_number) == (False, None)
    assert (found.stage_count, found.stage_minutes) == (3, 20.0)
    assert found.planned_today
    assert not found.full_list


def test_the_gentle_sessions_are_counted(catalogue: Catalogue) -> None:
    numbers = [
        due(ME, SEASONED.but(sessions_counted=done), Plan(), catalogue).gentle_number
        for done in range(6)
    ]
    assert numbers == [1, 2, 3, 4, None, None]
    # The second session of a day is gentle as well, and none of the four.
    second = SEASONED.but(sessions_counted=6, sessions_today=1)
    assert due(ME, second, Plan(), catalogue).gentle
    assert due(ME, second, Plan(), catalogue).gentle_number is None
    third = due(ME, SEASONED.but(sessions_counted=2), Plan(), catalogue)
    assert (third.gentle, third.stage_count, third.stage_minutes) == (True, 3, 10.0)


def test_the_daily_sessions_are_counted(catalogue: Catalogue) -> None:
    numbers = [
        due(ME, SEASONED.but(sessions_counted=done), Plan(), catalogue).daily_number
        for done in (0, 12, 13, 14)
    ]
    assert numbers == [1, 13, 14, None]


@pytest.mark.parametrize(("person", "history"), [(GUEST, SEASONED), (ME, UNKNOWN)])
def test_gentle_without_a_number_where_nothing_is_counted(
    catalogue: Catalogue, person: str, history: History
) -> None:
    found = due(person, history, Plan(), catalogue)
    assert (found.gentle, found.gentle_number, found.full_list) == (True, None, True)


@pytest.mark.parametrize(
    ("person", "weekday", "planned"),
    [(ME, 0, True), (ME, 1, False), (ME, None, True), (GUEST, 1, True)],
)
def test_which_days_are_planned(
    catalogue: Catalogue, person: str, weekday: int | None, planned: bool
) -> None:
    history = SEASONED.but(sessions_counted=14, weekday=weekday)
    assert due(person, history, Plan(days=(0, 2, 4)), catalogue).planned_today is planned


def test_without_a_word_of_the_plan_the_days_are_monday_wednesday_and_friday(
    catalogue: Catalogue,
) -> None:
    week = [SEASONED.but(sessions_counted=14, weekday=weekday) for weekday in range(7)]
    planned = [due(ME, history, Plan(), catalogue).planned_today for history in week]
    assert planned == [True, False, True, False, True, False, False]


@pytest.mark.parametrize(
    ("person", "weekday", "coming"),
    [(ME, 0, 2), (ME, 3, 4), (ME, 4, 0), (ME, None, None), (GUEST, 0, None)],
)
def test_the_next_day_with_a_session_is_told_where_the_day_is_known(
    catalogue: Catalogue, person: str, weekday: int | None, coming: int | None
) -> None:
    history = SEASONED.but(sessions_counted=14, weekday=weekday)
    assert due(person, history, Plan(days=(0, 2, 4)), catalogue).next_weekday == coming


def test_nothing_is_gentle_on_the_bench(catalogue: Catalogue) -> None:
    found = due(ME, UNKNOWN, Plan(routine="bench"), catalogue)
    assert (found.gentle, found.stage_count, found.stage_minutes) == (False, 1, 5.0)
