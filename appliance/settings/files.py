"""Replace a file in one step: whatever happens, the old or the new one is there, whole."""

import os
import tempfile
from pathlib import Path

_MODE_OF_NEW = 0o644


def write_and_rename(path: Path, text: str, mode_of_new: int = _MODE_OF_NEW) -> None:
    """The new file is on the card before the old one is gone: power may fail at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            _keep_owner(path, descriptor, mode_of_new)
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
