"""The plan over weeks, as tables that a physiotherapist can read."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.therapy.calendar import (
    DAILY_SESSIONS,
    WEEKDAYS,
    DayDone,
    DayKind,
    calendar,
    due_today,
    gentle_after_break,
    next_weekday,
)

MONDAY = date(2026, 3, 2)
MON_WED_FRI = (0, 2, 4)
DONE = DayDone(1, 60.0)

# sessions so far, weekday (Monday 0), sessions today, soreness today: is one due now?
DUE_TODAY = (
    (0, 0, 0, None, True, "the first session"),
    (5, 5, 0, None, True, "one of the first fourteen, on any day"),
    (13, 6, 0, None, True, "the fourteenth, on a Sunday"),
    (14, 6, 0, None, False, "past the fourteen, on a Sunday"),
    (14, 2, 0, None, True, "past the fourteen, on a chosen Wednesday"),
    (14, 3, 0, None, False, "past the fourteen, on a Thursday"),
    (5, 0, 1, None, False, "done today"),
    (5, 0, 0, 3, True, "a little sore"),
    (5, 0, 0, 4, False, "sore: rest is advised"),
    (30, 0, 0, 8, False, "very sore"),
)


@pytest.mark.parametrize(
    ("counted", "weekday", "today", "soreness", "wanted", "case"),
    DUE_TODAY,
    ids=[row[-1] for row in DUE_TODAY],
)
def test_what_is_due_today(counted, weekday, today, soreness, wanted, case):
    assert due_today(weekday, counted, today, soreness, MON_WED_FRI) is wanted


# how many days ago the last session days were: gentle sessions that are still due
BREAKS = (
    ((), 0, "never one: the first four are gentle anyway"),
    (None, 1, "no clock can tell: there may have been a break"),
    ((1,), 0, "once, yesterday"),
    ((1, 2), 0, "yesterday"),
    ((13, 15), 0, "thirteen days are no break"),
    ((14, 16), 1, "two weeks"),
    ((27, 29), 1, "not quite four weeks"),
    ((28, 30), 2, "four weeks"),
    ((400, 401), 2, "more than a year"),
    ((1, 15), 0, "the gentle one after two weeks is done"),
    ((1, 29), 1, "the first of two after four weeks is done"),
    ((0, 30), 1, "the first of two was today"),
    ((1, 3), 0, "both are done"),
    ((20, 60), 1, "two breaks in a row: the newer one counts"),
)


@pytest.mark.parametrize(("days_ago", "wanted", "case"), BREAKS, ids=[row[-1] for row in BREAKS])
def test_gentle_sessions_after_a_break(days_ago, wanted, case):
    assert gentle_after_break(days_ago) == wanted


@pytest.mark.parametrize(
    ("weekday", "counted", "wanted"),
    [(0, 3, 1), (6, 3, 0), (0, 14, 2), (4, 20, 0), (3, 20, 4)],
)
def test_the_next_day_with_a_session(weekday, counted, wanted):
    assert next_weekday(weekday, counted, MON_WED_FRI) == wanted


def test_the_days_of_a_week_are_named_from_monday_on():
    days = [MONDAY + timedelta(days=number) for number in range(7)]
    assert list(WEEKDAYS) == [f"{day:%A}".lower() for day in days]


def test_no_chosen_day_has_no_next_one():
    assert next_weekday(0, 20, ()) is None


def kinds(days):
    return {one.day: one.kind for one in days}


def test_a_new_person_has_nothing_behind_and_gentle_sessions_ahead():
    days = calendar({}, 0, MONDAY, MON_WED_FRI)
    assert all(one.kind is DayKind.BEFORE for one in days if one.day < MONDAY)
    ahead = [one for one in days if one.day >= MONDAY]
    assert [one.kind for one in ahead[:6]] == [DayKind.DUE_GENTLE] * 4 + [DayKind.DUE] * 2
    assert [one.number for one in ahead[:14]] == list(range(1, 15))
    assert {one.day.weekday() for one in ahead[14:] if one.kind is DayKind.DUE} == {0, 2, 4}


def test_missed_sore_and_partial_days_are_told_apart():
    done = {
        MONDAY - timedelta(days=5): DONE,
        MONDAY - timedelta(days=3): DayDone(0, 12.0),
        MONDAY - timedelta(days=2): DayDone(soreness=6),
        MONDAY - timedelta(days=1): DONE,
    }
    found = [one.kind for one in calendar(done, 0, MONDAY, MON_WED_FRI) if one.day < MONDAY]
    assert found[-5:] == [
        DayKind.DONE,
        DayKind.MISSED,
        DayKind.PART,
        DayKind.SORE,
        DayKind.DONE,
    ]


def test_after_a_month_away_two_gentle_sessions_come_first():
    done = {MONDAY - timedelta(days=30): DONE, MONDAY - timedelta(days=31): DONE}
    ahead = [one for one in calendar(done, 18, MONDAY, MON_WED_FRI) if one.day >= MONDAY]
    due = [one for one in ahead if one.kind is not DayKind.REST]
    assert [one.kind for one in due[:3]] == [DayKind.DUE_GENTLE] * 2 + [DayKind.DUE]
    assert due[0].number == 21


def test_a_session_of_today_is_done_and_soreness_of_today_is_rest():
    assert kinds(calendar({MONDAY: DONE}, 7, MONDAY, MON_WED_FRI))[MONDAY] is DayKind.DONE
    sore = {MONDAY: DayDone(soreness=5)}
    days = kinds(calendar(sore, 7, MONDAY, MON_WED_FRI))
    assert days[MONDAY] is DayKind.SORE
    assert days[MONDAY + timedelta(days=1)] is DayKind.DUE


A_YEAR = st.dictionaries(
    st.integers(0, 365),
    st.builds(
        DayDone, st.integers(0, 2), st.floats(0, 90), st.one_of(st.none(), st.integers(0, 10))
    ),
)


@given(A_YEAR, st.sets(st.integers(0, 6)), st.integers(0, 40))
def test_any_past_gives_every_day_once_and_today_agrees_with_what_is_due(ago, weekdays, before):
    done = {MONDAY - timedelta(days=days): one for days, one in ago.items()}
    days = calendar(done, before, MONDAY, sorted(weekdays))
    assert [one.day for one in days] == [MONDAY + timedelta(days=ahead) for ahead in range(-28, 29)]
    counted = before + sum(one.sessions for one in done.values())
    now = done.get(MONDAY, DayDone())
    due = due_today(0, counted, now.sessions, now.soreness, sorted(weekdays))
    assert (kinds(days)[MONDAY] in (DayKind.DUE, DayKind.DUE_GENTLE)) is due


@given(A_YEAR)
def test_no_full_session_comes_before_the_gentle_ones_that_are_due(ago):
    done = {MONDAY - timedelta(days=days): one for days, one in ago.items()}
    session_days = sorted(day for day, one in done.items() if one.sessions)
    ago_days = [(MONDAY - day).days for day in reversed(session_days[-2:])]
    counted = sum(one.sessions for one in done.values())
    first_due = next(
        (one for one in calendar(done, 0, MONDAY, range(7)) if one.kind in _AHEAD), None
    )
    if first_due is not None and first_due.day == MONDAY:
        gentle = counted < 4 or gentle_after_break(ago_days) > 0
        assert (first_due.kind is DayKind.DUE_GENTLE) is gentle


_AHEAD = (DayKind.DUE, DayKind.DUE_GENTLE)


def test_the_daily_part_has_two_weeks():
    assert DAILY_SESSIONS == 14


@pytest.mark.parametrize(
    ("asked", "now", "kind"),
    [
        (DayKind.REST, DayDone(), DayKind.REST),
        (DayKind.REST, DayDone(minutes=9.0), DayKind.PART),
        (DayKind.DUE, DayDone(minutes=9.0), DayKind.DUE),
        (DayKind.DUE_GENTLE, DayDone(), DayKind.DUE_GENTLE),
        (DayKind.DUE, DayDone(1, 60.0), DayKind.DONE),
        (DayKind.REST, DayDone(soreness=5), DayKind.SORE),
    ],
)
def test_today_is_what_the_box_asks_for_where_the_limits_have_a_say(asked, now, kind):
    days = calendar({MONDAY: now}, 7, MONDAY, MON_WED_FRI, asked)
    assert kinds(days)[MONDAY] is kind
    assert len(days) == 8 * 7 + 1
