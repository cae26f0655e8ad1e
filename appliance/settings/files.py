"""Replace a file in one step: whatever happens, the old or the new one is there, whole."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

_MODE_OF_NEW = 0o644


def write_and_rename(path: Path, text: str, mode_of_new: int = _MODE_OF_NEW) -> None:
    """Write a text file in one step; an existing one keeps its mode and owner. Raises OSError."""
    write_bytes_and_rename(path, text.encode(), mode_of_new)


def write_bytes_and_rename(path: Path, data: bytes, mode_of_new: int = _MODE_OF_NEW) -> None:
    """Replace a binary file in the same way. Raises OSError."""
    put(path, data, lambda descriptor: _keep_owner(path, descriptor, mode_of_new))


def put(path: Path, data: bytes, prepare: Callable[[int], None]) -> None:
    """Put a new file in place, whose open descriptor `prepare` has given mode and owner.

    It is on the card before the old one is gone: power may fail at any moment. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            prepare(descriptor)
            os.fsync(descriptor)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _keep_owner(path: Path, descriptor: int, mode_of_new: int) -> None:
    try:
        old = path.stat()
    except FileNotFoundError:
        os.fchmod(descriptor, mode_of_new)
        return
    os.fchmod(descriptor, old.st_mode & 0o777)
    if os.geteuid() == 0:
        os.fchown(descriptor, old.st_uid, old.st_gid)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
