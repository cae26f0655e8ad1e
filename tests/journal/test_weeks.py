"""Sixty days of a household: what the plan says on each of them, from the journal's file."""

from contextlib import closing
from datetime import datetime, timedelta, timezone

import pytest

from appliance.journal import weeks_query
from appliance.journal.calendar_query import days_done
from appliance.journal.database import open_for_reading
from appliance.settings import library
from appliance.settings.model import Settings
from appliance.therapy.calendar import DayKind, calendar
from appliance.therapy.history import StageLeft
from appliance.therapy.plan import GUEST, Plan, due

STAGE = (StageLeft("lower_back", "work", 20.0),)
PLAN = Plan(people=("Me", "Other"))


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return library.load_catalogue(tmp_path_factory.mktemp("none") / "config.toml", Settings())


@pytest.fixture
def weeks(household, catalogue):
    return Weeks(household, catalogue)


class Weeks:
    """Days that pass, with or without a session."""

    def __init__(self, household, catalogue):
        self.household, self.catalogue = household, catalogue

    def due(self, person="Me"):
        return due(person, self.household.history(person), PLAN, self.catalogue)

    def session(self, person="Me"):
        self.household.whole_session(STAGE, person=person)

    def next_day(self, days=1):
        # A session moves the clock on within its day; each day begins at six in the evening.
        wall = self.household.wall.replace(hour=18, minute=0) + timedelta(days=days)
        self.household.wait(seconds=(wall - self.household.wall).total_seconds())

    def good(self, days):
        """One session on each day."""
        for _ in range(days):
            self.session()
            self.next_day()

    def calendar(self, person="Me"):
        connection = open_for_reading(self.household.path)
        today = self.household.wall.date()
        done = days_done(connection, person, today)
        connection.close()
        return calendar(done.days, done.counted_before, today, PLAN.days)

    def today(self):
        return next(one for one in self.calendar() if one.day == self.household.wall.date())


def test_good_weeks_lead_from_gentle_to_daily_to_three_a_week(weeks):
    seen = []
    for _ in range(14):
        now = weeks.due()
        seen.append((now.gentle_number, now.daily_number, now.planned_today))
        weeks.session()
        assert not weeks.due().planned_today
        weeks.next_day()
    assert seen[:5] == [
        (1, 1, True),
        (2, 2, True),
        (3, 3, True),
        (4, 4, True),
        (None, 5, True),
    ]
    assert seen[13] == (None, 14, True)
    planned = []
    for _ in range(46):
        now = weeks.due()
        assert now.daily_number is None
        planned.append((weeks.household.wall.weekday(), now.planned_today))
        if now.planned_today:
            weeks.session()
        weeks.next_day()
    assert {weekday for weekday, is_due in planned if is_due} == {0, 2, 4}
    assert {weekday for weekday, is_due in planned if not is_due} == {1, 3, 5, 6}


@pytest.mark.parametrize("number", [0, 3])
def test_a_session_under_an_empty_clock_battery_makes_no_day_a_missed_one(weeks, number):
    """It counts, but it is in no week, and no day was missed since it."""
    household, today = weeks.household, weeks.household.wall
    household.wall, household.trusted = datetime(2000, 1, 1, tzinfo=today.tzinfo), False
    household.off()
    weeks.session()
    household.wall, household.trusted = today, True
    household.off()
    weeks.good(number)
    assert weeks.due().daily_number == number + 2
    past = [one.kind for one in weeks.calendar() if one.day < household.wall.date()]
    assert {*past} == ({DayKind.BEFORE, DayKind.DONE} if number else {DayKind.BEFORE})
    with closing(open_for_reading(household.path)) as connection:
        found = weeks_query.weeks(connection, "Me")
        assert weeks_query.undated_sessions(connection, "Me") == 1
    assert sum(week.sessions for week in found) == number
    assert all(week.monday.year == today.year for week in found)


def test_missed_days_only_move_the_plan(weeks):
    weeks.good(5)
    weeks.next_day(4)
    assert (weeks.due().daily_number, weeks.due().planned_today) == (6, True)
    kinds = [one.kind for one in weeks.calendar() if one.day < weeks.household.wall.date()]
    assert kinds[-9:] == [DayKind.DONE] * 5 + [DayKind.MISSED] * 4


@pytest.mark.parametrize(("days", "gentle"), [(12, 0), (13, 1), (27, 2), (30, 2)])
def test_a_break_comes_back_gently(weeks, days, gentle):
    weeks.good(20)
    weeks.next_day(days)
    for _ in range(gentle):
        assert weeks.due().gentle
        weeks.session()
        weeks.next_day()
    assert not weeks.due().gentle
    assert weeks.due().gentle_number is None


def test_a_sore_day_is_a_day_of_rest_and_the_next_day_asks_again(weeks):
    weeks.good(6)
    weeks.household.answer("soreness_before", "5")
    assert not weeks.due().planned_today
    assert weeks.today().kind is DayKind.SORE
    weeks.next_day()
    assert weeks.due().planned_today
    kinds = {one.day: one.kind for one in weeks.calendar()}
    assert kinds[weeks.household.wall.date() - timedelta(days=1)] is DayKind.SORE


def test_the_second_session_of_a_day_is_gentle(weeks):
    weeks.good(10)
    weeks.session()
    assert weeks.due().gentle


def test_two_people_have_two_plans_and_guest_has_none(weeks):
    weeks.good(5)
    weeks.session("Other")
    assert weeks.due("Me").daily_number == 6
    assert weeks.due("Other").daily_number == 2
    guest = weeks.due(GUEST)
    assert (guest.gentle, guest.daily_number, guest.next_weekday) == (True, None, None)


def test_a_clock_that_is_set_back_a_year_takes_no_session_away(weeks):
    weeks.good(10)
    weeks.household.wall -= timedelta(days=365)
    weeks.household.trusted = False
    now = weeks.due()
    assert (now.daily_number, now.planned_today, now.next_weekday) == (11, True, None)
    weeks.household.wall += timedelta(days=365)
    weeks.household.trusted = True
    assert weeks.due().daily_number == 11


@pytest.mark.parametrize("hours", [-9, 5, 12])
def test_a_journey_to_another_zone_keeps_the_plan(weeks, hours):
    weeks.good(10)
    zone = timezone(timedelta(hours=1 + hours))
    weeks.household.wall = weeks.household.wall.astimezone(zone)
    assert weeks.due().daily_number == 11
    assert not weeks.due().gentle
    assert sum(one.kind is DayKind.DONE for one in weeks.calendar()) == 10


def test_the_calendar_and_what_is_due_never_disagree_on_today(weeks):
    for day in range(60):
        due_now = weeks.due().planned_today
        assert (weeks.today().kind in (DayKind.DUE, DayKind.DUE_GENTLE)) is due_now, day
        if day % 7 != 3 and not 30 <= day < 48:
            weeks.session()
            assert weeks.today().kind is DayKind.DONE
            assert not weeks.due().planned_today
        weeks.next_day()
