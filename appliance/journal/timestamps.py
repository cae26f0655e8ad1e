"""Timestamps by two clocks: the monotonic clock of this boot, and the wall clock.

Only the wall clock can be wrong.
"""

import sqlite3
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from appliance.journal.clock_trust import LATEST

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
JUMP_S = 5.0
"""A wall clock that moved by more than this against the monotonic one was set: no drift is as
large."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment by the monotonic clock (seconds, of this boot alone) and by the wall clock."""

    at: float
    wall: datetime
    """Local time, with its offset."""
    boot_id: str
    trusted: bool
    """Whether the wall clock is trusted."""

    @classmethod
    def of_row(cls, boot_id: str, trusted: int, at_s: float, wall: str) -> "Moment":
        """The moment at which a row was written, from its columns and those of its clock fact."""
        then = datetime.fromisoformat(wall)
        return cls(at_s, then, boot_id, bool(trusted) and then <= LATEST)

    def age_s(self, now: "Moment") -> float | None:
        """Seconds from this moment to `now`; None where no clock can tell."""
        if self.boot_id == now.boot_id and self.at <= now.at:
            return now.at - self.at
        if not (self.trusted and now.trusted):
            return None
        return max(0.0, (now.wall - self.wall).total_seconds())


@dataclass(frozen=True, slots=True)
class Timestamp:
    """When a note was written, as every table keeps it."""

    clock_id: int
    at_s: float
    wall: datetime

    @property
    def text(self) -> str:
        return self.wall.isoformat(timespec="seconds")

    @property
    def day(self) -> str:
        return self.wall.date().isoformat()


def local_time() -> datetime:
    """The wall clock as people here read it, with its offset.

    The C library looks at the zone once a process unless it is told to look again.
    """
    time.tzset()
    return datetime.now().astimezone()


def read_boot_id(path: Path = _BOOT_ID) -> str:
    """This boot's id: monotonic times compare only where it is the same."""
    try:
        return path.read_text().strip()
    except OSError:
        # Not Linux: no earlier time can be compared with the present one.
        return str(uuid.uuid4())


def timestamp(connection: sqlite3.Connection, moment: Moment) -> Timestamp:
    """The timestamp of a note of `moment`, under the newest clock fact or a new one."""
    row = connection.execute(
        "SELECT id, boot_id, trusted, at_s, wall FROM clock_facts ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None or not _still_holds(row, moment):
        return Timestamp(_begin_fact(connection, moment), moment.at, moment.wall)
    connection.execute(
        "UPDATE clock_facts SET newest_unix_s = ? WHERE id = ?",
        (moment.wall.timestamp(), row[0]),
    )
    return Timestamp(int(row[0]), moment.at, moment.wall)


def _still_holds(row: tuple[int, str, int, float, str], moment: Moment) -> bool:
    _, boot_id, trusted, at_s, wall = row
    passed_s = (moment.wall - datetime.fromisoformat(wall)).total_seconds()
    jumped = abs(passed_s - (moment.at - at_s)) > JUMP_S
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
    """The latest time that a trusted clock ever wrote here, and that is plausible."""
    row = connection.execute(
        "SELECT max(newest_unix_s) FROM clock_facts WHERE trusted = 1 AND newest_unix_s <= ?",
        (LATEST.timestamp(),),
    ).fetchone()
    return None if row[0] is None else datetime.fromtimestamp(row[0], UTC)


def distrust_dates(connection: sqlite3.Connection, boot_id: str) -> None:
    """Take back the trust in all that this boot's clock wrote."""
    connection.execute("UPDATE clock_facts SET trusted = 0 WHERE boot_id = ?", (boot_id,))
