"""When an entry happened, and what was known of the clock then."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from appliance.journal.moment import Moment

_JUMP_S = 5.0
"""The wall clock moved against the monotonic one by more than any drift."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """When an entry happened, as every table keeps it."""

    clock_id: int
    at_s: float
    wall: datetime

    @property
    def text(self) -> str:
        return self.wall.isoformat(timespec="seconds")

    @property
    def day(self) -> str:
        return self.wall.date().isoformat()


def stamp(connection: sqlite3.Connection, moment: Moment) -> Stamp:
    """The stamp of an entry told at `moment`, under the clock's newest fact or a new one."""
    row = connection.execute(
        "SELECT id, boot_id, trusted, at_s, wall FROM clock_facts ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None or not _still_holds(row, moment):
        return Stamp(_begin_fact(connection, moment), moment.at, moment.wall)
    connection.execute(
        "UPDATE clock_facts SET newest_unix_s = ? WHERE id = ?",
        (moment.wall.timestamp(), row[0]),
    )
    return Stamp(int(row[0]), moment.at, moment.wall)


def _still_holds(row: tuple[int, str, int, float, str], moment: Moment) -> bool:
    _, boot_id, trusted, at_s, wall = row
    passed_s = (moment.wall - datetime.fromisoformat(wall)).total_seconds()
    jumped = abs(passed_s - (moment.at - at_s)) > _JUMP_S
    return (boot_id, bool(trusted)) == (moment.boot_id, moment.trusted) and not jumped


def _begin_fact(connection: sqlite3.Connection, moment: Moment) -> int:
    wall = moment.wall.isoformat(timespec="milliseconds")
    row_id = connection.execute(
        "INSERT INTO clock_facts (boot_id, at_s, wall, trusted, newest_unix_s)"
        " VALUES (?, ?, ?, ?, ?)",
        (moment.boot_id, moment.at, wall, moment.trusted, moment.wall.timestamp()),
    ).lastrowid
    return int(row_id or 0)


def newest_trusted(connection: sqlite3.Connection) -> datetime | None:
    """The latest time that a trusted clock ever wrote here."""
    row = connection.execute(
        "SELECT max(newest_unix_s) FROM clock_facts WHERE trusted = 1"
    ).fetchone()
    return None if row[0] is None else datetime.fromtimestamp(row[0], UTC)


@dataclass(frozen=True, slots=True)
class Dated:
    """When a row was written."""

    boot_id: str
    trusted: bool
    at_s: float
    wall: datetime

    @classmethod
    def of(cls, boot_id: str, trusted: int, at_s: float, wall: str) -> "Dated":
        return cls(boot_id, bool(trusted), at_s, datetime.fromisoformat(wall))

    def age_s(self, now: Moment) -> float | None:
        """Seconds since then; None where no clock can tell."""
        if self.boot_id == now.boot_id and self.at_s <= now.at:
            return now.at - self.at_s
        if not (self.trusted and now.trusted):
            return None
        return max(0.0, (now.wall - self.wall).total_seconds())
