"""Renames a person in the journal, or removes every row of a person."""

import sqlite3

from appliance.errors import UsageError

_FORGET = (
    "UPDATE faults SET session_id = NULL WHERE session_id IN {sessions}",
    "UPDATE boards SET session_id = NULL WHERE session_id IN {sessions}",
    "DELETE FROM dry_pads WHERE session_id IN {sessions}",
    "DELETE FROM answers WHERE person_id = :id",
    "DELETE FROM state_changes WHERE person_id = :id",
    "DELETE FROM pads WHERE person_id = :id",
    "DELETE FROM levels WHERE stage_id IN (SELECT id FROM stages WHERE session_id IN {sessions})",
    "DELETE FROM ledger WHERE stage_id IN (SELECT id FROM stages WHERE session_id IN {sessions})",
    "DELETE FROM stages WHERE session_id IN {sessions}",
    "DELETE FROM sessions WHERE person_id = :id",
    "DELETE FROM people WHERE id = :id",
)


def rename(connection: sqlite3.Connection, old: str, new: str) -> None:
    """Give a person another name. Raises UsageError where that one is taken."""
    if _id_of(connection, new) is not None:
        raise UsageError(f"person rename: {new} has a journal already; choose another name")
    connection.execute("UPDATE people SET name = ? WHERE name = ?", (new, old))


def forget(connection: sqlite3.Connection, name: str) -> None:
    """Remove every row of a person, all or none, and overwrite them on the disk."""
    person_id = _id_of(connection, name)
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("BEGIN IMMEDIATE")
    try:
        for sql in _FORGET:
            sessions = "(SELECT id FROM sessions WHERE person_id = :id)"
            connection.execute(sql.format(sessions=sessions), {"id": person_id})
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def delivered_since(connection: sqlite3.Connection, name: str, day: str) -> bool:
    """Whether anything was delivered to this person on the day (ISO 8601) or after it."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM sessions WHERE person_id = ? AND last_day >= ?"
        " AND delivered_s > 0)",
        (_id_of(connection, name), day),
    )
    return bool(row.fetchone()[0])


def _id_of(connection: sqlite3.Connection, name: str) -> int | None:
    row = connection.execute("SELECT id FROM people WHERE name = ?", (name,)).fetchone()
    return None if row is None else int(row[0])
