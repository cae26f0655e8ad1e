"""Writes the tables of the journal as CSV or JSON Lines files."""

import csv
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from appliance.errors import UsageError
from appliance.journal.export import TABLES, Table, rows_of
from appliance.stimulator.boards import CARDS


def write(
    connection: sqlite3.Connection, folder: Path, kind: str, person: str | None, since: str
) -> Iterator[Path]:
    """Write one file a table into `folder`; `kind` is `csv` or `jsonl`. Raises UsageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for table in TABLES:
            if person is not None and table.person is None:
                continue
            path = folder / f"{table.name}.{kind}"
            with path.open("w", encoding="utf-8", newline="") as file:
                _WRITERS[kind](file, connection, table, person, since)
            yield path
    except OSError as error:
        raise UsageError(
            f"log export --out {folder}: {error.strerror}; choose another folder"
        ) from error


def unit_of(driver: str) -> str | None:
    """The unit of a driver's levels; None for a driver that this program no longer has."""
    return CARDS[driver].unit.value if driver in CARDS else None


def _csv(
    file: TextIO, connection: sqlite3.Connection, table: Table, person: str | None, since: str
) -> None:
    writer = csv.DictWriter(file, [column.name for column in table.columns])
    writer.writeheader()
    writer.writerows(rows_of(connection, table, unit_of, person, since))


def _jsonl(
    file: TextIO, connection: sqlite3.Connection, table: Table, person: str | None, since: str
) -> None:
    for row in rows_of(connection, table, unit_of, person, since):
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


_WRITERS = {"csv": _csv, "jsonl": _jsonl}
