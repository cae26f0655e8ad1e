"""Renames a person in the journal, or removes every row of a person."""

import json
import sqlite3
from functools import partial

from appliance.errors import UsageError
from appliance.journal import day_query, skin_query
from appliance.journal.database import all_or_nothing
from appliance.journal.row_values import parsed
from appliance.journal.timestamps import Moment

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

FORGOTTEN = "(forgotten)"
"""Replaces a forgotten person's name in the settings, so that the number of people stays."""


def rename(connection: sqlite3.Connection, old: str, new: str) -> None:
    """Give a person another name. Raises UsageError where that one is taken.

    A name under which the box was only on, with no session and no answer, gives way.
    """
    ids = {"there": _id_of(connection, new), "id": _id_of(connection, old)}
    if new == old or _has_record(connection, ids["there"]):
        raise UsageError(f"person rename: {new} has a journal already; choose another name")
    with all_or_nothing(connection):
        connection.execute("UPDATE state_changes SET person_id = :id WHERE person_id = :there", ids)
        connection.execute("DELETE FROM people WHERE id = :there", ids)
        connection.execute("UPDATE people SET name = ? WHERE name = ?", (new, old))


def _has_record(connection: sqlite3.Connection, person_id: int | None) -> bool:
    row = connection.execute(
        "SELECT :id IN (SELECT person_id FROM sessions UNION SELECT person_id FROM answers"
        " UNION SELECT person_id FROM pads)",
        {"id": person_id},
    )
    return bool(row.fetchone()[0])


def forget(connection: sqlite3.Connection, name: str) -> None:
    """Remove every row of a person, all or none, and overwrite them on the disk.

    The rows of the settings stay, which are the box's, and lose the name.
    """
    person_id = _id_of(connection, name)
    connection.execute("PRAGMA secure_delete = ON")
    with all_or_nothing(connection):
        for sql in _FORGET:
            sessions = "(SELECT id FROM sessions WHERE person_id = :id)"
            connection.execute(sql.format(sessions=sessions), {"id": person_id})
        _forget_in_settings(connection, name)
        _forget_in_changes(connection, name)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _forget_in_settings(connection: sqlite3.Connection, name: str) -> None:
    # The key, `sha256`, stays the hash of the text with the name. A running box, or one whose file
    # still has the name, finds this row by it; with another key it would store the name again.
    for row_id, text in connection.execute("SELECT id, json FROM settings").fetchall():
        settings, people = parsed(_people_in, text)
        if name in people:
            settings["plan"]["people"] = _without(name, people)
            new = json.dumps(settings, sort_keys=True)
            connection.execute("UPDATE settings SET json = ? WHERE id = ?", (new, row_id))


def _people_in(text: str) -> tuple[dict[str, dict[str, object]], list[str]]:
    """The settings of this JSON text, and the people in them."""
    settings = dict(json.loads(text))
    return settings, list(settings.get("plan", {}).get("people", []))


def _forget_in_changes(connection: sqlite3.Connection, name: str) -> None:
    rows = connection.execute(
        "SELECT id, old_value, new_value FROM setting_changes WHERE name = 'plan.people'"
    ).fetchall()
    for row_id, *values in rows:
        old, new = (json.dumps(parsed(partial(_left_of, name), value)) for value in values)
        connection.execute(
            "UPDATE setting_changes SET old_value = ?, new_value = ? WHERE id = ?",
            (old, new, row_id),
        )


def _left_of(name: str, text: str) -> list[str] | None:
    """The people of this JSON text, without the name."""
    return _without(name, json.loads(text))


def _without(name: str, people: list[str] | None) -> list[str] | None:
    """The names with `(forgotten)` in the place of `name`; None if the settings had no such key."""
    return people and [FORGOTTEN if one == name else one for one in people]


def counts_today(connection: sqlite3.Connection, name: str, now: Moment) -> bool:
    """Whether the limits of the day still need this person's rows, as the box decides it."""
    rows_of = (day_query.counts_today, skin_query.counts_today)
    return any(count(connection, name, now) for count in rows_of)


def _id_of(connection: sqlite3.Connection, name: str) -> int | None:
    row = connection.execute("SELECT id FROM people WHERE name = ?", (name,)).fetchone()
    return None if row is None else int(row[0])
