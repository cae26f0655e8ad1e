"""Query: the interrupted session that may still be finished."""

import sqlite3

from appliance.journal.session_rows import BY_HAND
from appliance.journal.timestamps import Moment
from appliance.therapy.history import StageLeft, Unfinished
from appliance.therapy.plan import UNFINISHED_HOURS

_LEAST_S = 60.0
"""Less remaining time is not worth cleaning the skin, placing pads and a new checklist."""


def unfinished(connection: sqlite3.Connection, person_id: int, now: Moment) -> Unfinished | None:
    """The newest interrupted session of the last three hours, with what it still owes.

    None where no clock can tell how long ago it was, or where anything was delivered to
    this person since.
    """
    row = _newest_interrupted(connection, person_id)
    if row is None:
        return None
    session_id, routine, gentle, boot_id, trusted, at_s, wall = row
    age_s = Moment.of_row(boot_id, trusted, at_s, wall).age_s(now)
    if age_s is None or age_s >= UNFINISHED_HOURS * 3600.0:
        return None
    left = _stages_left(connection, session_id)
    return Unfinished(session_id, routine, bool(gentle), left) if left else None


def _newest_interrupted(
    connection: sqlite3.Connection, person_id: int
) -> tuple[int, str, int, str, int, float, str] | None:
    # An attempt to finish it that delivered nothing changes nothing.
    row = connection.execute(
        "SELECT sessions.id, routine, gentle, boot_id, trusted, last_at_s, last_wall"
        " FROM sessions JOIN clock_facts ON clock_facts.id = clock_id"
        " WHERE person_id = ? AND interrupted = 1 AND delivered_s > 0"
        " AND EXISTS (SELECT 1 FROM stages WHERE session_id = sessions.id AND kind <> 'bench')"
        " ORDER BY sessions.id DESC LIMIT 1",
        (person_id,),
    ).fetchone()
    if row is None:
        return None
    since = connection.execute(
        "SELECT 1 FROM sessions WHERE person_id = ? AND id > ? AND delivered_s > 0"
        " AND EXISTS (SELECT 1 FROM stages WHERE session_id = sessions.id AND kind <> 'bench')"
        " LIMIT 1",
        (person_id, row[0]),
    ).fetchone()
    return None if since else row


def _stages_left(connection: sqlite3.Connection, session_id: int) -> tuple[StageLeft, ...]:
    """The remaining stages from the one that was reached.

    Earlier stages were delivered or left by hand.
    """
    rows = connection.execute(
        "SELECT placement, program, planned_s - delivered_s, why FROM stages"
        " WHERE session_id = ? AND position >= (SELECT coalesce(max(position), 0) FROM stages"
        " WHERE session_id = ? AND began_at_s IS NOT NULL) ORDER BY position, id",
        (session_id, session_id),
    ).fetchall()
    return tuple(
        StageLeft(placement, program, left_s / 60.0)
        for placement, program, left_s, why in rows
        if why not in BY_HAND and left_s >= _LEAST_S
    )
