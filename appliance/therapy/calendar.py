"""The plan over weeks: which days have a session, which sessions are gentle, what was missed.

Pure functions of dates and of what was done on them. Screen, `status` and `plan` all read the
plan from here, so they cannot disagree.

1. The first 14 sessions are due once a day, so a missed day only moves them.
2. After that a session is due on the chosen weekdays, three of them by default.
3. The first four sessions are gentle. After 14 days or more without a session the next one is
   gentle; after 28 days or more the next two are. Where no clock can tell how long ago the
   last one was, the next one is gentle.
4. Soreness of 4 or more advises rest on that day. The next day asks again.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import Enum

from appliance.records import Fixed

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""Ids of the weekdays by their number, Monday 0."""
GENTLE_SESSIONS = 4
"""The first sessions of a person."""
DAILY_SESSIONS = 14
"""Two weeks of once a day."""
BREAK_DAYS = 14
LONG_BREAK_DAYS = 28
REST_DAY_SORENESS = 4
"""From here a rest day is advised, and there is no second session."""
WEEKS_SHOWN = 4
"""Past and coming weeks in a calendar."""


class DayDone(Fixed, frozen=True):
    """What one person did on one day."""

    sessions: int = 0
    """Sessions of which at least half was delivered."""
    minutes: float = 0.0
    """Delivered minutes of contracting programs."""
    soreness: int | None = None
    """Highest soreness before a session that day, 0 to 10; None where it was not asked."""


class DayKind(Enum):
    """What a day was or will be. Values are stable: `plan --json` has them."""

    DONE = "done"
    PART = "part"
    """Less than half of a session was delivered."""
    SORE = "sore"
    """No session, because the person was sore."""
    MISSED = "missed"
    REST = "rest"
    DUE = "due"
    DUE_GENTLE = "due_gentle"
    BEFORE = "before"
    """Before the first session of which the day is known."""


class CalendarDay(Fixed, frozen=True):
    day: date
    kind: DayKind
    number: int | None = None
    """Number of the last session done or the one due, from 1; None where there is none."""
    minutes: float = 0.0


def gentle_after_break(days_ago: Sequence[int] | None) -> int:
    """How many gentle sessions a break still makes due.

    `days_ago` is how long ago the last session days were, the newest first. Two are enough.
    None: no clock can tell, so there may have been a break, and the next session is gentle.
    """
    if days_ago is None:
        return 1
    if not days_ago:
        return 0
    owed = _owed_by(days_ago[0])
    if owed:
        return owed
    if len(days_ago) > 1:
        # One session day since the last break: after a long one, one more is gentle.
        return max(0, _owed_by(days_ago[1] - days_ago[0]) - 1)
    return 0


def _owed_by(gap_days: int) -> int:
    return 2 if gap_days >= LONG_BREAK_DAYS else 1 if gap_days >= BREAK_DAYS else 0


def is_planned(weekday: int, counted_before: int, weekdays: Sequence[int]) -> bool:
    """Whether a session is due on this weekday (Monday 0) after so many counted sessions."""
    return counted_before < DAILY_SESSIONS or weekday in weekdays


def advises_rest(soreness: int | None) -> bool:
    return soreness is not None and soreness >= REST_DAY_SORENESS


def due_today(
    weekday: int,
    counted: int,
    sessions_today: int,
    soreness_today: int | None,
    weekdays: Sequence[int],
) -> bool:
    """Whether the plan asks for a session today that was not done yet."""
    if sessions_today > 0 or advises_rest(soreness_today):
        return False
    return is_planned(weekday, counted, weekdays)


def next_weekday(weekday: int, counted: int, weekdays: Sequence[int]) -> int | None:
    """The next weekday after today (Monday 0) with a session; None where no day is chosen."""
    coming = ((weekday + ahead) % 7 for ahead in range(1, 8))
    return next((one for one in coming if is_planned(one, counted, weekdays)), None)


def calendar(
    done: Mapping[date, DayDone],
    counted_before: int,
    today: date,
    weekdays: Sequence[int],
    asked: DayKind | None = None,
) -> tuple[CalendarDay, ...]:
    """The days of the past four weeks, today, and the coming four weeks.

    `done` has at least the days of the past `WEEKS_SHOWN` weeks, and may have older ones;
    `counted_before` is the number of sessions before the oldest day of `done`. `asked` is what
    the box asks for today (`DUE`, `DUE_GENTLE` or `REST`), which limits decide as well as the
    plan; None: what the plan alone asks for.
    """
    first = today - timedelta(weeks=WEEKS_SHOWN)
    counted = counted_before
    session_days: list[date] = []
    days: list[CalendarDay] = []
    for day in sorted(one for one in done if one < first):
        counted += done[day].sessions
        session_days += [day] if done[day].sessions else []
    for day in _days(first, today - timedelta(days=1)):
        one = done.get(day, DayDone())
        # A session without a certain date counts, but no day was missed because of it.
        days.append(_past_day(day, one, counted if session_days else 0, weekdays))
        counted += one.sessions
        session_days += [day] if one.sessions else []
    now = done.get(today, DayDone())
    if now.sessions:
        counted += now.sessions
        session_days.append(today)
        days.append(CalendarDay(today, DayKind.DONE, counted, now.minutes))
    elif advises_rest(now.soreness):
        days.append(CalendarDay(today, DayKind.SORE, None, now.minutes))
    elif asked is DayKind.REST:
        days.append(CalendarDay(today, DayKind.PART if now.minutes else asked, None, now.minutes))
    elif asked is not None:
        counted += 1
        session_days.append(today)
        days.append(CalendarDay(today, asked, counted, now.minutes))
    start = today + timedelta(days=1) if len(days) > (today - first).days else today
    days += _coming(start, today + timedelta(weeks=WEEKS_SHOWN), counted, session_days, weekdays)
    return tuple(days)


def _past_day(day: date, done: DayDone, counted: int, weekdays: Sequence[int]) -> CalendarDay:
    if done.sessions:
        return CalendarDay(day, DayKind.DONE, counted + done.sessions, done.minutes)
    if done.minutes > 0:
        return CalendarDay(day, DayKind.PART, None, done.minutes)
    if advises_rest(done.soreness):
        return CalendarDay(day, DayKind.SORE)
    if not counted:
        return CalendarDay(day, DayKind.BEFORE)
    planned = is_planned(day.weekday(), counted, weekdays)
    return CalendarDay(day, DayKind.MISSED if planned else DayKind.REST)


def _coming(
    first: date, last: date, counted: int, session_days: Sequence[date], weekdays: Sequence[int]
) -> list[CalendarDay]:
    """The coming days, as if every session were done on its day."""
    recent = [*session_days][-2:]
    days = []
    for day in _days(first, last):
        if not is_planned(day.weekday(), counted, weekdays):
            days.append(CalendarDay(day, DayKind.REST))
            continue
        ago = [(day - one).days for one in reversed(recent)]
        gentle = counted < GENTLE_SESSIONS or gentle_after_break(ago) > 0
        counted += 1
        recent = [*recent[-1:], day]
        days.append(CalendarDay(day, DayKind.DUE_GENTLE if gentle else DayKind.DUE, counted))
    return days


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
