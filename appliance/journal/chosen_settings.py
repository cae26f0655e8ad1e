"""What was set on the box itself: kept with what the settings file said then.

A choice counts for as long as the file goes on saying that. Once it says something else,
somebody has changed it since, and the newest choice is the one that counts.
"""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import JournalError
from appliance.journal.database import (
    JournalDamagedError,
    open_for_reading,
    open_for_writing,
    translated,
)
from appliance.journal.timestamps import Stamp
from appliance.session.notes import Chosen


@dataclass(frozen=True, slots=True)
class Choice:
    value: object
    file_said: object


def keep_choice(connection: sqlite3.Connection, settings: str, entry: Chosen, when: Stamp) -> None:
    """`settings` is what the file said at the start, as JSON text."""
    connection.execute(
        "INSERT OR REPLACE INTO choices (name, value, file_said, wall) VALUES (?, ?, ?, ?)",
        (entry.name, json.dumps(entry.value), json.dumps(_said(settings, entry.name)), when.text),
    )


def read_choices(path: Path) -> dict[str, Choice]:
    """What was chosen, by the settings' names; nothing where there is no journal yet.

    Raises JournalError where there is one that cannot be read.
    """
    try:
        with translated(path), closing(open_for_reading(path)) as connection:
            rows = connection.execute("SELECT name, value, file_said FROM choices").fetchall()
        return {name: Choice(json.loads(value), json.loads(said)) for name, value, said in rows}
    except JournalError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return {}
        raise
    except ValueError as error:
        raise JournalDamagedError(f"the journal {path} is damaged: {error}") from error


def forget_choice(path: Path, name: str) -> None:
    """The settings file counts again. Raises JournalError where that cannot be written."""
    with closing(open_for_writing(path)) as connection, translated(path):
        connection.execute("DELETE FROM choices WHERE name = ?", (name,))


def _said(settings: str, name: str) -> object:
    value: object = json.loads(settings)
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value
