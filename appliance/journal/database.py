"""Opens the journal's SQLite file durably; refuses foreign files and sets damaged ones aside."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from appliance.errors import JournalError
from appliance.journal.schema import APPLICATION_ID, MIGRATIONS, migrate, version_of

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_FULL = frozenset({sqlite3.SQLITE_FULL})
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_LEAST_ROOM_BYTES = 64 * 1024
"""SQLite's shared memory alone takes 32 KiB."""
_NOT_WRITABLE = frozenset(
    {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
)
_FILE_SUFFIXES = ("-shm", "-wal", "")
"""The database and SQLite's files beside it. The database moves last, because SQLite would
replay a write-ahead log that stayed behind into the new database."""


class JournalDamagedError(JournalError):
    """Error raised when the file is not a journal or is damaged."""


def open_for_writing(path: Path, *, durable: bool = True) -> sqlite3.Connection:
    """Open the journal at `path`, or create it.

    Raises JournalDamagedError if the file is not a journal, and JournalError if it cannot be
    written or a newer program wrote it. With `durable` false, for virtual time, a commit does
    not wait for the disk.
    """
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _refuse_what_is_no_file(path)
        connection = sqlite3.connect(path, timeout=1.0, isolation_level=None)
    try:
        with translated(path):
            _check(connection, path)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
            connection.execute("PRAGMA cell_size_check = ON")
            _keep_old_copy(connection, path)
            migrate(connection)
    except JournalError:
        connection.close()
        raise
    return connection


def _refuse_what_is_no_file(path: Path) -> None:
    """Raise JournalError if `path` is not a file: opening a pipe could block forever."""
    if path.exists() and not path.is_file():
        raise JournalError(f"the journal {path} is not a file: name another in [journal] path")


def _keep_old_copy(connection: sqlite3.Connection, path: Path) -> None:
    """Copy a journal of an older schema before it is migrated, to a name with its version."""
    version = version_of(connection)
    if not 0 < version < len(MIGRATIONS):
        return
    target = path.with_name(f"{path.stem}.version-{version}{path.suffix}")
    if not target.exists():
        copy_to(path, target)


def copy_to(source: Path, target: Path) -> None:
    """Copy the whole journal into a new file, consistent even while the service writes.

    The copy is complete and on the disk before it has its name. Raises JournalError.
    """
    part = target.with_name(f".{target.name}.part")
    with translated(source):
        _refuse_what_cannot_be_read(source)
        old = sqlite3.connect(uri_to_read(source), uri=True)
    with closing(old), translated(target):
        part.unlink(missing_ok=True)
        with translated(source):
            old.execute("PRAGMA schema_version")  # Its errors are those of the source.
        with closing(sqlite3.connect(part)) as new:
            old.backup(new)
        part.chmod(0o640)
        descriptor = os.open(part, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        part.replace(target)


def open_for_reading(path: Path, *, any_version: bool = False) -> sqlite3.Connection:
    """Open the journal at `path` read-only, also while the appliance writes to it.

    Raises JournalError if there is none or it cannot be read. A file of an older schema is an
    error too, unless `any_version`.
    """
    with translated(path):
        _refuse_what_cannot_be_read(path)
        connection = sqlite3.connect(uri_to_read(path), uri=True, timeout=1.0, isolation_level=None)
    try:
        with translated(path):
            _check(connection, path)
            if version_of(connection) < len(MIGRATIONS) and not any_version:
                raise JournalError(
                    f"the journal {path} is of an older version: start the appliance once"
                )
    except JournalError:
        connection.close()
        raise
    return connection


def _refuse_what_cannot_be_read(path: Path) -> None:
    """Raise OSError where there is no file, JournalError where it is not one or not for this user.

    SQLite says of all of these only that it cannot open the file. The file is not opened to find
    out: closing it again would release the locks that SQLite has on it in this process.
    """
    _look_at(path)
    _refuse_what_is_no_file(path)
    as_this_user = os.access in os.supports_effective_ids
    if not os.access(path, os.R_OK, effective_ids=as_this_user):
        raise _not_open(path)


def _look_at(path: Path) -> None:
    try:
        path.stat()
    except PermissionError as error:
        raise _not_open(path) from error


def _not_open(path: Path) -> JournalError:
    return JournalError(f"the journal {path} is not open to you: use sudo")


def uri_to_read(path: Path) -> str:
    """The address by which SQLite opens this file and changes nothing, also beside a writer."""
    # Without a write-ahead log no one writes the file. A user without write permission in the
    # directory can read it only with `immutable`.
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
    """Translate the errors of SQLite and the system about `path` into JournalError."""
    try:
        with query_errors_translated(path):
            yield
    except JournalError:
        raise
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise _full(path) from error
        raise JournalError(f"the journal {path}: {error.strerror or error}") from error


@contextmanager
def query_errors_translated(path: Path) -> Iterator[None]:
    """Translate only SQLite's errors, where rows of `path` are written to other files as well."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(error, path) from error


@contextmanager
def all_or_nothing(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit all that is written, or roll it back where anything is raised."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # On some errors, such as a full disk, SQLite has rolled back already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def refuse_damage(connection: sqlite3.Connection, path: Path) -> None:
    """Raise JournalDamagedError if any page of the open journal is damaged."""
    with translated(path):
        [found] = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise JournalDamagedError(f"the journal {path} is damaged")


def refuse_damaged_file(path: Path) -> None:
    """Raise JournalDamagedError if any page of this file is damaged, whatever its version."""
    with translated(path), closing(sqlite3.connect(uri_to_read(path), uri=True)) as connection:
        refuse_damage(connection, path)


def is_there(path: Path) -> bool:
    """Whether there is a journal. Raises JournalError where that cannot be seen."""
    try:
        _look_at(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _translate(error: sqlite3.Error, path: Path) -> JournalError:
    # The low byte is the kind of error, the rest its detail.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _DAMAGED or isinstance(error, sqlite3.DataError):
        return JournalDamagedError(f"the journal {path} is damaged: {error}")
    if code in _FULL or (code == sqlite3.SQLITE_IOERR and not _has_room(path)):
        return _full(path)
    if code in _NOT_WRITABLE:
        return JournalError(
            f"the journal {path} cannot be written: check its directory's owner,"
            " and that the disk is not read-only"
        )
    return JournalError(f"the journal {path}: {error}")


def _full(path: Path) -> JournalError:
    return JournalError(f"the disk is full, the journal {path} cannot grow: make room")


def _has_room(path: Path) -> bool:
    """Whether the card has room for the files that SQLite opens; it says only "disk I/O error"."""
    try:
        return shutil.disk_usage(path.parent).free >= _LEAST_ROOM_BYTES
    except OSError:
        return True


def set_aside(path: Path, wall: datetime) -> Path:
    """Rename a damaged journal to a name with the date and return that. Never deletes.

    Raises JournalError if it cannot be renamed.
    """
    target = free_name(path, f"damaged-{wall:%Y-%m-%dT%H%M%S}")
    with translated(path):
        move(path, target)
    return target


def free_name(journal: Path, words: str) -> Path:
    """A name beside the journal with these words in it, and a number where that is taken."""
    stem = f"{journal.stem}.{words}"
    target, number = journal.with_name(stem + journal.suffix), 1
    while files_of(target):
        number += 1
        target = journal.with_name(f"{stem}-{number}{journal.suffix}")
    return target


def move(journal: Path, target: Path) -> None:
    """Rename a journal with all its files. Raises OSError."""
    for source in files_of(journal):
        source.rename(target.with_name(target.name + source.name.removeprefix(journal.name)))


def files_of(journal: Path) -> list[Path]:
    """The files of a journal that are there, in the order in which they may move or go.

    SQLite's files can be there without the database.
    """
    names = (journal.name + suffix for suffix in _FILE_SUFFIXES)
    return [file for name in names if (file := journal.with_name(name)).exists()]
