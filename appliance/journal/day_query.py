"""Query: one person's sessions and minutes of today, also under an untrusted clock."""

import sqlite3
from collections.abc import Mapping
from datetime import timedelta

from appliance.journal.timestamps import Moment
from appliance.therapy.history import DayFigures
from appliance.therapy.programs import Kind

NEW_DAY_QUESTIONS = ("no_session_today", "new_day")
"""Asked where the clock is not trusted; `agreed` ends what counted as today before it."""
UNKNOWN_DAY_S = 16 * 3600.0
"""Length of "today" under an untrusted clock: a person who slept a night was away for less."""

_IN_THIS_BOOT = "clock_id IN (SELECT id FROM clock_facts WHERE boot_id = :boot_id)"
_BY_DATE = f"""
    SELECT id, whole_id FROM sessions WHERE person_id = :person_id AND last_day = :day
        AND (:new_day_s IS NULL OR (last_at_s > :new_day_s AND {_IN_THIS_BOOT}))
"""
_BY_THIS_BOOT = f"""
    SELECT id, whole_id FROM sessions WHERE person_id = :person_id AND {_IN_THIS_BOOT}
        AND last_at_s >= :since_s AND (:new_day_s IS NULL OR last_at_s > :new_day_s)
"""
_VOUCHED_FOR = ":trusted AND clock_id IN (SELECT id FROM clock_facts WHERE trusted = 1)"
# A session is of today if its date or the monotonic clock says so.
_ALL = f"{_BY_DATE} UNION {_BY_THIS_BOOT}"
# A date is certain only if the clock was trusted both then and now.
_CERTAIN = f"{_BY_DATE} AND {_VOUCHED_FOR} UNION {_BY_THIS_BOOT}"


def today(
    connection: sqlite3.Connection, person_id: int, now: Moment
) -> tuple[DayFigures, DayFigures]:
    """The figures of all sessions that may be of today, and of those that certainly are."""
    asked = {
        "person_id": person_id,
        "boot_id": now.boot_id,
        "day": now.wall.date().isoformat(),
        "since_s": now.at - _day_so_far_s(now),
        "new_day_s": None if now.trusted else _new_day_s(connection, person_id, now),
        "trusted": now.trusted,
    }
    return _figures(connection, _ALL, asked), _figures(connection, _CERTAIN, asked)


def _figures(
    connection: sqlite3.Connection, sessions: str, asked: Mapping[str, object]
) -> DayFigures:
    """Sessions that count, and delivered minutes by kind and by placement."""
    counted = connection.execute(
        f"SELECT count(DISTINCT whole_id) FROM ({sessions}) AS part"
        " WHERE (SELECT number FROM sessions WHERE id = part.whole_id) IS NOT NULL",
        asked,
    ).fetchone()
    delivered = connection.execute(
        "SELECT placement, kind, sum(delivered_s) FROM stages"
        f" WHERE session_id IN (SELECT id FROM ({sessions})) AND delivered_s > 0"
        " GROUP BY placement, kind",
        asked,
    ).fetchall()
    sites: dict[str, float] = {}
    kinds: dict[str, float] = {}
    for placement, kind, seconds in delivered:
        sites[placement] = sites.get(placement, 0.0) + seconds / 60.0
        kinds[kind] = kinds.get(kind, 0.0) + seconds / 60.0
    return DayFigures(
        int(counted[0]),
        kinds.get(Kind.CONTRACTING.value, 0.0),
        kinds.get(Kind.COMFORT.value, 0.0),
        tuple(sorted(sites.items())),
    )


def _day_so_far_s(now: Moment) -> float:
    if not now.trusted:
        return UNKNOWN_DAY_S
    midnight = now.wall.replace(hour=0, minute=0, second=0, microsecond=0)
    return (now.wall - midnight) / timedelta(seconds=1)


def _new_day_s(connection: sqlite3.Connection, person_id: int, now: Moment) -> float | None:
    """When this person last confirmed a new day in this boot, seconds; None if never."""
    row = connection.execute(
        "SELECT max(answers.at_s) FROM answers JOIN clock_facts ON clock_facts.id = clock_id"
        " WHERE person_id = ? AND question IN (?, ?) AND answer = 'agreed' AND boot_id = ?",
        (person_id, *NEW_DAY_QUESTIONS, now.boot_id),
    ).fetchone()
    return None if row[0] is None else float(row[0])
