"""Timestamps by two clocks: the monotonic clock of this boot, and the wall clock.

Only the wall clock can be wrong.
"""

import sqlite3
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.journal.clock_trust import LATEST, SLACK, Trust
from appliance.journal.row_values import time_of
from appliance.records import Fixed

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
JUMP_S = 5.0
"""A wall clock that moved by more than this against the monotonic one was set: no drift is as
large."""
_UNSURE, _BY_MACHINE, _BY_HAND = 0, 1, 2
"""Trust in a clock fact's date: none, set by a clock that keeps time, set by a person."""


class Moment(Fixed, frozen=True):
    """One moment by the monotonic clock (seconds, of this boot alone) and by the wall clock."""

    at: float
    wall: datetime
    """Local time, with its offset."""
    boot_id: str
    trusted: bool
    """Whether the date is trusted."""
    by_hand: bool = False
    """A person set the date on the box, because no clock knew it."""

    @classmethod
    def of_row(cls, boot_id: str, trusted: int, at_s: float, wall: str) -> "Moment":
        """The moment at which a row was written, from its columns and those of its clock fact."""
        then = time_of(wall)
        return cls(at_s, then, boot_id, bool(trusted) and then <= LATEST, trusted == _BY_HAND)

    @property
    def certainty(self) -> int:
        """What the column `trusted` holds."""
        return (_BY_HAND if self.by_hand else _BY_MACHINE) if self.trusted else _UNSURE

    def age_s(self, now: "Moment") -> float | None:
        """Seconds from this moment to `now`; None where no clock can tell."""
        if self.boot_id == now.boot_id and self.at <= now.at:
            return now.at - self.at
        if not (self.trusted and now.trusted) or self.wall > now.wall + SLACK:
            return None
        return max(0.0, (now.wall - self.wall).total_seconds())


class Dating(Fixed, frozen=True):
    """How the moments of this boot are dated: by the machine's clock, or as a person set it."""

    boot_id: str
    trusted: bool
    """Whether the machine's clock is trusted."""
    was_set: Moment | None = None
    """When a person set the date in this boot, and to what."""

    def moment(self, at: float, wall: datetime) -> Moment:
        """The moment `at`, at which the machine's local time was `wall`."""
        if self.was_set is None:
            return Moment(at, wall, self.boot_id, self.trusted)
        # Nobody sets the monotonic clock, and it does not jump.
        since = timedelta(seconds=at - self.was_set.at)
        by_hand = (self.was_set.wall + since).astimezone(wall.tzinfo)
        return Moment(at, by_hand, self.boot_id, trusted=True, by_hand=True)


class Timestamp(Fixed, frozen=True):
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
    _, boot_id, trusted, at_s, text = row
    wall = time_of(text)
    jumped = abs((moment.wall - wall).total_seconds() - (moment.at - at_s)) > JUMP_S
    moved = wall.utcoffset() != moment.wall.utcoffset()
    same = (boot_id, trusted) == (moment.boot_id, moment.certainty)
    return same and not jumped and not moved


def _begin_fact(connection: sqlite3.Connection, moment: Moment) -> int:
    wall = moment.wall.isoformat(timespec="milliseconds")
    row_id = connection.execute(
        "INSERT INTO clock_facts (boot_id, at_s, wall, trusted, newest_unix_s)"
        " VALUES (?, ?, ?, ?, ?)",
        (moment.boot_id, moment.at, wall, moment.certainty, moment.wall.timestamp()),
    ).lastrowid
    return int(row_id or 0)


def newest_trusted(connection: sqlite3.Connection) -> datetime | None:
    """The latest plausible time that a clock which keeps time has written here."""
    row = connection.execute(
        "SELECT max(newest_unix_s) FROM clock_facts WHERE trusted = ? AND newest_unix_s <= ?",
        (_BY_MACHINE, LATEST.timestamp()),
    ).fetchone()
    return None if row[0] is None else datetime.fromtimestamp(row[0], UTC)


def newest_offset(connection: sqlite3.Connection) -> timedelta | None:
    """The offset from UTC of the newest clock fact, if there is any."""
    row = connection.execute("SELECT wall FROM clock_facts ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else time_of(row[0]).utcoffset()


def dating(connection: sqlite3.Connection, wall: datetime, boot_id: str, trust: Trust) -> Dating:
    """How to date what happens in this boot, now that the machine says it is `wall`."""
    if trust(wall, newest_trusted(connection)):
        return Dating(boot_id, trusted=True)
    row = connection.execute(
        "SELECT boot_id, trusted, at_s, wall FROM clock_facts WHERE boot_id = ? AND trusted = ?"
        " ORDER BY id DESC LIMIT 1",
        (boot_id, _BY_HAND),
    ).fetchone()
    was_set = None if row is None else Moment.of_row(*row)
    return Dating(boot_id, trusted=False, was_set=was_set)


def set_by_hand(connection: sqlite3.Connection, moment: Moment) -> None:
    """Keep the date that a person set at `moment`. Later dates are not trusted any more."""
    connection.execute(
        "UPDATE clock_facts SET trusted = ? WHERE newest_unix_s > ?",
        (_UNSURE, (moment.wall + SLACK).timestamp()),
    )
    _begin_fact(connection, moment)


def distrust_dates(connection: sqlite3.Connection, boot_id: str) -> None:
    """Take back the trust in all that this boot's clock wrote. A date set by hand keeps its own."""
    connection.execute(
        "UPDATE clock_facts SET trusted = ? WHERE boot_id = ? AND trusted = ?",
        (_UNSURE, boot_id, _BY_MACHINE),
    )
