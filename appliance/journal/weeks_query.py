"""Query: one person's weeks as figures: sessions, minutes, mean level, comfort and soreness.

What has no certain date belongs to no week, and is left out: a clock chip with an empty battery
says 2000.
"""

import sqlite3
from datetime import date, timedelta

from appliance.journal.row_values import day_of
from appliance.records import Fixed


class Week(Fixed, frozen=True):
    monday: date
    sessions: int
    """Sessions of which at least half was delivered."""
    minutes: float
    """Delivered minutes of contracting programs."""
    level: float | None
    """Mean level over both channels and the delivered time, in the board's unit."""
    comfort: float | None
    """Mean answer after the sessions, 0 (good) to 10."""
    soreness: float | None
    """Mean soreness before the sessions, 0 to 10."""
    blocks: int
    """Days with a strengthening block."""
    repetitions: int
    """Repetitions of all strengthening exercises."""


_SESSIONS = """
    SELECT date(last_day, 'weekday 0', '-6 days') AS monday, count(number), total(contracting_s)
    FROM sessions JOIN clock_facts ON clock_facts.id = clock_id
    WHERE person_id = :person_id AND trusted > 0 AND last_day >= :since GROUP BY monday
"""
_LEVELS = """
    SELECT date(last_day, 'weekday 0', '-6 days') AS monday,
        sum(level_seconds_a + level_seconds_b) / nullif(sum(2 * stages.delivered_s), 0)
    FROM sessions JOIN stages ON stages.session_id = sessions.id
        JOIN clock_facts ON clock_facts.id = clock_id
    WHERE person_id = :person_id AND trusted > 0 AND last_day >= :since AND kind = 'contracting'
        AND level_seconds_a IS NOT NULL GROUP BY monday
"""
_ANSWERS = """
    SELECT date(substr(answers.wall, 1, 10), 'weekday 0', '-6 days') AS monday,
        avg(CASE question WHEN 'comfort' THEN CAST(answer AS REAL) END),
        avg(CASE question WHEN 'soreness_before' THEN CAST(answer AS REAL) END)
    FROM answers JOIN clock_facts ON clock_facts.id = clock_id
    WHERE person_id = :person_id AND trusted > 0 AND answers.wall >= :since
        AND question IN ('comfort', 'soreness_before') GROUP BY monday
"""
_BLOCKS = """
    SELECT date(substr(answers.wall, 1, 10), 'weekday 0', '-6 days') AS monday,
        count(DISTINCT substr(answers.wall, 1, 10)), sum(CAST(answer AS INTEGER))
    FROM answers JOIN clock_facts ON clock_facts.id = clock_id
    WHERE person_id = :person_id AND trusted > 0 AND answers.wall >= :since AND answer <> '0'
        AND question IN ('bridge', 'bird_dog', 'dead_bug') GROUP BY monday
"""
_UNDATED = """
    SELECT count(*) FROM sessions JOIN clock_facts ON clock_facts.id = clock_id
    WHERE person_id = (SELECT id FROM people WHERE name = ?) AND trusted = 0
    AND number IS NOT NULL
"""


def undated_sessions(connection: sqlite3.Connection, person: str) -> int:
    """How many sessions of this person have no certain date, so that no week has them."""
    return int(connection.execute(_UNDATED, (person,)).fetchone()[0])


def weeks(connection: sqlite3.Connection, person: str, since: str = "") -> tuple[Week, ...]:
    """Every week from the first with anything in it to the last, weeks without sessions too."""
    row = connection.execute("SELECT id FROM people WHERE name = ?", (person,)).fetchone()
    if row is None:
        return ()
    values = {"person_id": row[0], "since": since}
    done = {monday: rest for monday, *rest in connection.execute(_SESSIONS, values)}
    levels = dict(connection.execute(_LEVELS, values).fetchall())
    answers = {monday: rest for monday, *rest in connection.execute(_ANSWERS, values)}
    blocks = {monday: rest for monday, *rest in connection.execute(_BLOCKS, values)}
    mondays = sorted(map(day_of, {*done, *answers, *blocks}))
    if not mondays:
        return ()
    first, last = mondays[0], mondays[-1]
    return tuple(
        _week(first + timedelta(weeks=number), done, levels, answers, blocks)
        for number in range((last - first).days // 7 + 1)
    )


def _week(
    monday: date,
    done: dict[str, list[float]],
    levels: dict[str, float | None],
    answers: dict[str, list[float | None]],
    blocks: dict[str, list[int]],
) -> Week:
    key = monday.isoformat()
    sessions, seconds = done.get(key, [0, 0.0])
    comfort, soreness = answers.get(key, [None, None])
    trained = blocks.get(key, [0, 0])
    level = levels.get(key)
    return Week(monday, int(sessions), seconds / 60.0, level, comfort, soreness, *trained)
