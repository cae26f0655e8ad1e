"""Settings that a person chose on the box, stored with the settings file's value at that time.

A choice counts as long as the file keeps that value. A different value in the file is a newer
choice and counts instead.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from appliance.errors import JournalError
from appliance.journal.database import (
    open_for_reading,
    open_for_writing,
    translated,
)
from appliance.journal.row_values import parsed
from appliance.journal.setting_changes import keep_change
from appliance.journal.timestamps import Timestamp
from appliance.records import Fixed
from appliance.session.notes import Chosen


class Choice(Fixed, frozen=True):
    value: object
    file_said: object


def keep_choice(
    connection: sqlite3.Connection, settings: str, note: Chosen, when: Timestamp
) -> None:
    """Store a choice. `settings` is the settings file's content at the start, as JSON text."""
    said = _said(settings, note.name)
    row = connection.execute("SELECT value FROM choices WHERE name = ?", (note.name,)).fetchone()
    keep_change(connection, note.name, json.loads(row[0]) if row else said, note.value, when)
    connection.execute(
        "INSERT OR REPLACE INTO choices (name, value, file_said, wall) VALUES (?, ?, ?, ?)",
        (note.name, json.dumps(note.value), json.dumps(said), when.text),
    )


def read_choices(path: Path) -> dict[str, Choice]:
    """The choices by the settings' names; empty where there is no journal yet.

    Raises JournalError if a journal exists and cannot be read.
    """
    try:
        with translated(path), closing(open_for_reading(path)) as connection:
            rows = connection.execute("SELECT name, value, file_said FROM choices").fetchall()
            return {
                name: Choice(parsed(json.loads, value), parsed(json.loads, said))
                for name, value, said in rows
            }
    except JournalError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return {}
        raise


def forget_choice(path: Path, name: str) -> None:
    """Delete a choice, so that the settings file counts. Raises JournalError if that fails."""
    with closing(open_for_writing(path)) as connection, translated(path):
        connection.execute("DELETE FROM choices WHERE name = ?", (name,))


def _said(settings: str, name: str) -> object:
    value: object = json.loads(settings)
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value
