"""The file: opened so that a power cut loses nothing, refused or set aside when it is not ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from appliance.errors import JournalError
from appliance.journal.schema import APPLICATION_ID, MIGRATIONS, migrate, version_of

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_FULL = frozenset({sqlite3.SQLITE_FULL})
_NOT_WRITABLE = frozenset(
    {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
)
PARTS = ("-shm", "-wal", "")
"""The database and SQLite's own files beside it. The database moves last: a log that stayed
behind would be played into the file that is begun in its place."""


class JournalDamagedError(JournalError):
    """Error raised when the file is no journal, or no longer one."""


def open_for_writing(path: Path, *, durable: bool = True) -> sqlite3.Connection:
    """Open or begin the journal at `path`.

    Raises JournalDamagedError where the file is not a journal, JournalError where it
    cannot be written or was written by a newer program. Not `durable` is for virtual
    time: a commit is then not pressed onto the disk.
    """
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=1.0, isolation_level=None)
    try:
        with translated(path):
            _check(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
            connection.execute("PRAGMA cell_size_check = ON")
            migrate(connection)
    except JournalError:
        connection.close()
        raise
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open the journal at `path` to look, also while the appliance writes to it.

    Raises JournalError where there is none or it cannot be read.
    """
    with translated(path):
        path.stat()
        connection = sqlite3.connect(_uri(path), uri=True, timeout=1.0, isolation_level=None)
    try:
        with translated(path):
            _check(connection, path)
            if version_of(connection) < len(MIGRATIONS):
                raise JournalError(
                    f"the journal {path} is of an older version: start the appliance once"
                )
    except JournalError:
        connection.close()
        raise
    return connection


def _uri(path: Path) -> str:
    # Without its log the file is at rest, and whoever may not write beside it can read it
    # only when SQLite is told so.
    at_rest = not path.with_name(path.name + "-wal").exists()
    return f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if at_rest else ''}"


def _check(connection: sqlite3.Connection, path: Path) -> None:
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if tables and application_id != APPLICATION_ID:
        raise JournalDamagedError(f"{path} is a database, but not a journal of this appliance")
    version = version_of(connection)
    if version > len(MIGRATIONS):
        raise JournalError(
            f"the journal {path} is of version {version}, this program knows {len(MIGRATIONS)}:"
            " update the program, or name another file in [journal] path"
        )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system raise about `path` into JournalError."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(error, path) from error
    except JournalError:
        raise
    except OSError as error:
        raise JournalError(f"the journal {path}: {error.strerror or error}") from error


def _translate(error: sqlite3.Error, path: Path) -> JournalError:
    # The low byte is the kind of error, the rest its detail.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _DAMAGED:
        return JournalDamagedError(f"the journal {path} is damaged: {error}")
    if code in _FULL:
        return JournalError(f"the disk is full, the journal {path} cannot grow: make room")
    if code in _NOT_WRITABLE:
        return JournalError(
            f"the journal {path} cannot be written: check its directory's owner,"
            " and that the disk is not read-only"
        )
    return JournalError(f"the journal {path}: {error}")


def set_aside(path: Path, wall: datetime) -> Path:
    """Move a damaged journal out of the way, under a name with the date. Never deletes.

    Raises JournalError where it cannot be moved.
    """
    target = _free_name(path, wall)
    with translated(path):
        for part in PARTS:
            source = path.with_name(path.name + part)
            if source.exists():
                source.rename(target.with_name(target.name + part))
    return target


def _free_name(path: Path, wall: datetime) -> Path:
    stem = f"{path.stem}.damaged-{wall:%Y-%m-%dT%H%M%S}"
    target, number = path.with_name(stem + path.suffix), 1
    while target.exists():
        number += 1
        target = path.with_name(f"{stem}-{number}{path.suffix}")
    return target
