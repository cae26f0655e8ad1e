"""Copies of the journal, made before an upgrade, and the way back to an older program.

A program never opens a journal that a newer one has migrated. After going back one version
the newer file is set aside, and the newest copy that this program knows takes its place.

A file that takes the place of another one does not know what was delivered since it was copied:
the day counts as used.
"""

import os
import sqlite3
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

from appliance.errors import JournalError
from appliance.journal.clock_trust import ClockTrust
from appliance.journal.database import (
    copy_to,
    files_of,
    free_name,
    is_there,
    move,
    translated,
    uri_to_read,
)
from appliance.journal.journal import Journal
from appliance.journal.ledger import REPLACED
from appliance.journal.schema import APPLICATION_ID, MIGRATIONS, version_of
from appliance.journal.timestamps import read_boot_id
from appliance.records import Fixed

KEPT = 5
"""How many copies stay. A journal of ten years is a few megabytes."""


class WentBack(Fixed, frozen=True):
    """What `go_back` did: where the newer file is, and the copy that took its place."""

    newer: Path
    restored: Path | None
    """None where no copy fits: then it is a new journal."""


def copies_of(journal: Path) -> list[Path]:
    """The copies of `journal`, newest first.

    The newest one has the most of the journal's own rows: the date of a file is by a clock that
    may have been wrong. The date decides between copies that are equal in this, such as those
    that cannot be read, or are of a journal that was replaced.
    """
    now = _clock_rows(journal)
    names = backup_folder(journal).glob(f"{journal.stem}-*{journal.suffix}")
    return sorted(
        names,
        key=lambda copy: (len(now & _clock_rows(copy)), copy.stat().st_mtime_ns),
        reverse=True,
    )


def _clock_rows(path: Path) -> frozenset[tuple[int, str, float]]:
    """The rows that identify the boots of a journal; empty for a damaged file."""
    try:
        with closing(sqlite3.connect(uri_to_read(path), uri=True)) as connection:
            return frozenset(connection.execute("SELECT id, boot_id, at_s FROM clock_facts"))
    except sqlite3.Error:
        return frozenset()


def backup_folder(journal: Path) -> Path:
    return journal.parent / "backups"


def back_up(journal: Path, program: str, wall: datetime) -> Path | None:
    """Copy `journal` as `program` left it; None where there is none yet.

    The copy is whole and on the disk before it has its name. Older ones than the newest
    `KEPT` are deleted. Raises JournalError.
    """
    if not is_there(journal):
        return None
    folder = backup_folder(journal)
    target = folder / f"{journal.stem}-{program}-{wall:%Y%m%dT%H%M%S}{journal.suffix}"
    with translated(journal):
        folder.mkdir(exist_ok=True, mode=0o750)
        copy_to(journal, target)
        # If the clock was wrong before, this copy may have the oldest date; it is kept.
        others = [copy for copy in copies_of(journal) if copy != target]
        for old in others[KEPT - 1 :]:
            old.unlink()
    return target


def doubt(journal: Path, wall: datetime) -> None:
    """Note in a journal that will replace another one that the day is not known.

    A file of an older program is migrated, and a missing one is begun. Raises JournalError.
    """
    with closing(Journal(journal, boot_id=read_boot_id())) as opened:
        now = opened.dating(wall, ClockTrust()).moment(time.monotonic(), wall)
        opened.doubt(now, REPLACED)
    for before in journal.parent.glob(f"{journal.stem}.version-*"):
        before.unlink()  # The backup is the copy of what it was.


def go_back(journal: Path, wall: datetime) -> WentBack | None:
    """Make way where `journal` is of a newer program; None where it fits.

    Nothing is deleted. Raises JournalError, and then `journal` is where it was.
    """
    if not is_there(journal):
        return None
    with translated(journal):
        version = _version(journal)
        if version <= len(MIGRATIONS):
            return None
        newer = free_name(journal, f"version-{version}-{wall:%Y%m%dT%H%M%S}")
        fitting = next((one for one in copies_of(journal) if _fits(one)), None)
    replace(journal, fitting, newer, wall)
    return WentBack(newer, fitting)


def replace(journal: Path, copy: Path | None, kept: Path, wall: datetime) -> None:
    """Put a copy of `copy` in the place of `journal`, which becomes `kept`; None begins a new one.

    The new file is whole, and notes that the day is not known, before `journal` gives way to it.
    It gets the owner and the mode of `journal`: the service has to write what root restores.
    Raises JournalError, and then `journal` is where it was.
    """
    restored = journal.with_name(f"{journal.stem}.restored{journal.suffix}")
    with translated(journal):
        for left in files_of(restored):
            left.unlink()
        if copy is not None:
            copy_to(copy, restored)
    doubt(restored, wall)
    with translated(journal):
        _take_owner(restored, journal)
        move(journal, kept)
        move(restored, journal)


def _take_owner(restored: Path, journal: Path) -> None:
    """Give `restored` the mode and owner of `journal`; without one, the owner of its folder."""
    old = journal.parent
    if journal.exists():
        old = journal
        restored.chmod(journal.stat().st_mode & 0o777)
    if os.geteuid() == 0:
        os.chown(restored, old.stat().st_uid, old.stat().st_gid)


def _fits(copy: Path) -> bool:
    try:
        with translated(copy):
            return 0 < _version(copy) <= len(MIGRATIONS)
    except JournalError:
        return False


def _version(path: Path) -> int:
    """The schema of a journal; 0 for any other file, which is not moved."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            return 0
        return version_of(connection)
