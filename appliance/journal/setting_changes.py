"""Writes and reads changes of settings, made in the file or on the box, with old and new value."""

import json
import sqlite3
from collections.abc import Iterator, Mapping

from appliance.journal.row_values import parsed
from appliance.journal.timestamps import Timestamp
from appliance.records import Fixed


class SettingChange(Fixed, frozen=True):
    wall: str
    """Local time as ISO 8601, with its offset."""
    name: str
    """As the settings call it, such as `limits.current_ma`."""
    old_value: object
    new_value: object


def keep_changes_of_the_file(
    connection: sqlite3.Connection, settings_id: int, when: Timestamp
) -> None:
    """Store what differs from the settings of the last start, if anything does."""
    row = connection.execute("SELECT settings_id FROM settings_in_force").fetchone()
    if row is not None and row[0] == settings_id:
        return
    if row is not None:
        old, new = (_flat(_settings(connection, one)) for one in (row[0], settings_id))
        for name in sorted({*old, *new}):
            if old.get(name) != new.get(name):
                keep_change(connection, name, old.get(name), new.get(name), when)
    connection.execute("INSERT OR REPLACE INTO settings_in_force VALUES (1, ?)", (settings_id,))


def keep_change(
    connection: sqlite3.Connection, name: str, old: object, new: object, when: Timestamp
) -> None:
    connection.execute(
        "INSERT INTO setting_changes (clock_id, at_s, wall, name, old_value, new_value)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (when.clock_id, when.at_s, when.text, name, json.dumps(old), json.dumps(new)),
    )


def setting_changes(connection: sqlite3.Connection, since: str = "") -> Iterator[SettingChange]:
    """All changes from the day `since` (ISO 8601) on, the oldest first."""
    rows = connection.execute(
        "SELECT wall, name, old_value, new_value FROM setting_changes WHERE wall >= ? ORDER BY id",
        (since,),
    )
    for wall, name, old, new in rows:
        yield SettingChange(wall, name, parsed(json.loads, old), parsed(json.loads, new))


def _settings(connection: sqlite3.Connection, settings_id: int) -> Mapping[str, object]:
    row = connection.execute("SELECT json FROM settings WHERE id = ?", (settings_id,)).fetchone()
    value: Mapping[str, object] = json.loads(row[0])
    return value


def _flat(tree: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in tree.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = value
    return found
