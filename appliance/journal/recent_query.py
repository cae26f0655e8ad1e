"""Query: one person's last session, the sessions of this week, and the trend of comfort."""

import sqlite3
from datetime import timedelta

from appliance.journal.timestamps import Moment
from appliance.therapy.history import TREND_SESSIONS, LastSession, Recent


def recent(connection: sqlite3.Connection, person_id: int, now: Moment) -> Recent:
    """What the box shows of the person's record. Every query uses an index."""
    sessions, minutes = _week(connection, person_id, now)
    return Recent(
        last=_last(connection, person_id),
        week_sessions=sessions,
        week_minutes=minutes,
        comfort=_comfort(connection, person_id),
        pads=_pads(connection, person_id),
    )


def _last(connection: sqlite3.Connection, person_id: int) -> LastSession | None:
    """The newest session that delivered anything, with the part that finished it."""
    row = connection.execute(
        "SELECT whole_id, last_day FROM sessions WHERE person_id = ? AND delivered_s > 0"
        " ORDER BY id DESC LIMIT 1",
        (person_id,),
    ).fetchone()
    if row is None:
        return None
    seconds, highest_a, highest_b = connection.execute(
        "SELECT total(stages.delivered_s), max(highest_a), max(highest_b) FROM sessions"
        " JOIN stages ON session_id = sessions.id WHERE whole_id = ?",
        (row[0],),
    ).fetchone()
    return LastSession(str(row[1]), seconds / 60.0, (highest_a, highest_b))


def _week(connection: sqlite3.Connection, person_id: int, now: Moment) -> tuple[int, float]:
    """Sessions that count and contracting minutes since Monday; none where no day is known."""
    if not now.trusted:
        return 0, 0.0
    today = now.wall.date()
    monday = today - timedelta(days=today.weekday())
    sessions, seconds = connection.execute(
        "SELECT count(number), total(contracting_s) FROM sessions"
        " WHERE person_id = ? AND last_day BETWEEN ? AND ?",
        (person_id, monday.isoformat(), today.isoformat()),
    ).fetchone()
    return int(sessions), seconds / 60.0


def _comfort(connection: sqlite3.Connection, person_id: int) -> tuple[int, ...]:
    rows = connection.execute(
        "SELECT CAST(answer AS INTEGER) FROM answers WHERE person_id = ?"
        " AND question = 'comfort' ORDER BY id DESC LIMIT ?",
        (person_id, TREND_SESSIONS),
    ).fetchall()
    return tuple(answer for (answer,) in reversed(rows))


def _pads(connection: sqlite3.Connection, person_id: int) -> tuple[tuple[str, int], ...]:
    rows = connection.execute(
        "SELECT placement, uses FROM pads WHERE person_id = ? ORDER BY placement", (person_id,)
    )
    return tuple((placement, int(uses)) for placement, uses in rows)
