"""Queries: what one person did day by day, for the calendar of the plan."""

import sqlite3
from datetime import date, timedelta

from appliance.journal.row_values import day_of
from appliance.records import Fixed
from appliance.session.machine.pages import SORENESS_BEFORE
from appliance.therapy.calendar import WEEKS_SHOWN, DayDone


class DaysDone(Fixed, frozen=True):
    """What `therapy.calendar.calendar` needs of the journal."""

    days: dict[date, DayDone]
    """All days of the past weeks that are shown, and the last two session days before them."""
    counted_before: int
    """Counted sessions before the oldest of these days."""


def _days_before(connection: sqlite3.Connection, person_id: int, before: date) -> list[date]:
    """The last two days with a counted session before a day, the newest first, of trusted dates."""
    rows = connection.execute(
        "SELECT DISTINCT last_day FROM sessions JOIN clock_facts ON clock_facts.id = clock_id"
        " WHERE person_id = ? AND number IS NOT NULL AND last_day < ? AND trusted > 0"
        " ORDER BY last_day DESC LIMIT 2",
        (person_id, before.isoformat()),
    )
    return [day_of(day) for (day,) in rows]


def soreness_by_day(connection: sqlite3.Connection, person_id: int, since: date) -> dict[date, int]:
    """The highest soreness before a session, 0 to 10, of each day on which it was asked."""
    rows = connection.execute(
        "SELECT substr(wall, 1, 10) AS day, max(CAST(answer AS INTEGER)) FROM answers"
        " WHERE person_id = ? AND question = ? AND wall >= ? GROUP BY day",
        (person_id, SORENESS_BEFORE, since.isoformat()),
    )
    return {day_of(day): int(soreness) for day, soreness in rows}


def days_done(connection: sqlite3.Connection, person: str, today: date) -> DaysDone:
    """What `person` did on the days that a calendar of `today` shows."""
    row = connection.execute("SELECT id FROM people WHERE name = ?", (person,)).fetchone()
    if row is None:
        return DaysDone({}, 0)
    person_id, first = int(row[0]), today - timedelta(weeks=WEEKS_SHOWN)
    days = _sessions_by_day(connection, person_id, first, today)
    for day in _days_before(connection, person_id, first):
        days |= _sessions_by_day(connection, person_id, day, day)
    for day, soreness in soreness_by_day(connection, person_id, first).items():
        days[day] = days.get(day, DayDone()).but(soreness=soreness)
    total = connection.execute(
        "SELECT coalesce(max(number), 0) FROM sessions WHERE person_id = ?", (person_id,)
    ).fetchone()[0]
    return DaysDone(days, int(total) - sum(done.sessions for done in days.values()))


def _sessions_by_day(
    connection: sqlite3.Connection, person_id: int, first: date, last: date
) -> dict[date, DayDone]:
    rows = connection.execute(
        "SELECT last_day, count(number), total(contracting_s) FROM sessions"
        " WHERE person_id = ? AND last_day BETWEEN ? AND ? GROUP BY last_day",
        (person_id, first.isoformat(), last.isoformat()),
    )
    return {day_of(day): DayDone(int(sessions), seconds / 60.0) for day, sessions, seconds in rows}
