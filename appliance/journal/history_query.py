"""Queries: people's histories for plan and limits. Every query uses an index."""

import sqlite3
from collections.abc import Iterable
from datetime import date, timedelta

from appliance.journal.day_query import Day, days
from appliance.journal.recent_query import recent
from appliance.journal.row_values import day_of
from appliance.journal.skin_query import skin_of, soreness_of
from appliance.journal.timestamps import Moment
from appliance.journal.unfinished_query import unfinished
from appliance.journal.writing import FULL_LIST
from appliance.session.machine.pages import QUESTIONS, SHOWN
from appliance.therapy.calendar import GENTLE_SESSIONS
from appliance.therapy.exercise import BLOCKS_KNOWN, STRENGTHENING
from appliance.therapy.history import History
from appliance.therapy.ledger import DAY_S, FELT_MINUTES_PER_GENTLE_SESSION
from appliance.therapy.plan import GUEST
from appliance.therapy.questions import DAY_QUESTIONS

_BAD_SKIN = str(QUESTIONS["skin"])
"""The answer to `skin` that means a burn or blisters."""


def histories(
    connection: sqlite3.Connection, people: Iterable[str], now: Moment
) -> dict[str, History]:
    """The history of each of `people`, and of Guest, which is always empty."""
    people = tuple(people)
    return {
        person: _with_answers(
            connection,
            _guest(day, now) if person == GUEST else _history(connection, person, day, now),
            person,
            people,
            now,
        )
        for person, day in days(connection, people, now).items()
    }


def _with_answers(
    connection: sqlite3.Connection,
    history: History,
    person: str,
    people: tuple[str, ...],
    now: Moment,
) -> History:
    """The history with the answers about soreness and skin that may be this person's."""
    return history.but(
        soreness=soreness_of(connection, person, people, now),
        skin=skin_of(connection, person, people, now),
    )


def _guest(day: Day, now: Moment) -> History:
    """A history without a past, but with the ledger of all people: a guest may be any of them."""
    return _of_day(History(weekday=_weekday(now), clock_trusted=now.trusted, readable=True), day)


def _of_day(history: History, day: Day) -> History:
    ledger = day.ledger
    return history.but(
        sessions_today=day.sessions,
        contracting_minutes_today=ledger.contracting_minutes,
        comfort_minutes_today=ledger.comfort_minutes,
        ledger=ledger,
    )


def _weekday(now: Moment) -> int | None:
    return now.wall.weekday() if now.trusted else None


def _history(connection: sqlite3.Connection, person: str, day: Day, now: Moment) -> History:
    row = connection.execute("SELECT id FROM people WHERE name = ?", (person,)).fetchone()
    if row is None:
        return _guest(day, now)
    return _of_day(_Past(connection, int(row[0]), now).history(), day)


