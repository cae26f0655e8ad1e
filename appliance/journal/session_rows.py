"""Writes the rows of sessions, stages, levels and pads, with their sums.

This module keeps nothing in memory between two notes: the file says which session is open and
which stage began last, so that a commit that failed leaves no wrong memory behind.
"""

import logging
import sqlite3

from appliance.journal import ledger
from appliance.journal.timestamps import Timestamp
from appliance.records import Fixed
from appliance.session.notes import Booked, Sample, SessionBegan, StageBegan, StageEnded
from appliance.therapy.programs import Kind

log = logging.getLogger(__name__)

BY_HAND = frozenset({"delivered", "skipped", "ended"})
"""Ends of a stage or session by plan or by hand. All others are interruptions."""
POWER = "power"
"""The machine lost power or restarted in a session."""
UNKNOWN_END = "unknown_end"
"""The program ended in a session, or the session's end was never written."""


class OpenSession(Fixed, frozen=True):
    """The session that has not ended."""

    id: int
    person_id: int
    whole_id: int


def newest_ends(connection: sqlite3.Connection, most: int) -> list[str]:
    """Why each of the newest sessions that are over ended, the newest first."""
    rows = connection.execute(
        "SELECT why FROM sessions WHERE why IS NOT NULL ORDER BY id DESC LIMIT ?", (most,)
    )
    return [str(why) for (why,) in rows]


def open_session(connection: sqlite3.Connection) -> OpenSession | None:
    row = connection.execute(
        "SELECT id, person_id, whole_id FROM sessions WHERE why IS NULL"
    ).fetchone()
    return None if row is None else OpenSession(*row)


def newest_session(connection: sqlite3.Connection, person_id: int) -> int | None:
    """The person's newest session that delivered anything."""
    row = connection.execute(
        "SELECT id FROM sessions WHERE person_id = ? AND delivered_s > 0 ORDER BY id DESC LIMIT 1",
        (person_id,),
    ).fetchone()
    return None if row is None else int(row[0])


def begin_session(
    connection: sqlite3.Connection,
    person_id: int,
    settings_id: int,
    note: SessionBegan,
    timestamp: Timestamp,
) -> None:
    left_open = open_session(connection)
    if left_open:
        end_session(connection, left_open, UNKNOWN_END)
    session_id = connection.execute(
        "INSERT INTO sessions (person_id, whole_id, settings_id, routine, gentle, planned_s,"
        " began_wall, clock_id, last_at_s, last_wall, last_day)"
        " VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(person_id, settings_id, note.routine, note.gentle, note.planned_s),
            *(timestamp.text, timestamp.clock_id, timestamp.at_s, timestamp.text, timestamp.day),
        ),
    ).lastrowid
    # A session that finishes another counts with it, as one.
    connection.execute(
        "UPDATE sessions SET whole_id = coalesce((SELECT whole_id FROM sessions"
        " WHERE id = ? AND person_id = ?), ?) WHERE id = ?",
        (note.continues_session, person_id, session_id, session_id),
    )
    connection.executemany(
        "INSERT INTO stages (session_id, position, placement, program, planned_s)"
        " VALUES (?, ?, ?, ?, ?)",
        [
            (session_id, position, stage.placement, stage.program, stage.minutes * 60.0)
            for position, stage in enumerate(note.stages)
        ],
    )


def end_session(connection: sqlite3.Connection, session: OpenSession, why: str) -> None:
    """End a session and the stage that still runs, with what was delivered so far."""
    running = connection.execute(
        "UPDATE stages SET why = ? WHERE session_id = ? AND why IS NULL"
        " AND began_at_s IS NOT NULL RETURNING id",
        (why, session.id),
    ).fetchall()
    for (stage_id,) in running:
        _count_pads(connection, session, stage_id)
    connection.execute(
        "UPDATE sessions SET why = ?, interrupted = ? WHERE id = ?",
        (why, why not in BY_HAND, session.id),
    )


def close_what_was_left_open(connection: sqlite3.Connection, boot_id: str) -> None:
    """End the sessions that a power cut or a crash left open, with what they delivered."""
    rows = connection.execute(
        "SELECT sessions.id, person_id, whole_id, boot_id FROM sessions"
        " JOIN clock_facts ON clock_facts.id = clock_id WHERE why IS NULL"
    ).fetchall()
    for session_id, person_id, whole_id, session_boot_id in rows:
        why = UNKNOWN_END if session_boot_id == boot_id else POWER
        end_session(connection, OpenSession(session_id, person_id, whole_id), why)


def begin_stage(
    connection: sqlite3.Connection, session: OpenSession, note: StageBegan, timestamp: Timestamp
) -> None:
    """Begin a planned stage, or, if it began before, a new row for its additional minutes."""
    planned = connection.execute(
        "SELECT id FROM stages WHERE session_id = ? AND position = ? AND began_at_s IS NULL",
        (session.id, note.index),
    ).fetchone()
    connection.execute(
        "INSERT OR REPLACE INTO stages (id, session_id, position, placement, program, kind,"
        " planned_s, began_at_s, began_wall, level_seconds_a, level_seconds_b)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)",
        (
            *(planned[0] if planned else None, session.id, note.index, note.placement),
            *(note.program, note.kind, note.planned_s, timestamp.at_s, timestamp.text),
        ),
    )
    stage_id = _stage_begun_last(connection, session)
    if stage_id is not None and note.kind != Kind.BENCH.value:
        ledger.open_entry(connection, stage_id, note)
    _touch(connection, session, timestamp)


