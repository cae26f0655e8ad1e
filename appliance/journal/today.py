"""What one person has had today, where the clock may not know what day it is."""

import sqlite3
from dataclasses import dataclass
from datetime import timedelta

from appliance.journal.moment import Moment
from appliance.therapy.programs import Kind

NEW_DAY_QUESTIONS = ("no_session_today", "new_day")
"""Asked where the clock is not trusted; `agreed` ends what counted as today before it."""
UNKNOWN_DAY_S = 16 * 3600.0
"""A day, where the clock cannot tell one: whoever slept in between was away for less."""

_IN_THIS_BOOT = "clock_id IN (SELECT id FROM clock_facts WHERE boot_id = :boot_id)"
# By its date, or by the monotonic clock: whatever either of them finds was today.
_SESSIONS_TODAY = f"""
    SELECT id, whole_id FROM sessions WHERE person_id = :person_id AND last_day = :day
        AND (:new_day_s IS NULL OR (last_at_s > :new_day_s AND {_IN_THIS_BOOT}))
    UNION
    SELECT id, whole_id FROM sessions WHERE person_id = :person_id AND {_IN_THIS_BOOT}
        AND last_at_s >= :since_s AND (:new_day_s IS NULL OR last_at_s > :new_day_s)
"""


@dataclass(frozen=True, slots=True)
class Today:
    """Sessions that count, and what was delivered by placement and kind, in seconds."""

    sessions: int
    delivered: tuple[tuple[str, str, float], ...]

    def minutes(self, kind: Kind) -> float:
        return sum(seconds for _, its, seconds in self.delivered if its == kind.value) / 60.0

    def sites(self) -> tuple[tuple[str, float], ...]:
        """Minutes by placement, whatever was run there."""
        minutes: dict[str, float] = {}
        for placement, _, seconds in self.delivered:
            minutes[placement] = minutes.get(placement, 0.0) + seconds / 60.0
        return tuple(sorted(minutes.items()))


def today(connection: sqlite3.Connection, person_id: int, now: Moment) -> Today:
    asked = {
        "person_id": person_id,
        "boot_id": now.boot_id,
        "day": now.wall.date().isoformat(),
        "since_s": now.at - _day_so_far_s(now),
        "new_day_s": None if now.trusted else _new_day_s(connection, person_id, now),
    }
    counted = connection.execute(
        f"SELECT count(DISTINCT whole_id) FROM ({_SESSIONS_TODAY}) AS part"
        " WHERE (SELECT number FROM sessions WHERE id = part.whole_id) IS NOT NULL",
        asked,
    ).fetchone()
    delivered = connection.execute(
        "SELECT placement, kind, sum(delivered_s) FROM stages"
        f" WHERE session_id IN (SELECT id FROM ({_SESSIONS_TODAY})) AND delivered_s > 0"
        " GROUP BY placement, kind",
        asked,
    ).fetchall()
    return Today(int(counted[0]), tuple((row[0], row[1], row[2]) for row in delivered))


def _day_so_far_s(now: Moment) -> float:
    if not now.trusted:
        return UNKNOWN_DAY_S
    midnight = now.wall.replace(hour=0, minute=0, second=0, microsecond=0)
    return (now.wall - midnight) / timedelta(seconds=1)


def _new_day_s(connection: sqlite3.Connection, person_id: int, now: Moment) -> float | None:
    """When this person last said, in this boot, that it is a new day."""
    row = connection.execute(
        "SELECT max(answers.at_s) FROM answers JOIN clock_facts ON clock_facts.id = clock_id"
        " WHERE person_id = ? AND question IN (?, ?) AND answer = 'agreed' AND boot_id = ?",
        (person_id, *NEW_DAY_QUESTIONS, now.boot_id),
    ).fetchone()
    return None if row[0] is None else float(row[0])