class _Past:
    """One person's rows."""

    def __init__(self, connection: sqlite3.Connection, person_id: int, now: Moment) -> None:
        self._connection = connection
        self._person_id = person_id
        self._now = now

    def history(self) -> History:
        full_list_id, days_since_full_list = self._full_list()
        return History(
            sessions_counted=self._sessions_counted(),
            days_since_full_list=days_since_full_list,
            doctor_refusal=self._doctor_refusal(full_list_id),
            bad_skin=self._bad_skin(full_list_id),
            had_last_time=self._had_last_time(),
            pad_uses=self._pad_uses(),
            last_levels=self._last_levels(),
            weekdays_done=self._weekdays_done(),
            session_days_ago=self._session_days_ago(),
            recent=recent(self._connection, self._person_id, self._now),
            weekday=_weekday(self._now),
            days_since_first=self._days_since_first(),
            asked_days_ago=self._asked_days_ago(),
            blocks_days_ago=self._blocks_days_ago(),
            unfinished=unfinished(self._connection, self._person_id, self._now),
            clock_trusted=self._now.trusted and not self._last_session_has_no_date(),
            readable=True,
        )

    def _exists(self, sql: str, *values: object) -> bool:
        row = self._connection.execute(f"SELECT EXISTS ({sql})", (self._person_id, *values))
        return bool(row.fetchone()[0])

    def _sessions_counted(self) -> int:
        """Counted sessions; while gentle ones are due, no more than the felt work amounts to."""
        (number,) = self._connection.execute(
            "SELECT max(number) FROM sessions WHERE person_id = ?", (self._person_id,)
        ).fetchone()
        felt = self._gentle_sessions_felt()
        return int(number or 0) if felt == GENTLE_SESSIONS else min(int(number or 0), felt)

    def _gentle_sessions_felt(self) -> int:
        """How many gentle sessions the delivered work fills, GENTLE_SESSIONS at most."""
        rows = self._connection.execute(
            "SELECT felt_s FROM sessions JOIN stages ON session_id = sessions.id"
            " JOIN ledger ON stage_id = stages.id"
            " WHERE person_id = ? AND kind = 'contracting' ORDER BY sessions.id",
            (self._person_id,),
        )
        felt_s = 0.0
        # The rows of later years are never read.
        for (stage_felt_s,) in rows:
            felt_s += stage_felt_s
            if felt_s >= GENTLE_SESSIONS * FELT_MINUTES_PER_GENTLE_SESSION * 60.0:
                break
        felt = int(felt_s / (FELT_MINUTES_PER_GENTLE_SESSION * 60.0))
        return min(felt, GENTLE_SESSIONS)

    def _full_list(self) -> tuple[int, float | None]:
        """The row of the last completed full list (0: none), and its age in days."""
        row = self._connection.execute(
            "SELECT answers.id, boot_id, trusted, answers.at_s, answers.wall FROM answers"
            " JOIN clock_facts ON clock_facts.id = clock_id"
            " WHERE person_id = ? AND question = ? ORDER BY answers.id DESC LIMIT 1",
            (self._person_id, FULL_LIST),
        ).fetchone()
        if row is None:
            return 0, None
        age_s = Moment.of_row(*row[1:]).age_s(self._now)
        return int(row[0]), None if age_s is None else age_s / DAY_S

    def _doctor_refusal(self, full_list_id: int) -> bool:
        return self._exists(
            "SELECT 1 FROM answers WHERE person_id = ? AND id > ?"
            " AND answer = 'refused' AND remedy = 'doctor' AND taken_back = 0",
            full_list_id,
        )

    def _bad_skin(self, full_list_id: int) -> bool:
        return self._exists(
            "SELECT 1 FROM answers WHERE person_id = ? AND question IN ('skin', ?) AND id > ?"
            " AND answer = ? AND taken_back = 0",
            SHOWN["skin"],
            full_list_id,
            _BAD_SKIN,
        )

    def _had_last_time(self) -> bool:
        return self._exists("SELECT 1 FROM sessions WHERE person_id = ? AND contracting_s > 0")

    def _pad_uses(self) -> tuple[tuple[str, int], ...]:
        rows = self._connection.execute(
            "SELECT placement, uses FROM pads WHERE person_id = ?", (self._person_id,)
        )
        return tuple((placement, uses) for placement, uses in rows)

    def _last_levels(self) -> tuple[tuple[str, tuple[float, float]], ...]:
        rows = self._connection.execute(
            "SELECT placement, level_a, level_b FROM pads WHERE person_id = ?", (self._person_id,)
        )
        return tuple((placement, (level_a, level_b)) for placement, level_a, level_b in rows)

    def _weekdays_done(self) -> tuple[int, ...]:
        """Weekdays (Monday 0) on which sessions began; none under an untrusted clock."""
        if not self._now.trusted:
            return ()
        last = self._now.wall.date()
        first = last - timedelta(days=6)
        rows = self._connection.execute(
            "SELECT DISTINCT date(substr(whole.began_wall, 1, 10)) FROM sessions AS part"
            " JOIN sessions AS whole ON whole.id = part.whole_id"
            " WHERE part.person_id = ? AND part.last_day BETWEEN ? AND ?"
            " AND whole.number IS NOT NULL",
            (self._person_id, first.isoformat(), last.isoformat()),
        )
        days = (day_of(day) for (day,) in rows)
        return tuple(sorted({day.weekday() for day in days if day >= first}))

    def _session_days_ago(self) -> tuple[int, ...] | None:
        """The last two days with a counted session; None where no clock can tell.

        A clock that has run since the last one can tell, whatever its date. Dates after today come
        from a clock that was wrong.
        """
        row = self._connection.execute(
            "SELECT boot_id, trusted, last_at_s, last_wall FROM sessions"
            " JOIN clock_facts ON clock_facts.id = clock_id"
            " WHERE person_id = ? AND number IS NOT NULL ORDER BY number DESC LIMIT 1",
            (self._person_id,),
        ).fetchone()
        if row is None:
            return ()
        last = Moment.of_row(*row)
        today = self._now.wall.date()
        if last.trusted and self._now.trusted and last.wall.date() <= today:
            return tuple((today - day).days for day in self._last_two_days())
        age_s = last.age_s(self._now)
        return None if age_s is None else (int(age_s / DAY_S),)

    def _last_two_days(self) -> tuple[date, ...]:
        """The last two days with a counted session, the newest first, in the sessions' order.

        A day that is not before that of a later session comes from a clock that was wrong.
        """
        rows = self._connection.execute(
            "SELECT last_day FROM sessions WHERE person_id = ? AND number IS NOT NULL"
            " ORDER BY number DESC",
            (self._person_id,),
        )
        newest = before = None
        for (text,) in rows:
            day = day_of(text)
            newest = newest or day
            if day < newest:
                before = day
                break
        return tuple(day for day in (newest, before) if day is not None)

    def _days_since_first(self) -> int | None:
        """Days since the first contracting session; None before it, or if a date is not known."""
        row = self._connection.execute(
            "SELECT last_day, trusted FROM sessions JOIN clock_facts ON clock_facts.id = clock_id"
            " WHERE person_id = ? AND contracting_s > 0 ORDER BY sessions.id LIMIT 1",
            (self._person_id,),
        ).fetchone()
        return self._days_ago(row[0]) if row and row[1] else None

    def _days_ago(self, day: str) -> int | None:
        """How many days ago this day was; None under an untrusted clock."""
        if not self._now.trusted:
            return None
        return max(0, (self._now.wall.date() - day_of(day)).days)

    def _asked_days_ago(self) -> tuple[tuple[str, int], ...]:
        """When each question of the day was asked last, whether it was answered or skipped."""
        asked = ((question.id, self._last_days(question.id, 1)) for question in DAY_QUESTIONS)
        return tuple((question, days[0]) for question, days in asked if days)

    def _blocks_days_ago(self) -> tuple[int, ...]:
        """The newest strengthening blocks: one counts when its first exercise was done."""
        return self._last_days(STRENGTHENING[0], BLOCKS_KNOWN, "answer <> '0'")

    def _last_days(self, question: str, count: int, also: str = "1") -> tuple[int, ...]:
        """How many days ago the last `count` answers were, the newest first."""
        rows = self._connection.execute(
            "SELECT substr(wall, 1, 10) FROM answers WHERE person_id = ? AND question = ?"  # noqa: S608 # nosec B608
            f" AND {also} ORDER BY id DESC LIMIT ?",
            (self._person_id, question, count),
        )
        ago = (self._days_ago(day) for (day,) in rows)
        return tuple(days for days in ago if days is not None)

    def _last_session_has_no_date(self) -> bool:
        """Whether the last session has an untrusted date of an earlier boot.

        It may have been today, so the person is asked as if the clock were not trusted.
        """
        row = self._connection.execute(
            "SELECT trusted, boot_id FROM sessions JOIN clock_facts ON clock_facts.id = clock_id"
            " WHERE person_id = ? AND delivered_s > 0 ORDER BY sessions.id DESC LIMIT 1",
            (self._person_id,),
        ).fetchone()
        return row is not None and not row[0] and row[1] != self._now.boot_id