def add_sample(
    connection: sqlite3.Connection, session: OpenSession, sample: Sample, timestamp: Timestamp
) -> None:
    stage_id = _stage_begun_last(connection, session)
    if stage_id is None:
        log.warning("no stage has begun in the journal: left out %s", sample)
        return
    ledger.add_delivered(connection, stage_id, sample)
    connection.execute(
        "UPDATE stages SET delivered_s = max(delivered_s, :delivered_s),"
        " highest_a = max(highest_a, :level_a), highest_b = max(highest_b, :level_b),"
        " level_seconds_a = level_seconds_a + :level_a * max(0, :delivered_s - delivered_s),"
        " level_seconds_b = level_seconds_b + :level_b * max(0, :delivered_s - delivered_s),"
        " measured_a = max(coalesce(measured_a, :measured_a), coalesce(:measured_a, measured_a)),"
        " measured_b = max(coalesce(measured_b, :measured_b), coalesce(:measured_b, measured_b))"
        " WHERE id = :stage_id",
        {
            "stage_id": stage_id,
            "delivered_s": sample.delivered_s,
            "level_a": sample.level[0],
            "level_b": sample.level[1],
            "measured_a": sample.measured[0],
            "measured_b": sample.measured[1],
        },
    )
    _keep_level(connection, stage_id, sample)
    _touch(connection, session, timestamp)
    _add_up(connection, session)


def book_ahead(
    connection: sqlite3.Connection, session: OpenSession, note: Booked, timestamp: Timestamp
) -> None:
    """Book time of the stage that runs, before it is delivered."""
    stage_id = _stage_begun_last(connection, session)
    if stage_id is not None:
        ledger.book(connection, stage_id, note)
        _touch(connection, session, timestamp)


def end_stage(connection: sqlite3.Connection, session: OpenSession, note: StageEnded) -> None:
    stage_id = _stage_begun_last(connection, session)
    if stage_id is None:
        # The stage was skipped before it began: there is nothing to store.
        return
    connection.execute(
        "UPDATE stages SET delivered_s = max(delivered_s, ?), why = ? WHERE id = ?",
        (note.delivered_s, note.why, stage_id),
    )
    ledger.give_back(connection, stage_id)
    _add_up(connection, session)
    _count_pads(connection, session, stage_id)


def _stage_begun_last(connection: sqlite3.Connection, session: OpenSession) -> int | None:
    row = connection.execute(
        "SELECT id FROM stages WHERE session_id = ? AND began_at_s IS NOT NULL"
        " ORDER BY position DESC, id DESC LIMIT 1",
        (session.id,),
    ).fetchone()
    return None if row is None else int(row[0])


def _keep_level(connection: sqlite3.Connection, stage_id: int, sample: Sample) -> None:
    """Add a row for a new level; else update the strongest output in force at this level."""
    row = connection.execute(
        "SELECT after_s, level_a, level_b FROM levels WHERE stage_id = ?"
        " ORDER BY after_s DESC LIMIT 1",
        (stage_id,),
    ).fetchone()
    if row is None or (row[1], row[2]) != sample.level:
        connection.execute(
            "INSERT OR REPLACE INTO levels SELECT id, max(0, round(? - began_at_s, 2)),"
            " ?, ?, ?, ?, ?, ? FROM stages WHERE id = ?",
            (sample.at, *sample.level, *sample.in_force, *sample.measured, stage_id),
        )
        return
    connection.execute(
        "UPDATE levels SET in_force_a = max(in_force_a, ?), in_force_b = max(in_force_b, ?),"
        " measured_a = max(measured_a, ?), measured_b = max(measured_b, ?)"
        " WHERE stage_id = ? AND after_s = ?",
        (*sample.in_force, *sample.measured, stage_id, row[0]),
    )


def _touch(connection: sqlite3.Connection, session: OpenSession, timestamp: Timestamp) -> None:
    """A session belongs to the day of its last delivery."""
    connection.execute(
        "UPDATE sessions SET clock_id = ?, last_at_s = ?, last_wall = ?, last_day = ? WHERE id = ?",
        (timestamp.clock_id, timestamp.at_s, timestamp.text, timestamp.day, session.id),
    )


def _add_up(connection: sqlite3.Connection, session: OpenSession) -> None:
    """Update the sums that histories need, so that no query grows with the years."""
    connection.execute(
        "UPDATE sessions SET delivered_s = (SELECT total(delivered_s) FROM stages"
        " WHERE session_id = sessions.id) WHERE id = ?",
        (session.id,),
    )
    connection.execute(
        "UPDATE sessions SET contracting_s = (SELECT total(stages.delivered_s)"
        " FROM sessions AS part JOIN stages ON stages.session_id = part.id"
        " WHERE part.whole_id = sessions.id AND kind = 'contracting') WHERE id = ?",
        (session.whole_id,),
    )
    # Half of the plan counts. Comfort programs never do: they must not end the gentle sessions.
    connection.execute(
        "UPDATE sessions SET number = 1 + (SELECT coalesce(max(number), 0) FROM sessions"
        " WHERE person_id = ?) WHERE id = ? AND number IS NULL"
        " AND contracting_s > 0 AND contracting_s * 2 >= planned_s",
        (session.person_id, session.whole_id),
    )


def _count_pads(connection: sqlite3.Connection, session: OpenSession, stage_id: int) -> None:
    """Count one more use of a placement's pads, at most once a session, with its levels."""
    connection.execute(
        "INSERT INTO pads (person_id, placement, uses, level_a, level_b, whole_id)"
        " SELECT ?, placement, 1, highest_a, highest_b, ? FROM stages"
        " WHERE id = ? AND delivered_s > 0"
        " ON CONFLICT (person_id, placement) DO UPDATE SET"
        " uses = uses + (whole_id <> excluded.whole_id), level_a = excluded.level_a,"
        " level_b = excluded.level_b, whole_id = excluded.whole_id",
        (session.person_id, session.whole_id, stage_id),
    )
