"""The files that a change has replaced: kept beside the settings, to look at and to put back.

They lie in the folder `history`, each as `<number>-<name>`, the newest with the highest number.
What an undo has replaced lies there as `undone-<number>-<name>`, and only a person puts it back.
"""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from appliance.errors import ApplianceError, SettingsError
from appliance.records import Fixed
from appliance.settings.files import put

FOLDER = "history"
MOST_KEPT = 50
"""Most copies of one file, and as many undone ones; the oldest is deleted first."""
_UNDONE = "undone-"


class PastFile(Fixed, frozen=True):
    """A file as it was before a change."""

    number: int
    path: Path
    replaced: datetime
    """When, by the clock of the box."""


@contextmanager
def locked(folder: Path, refusal: str = "") -> Iterator[None]:
    """Hold the lock on this folder: of two processes the second waits for the first.

    With a `refusal` the second does not wait: it raises ApplianceError with that text. The lock is
    the kernel's, so that a killed command leaves none behind.
    """
    # Imported here: Windows has no such lock, and only a change needs it.
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (fcntl.LOCK_NB if refusal else 0))
        except BlockingIOError:
            raise ApplianceError(refusal) from None
        yield
    finally:
        os.close(descriptor)


@contextmanager
def only_form(path: Path, refusal: str) -> Iterator[None]:
    """Hold the lock of a form that changes the settings file at its end, as `locked` does.

    Raises SettingsError where there can be no history beside the file.
    """
    # Not the settings' own folder, which each change of a file locks.
    folder = path.resolve().parent / FOLDER
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(folder, refusal))
        except OSError as error:
            raise SettingsError(
                f"{folder}: it has to be a folder that this user can write: {error.strerror}"
            ) from None
        yield


def past_files(path: Path) -> list[PastFile]:
    """What was kept of this file, the newest first."""
    return _found(path, "")


def _found(path: Path, prefix: str) -> list[PastFile]:
    folder = path.resolve().parent / FOLDER
    named = re.compile(rf"{prefix}(\d+)-{re.escape(path.resolve().name)}")
    found = []
    try:
        entries = list(folder.iterdir())
    except OSError:
        return []
    for entry in entries:
        match = named.fullmatch(entry.name)
        if match is not None:
            when = datetime.fromtimestamp(entry.stat().st_mtime).astimezone()
            found.append(PastFile(int(match[1]), entry, when))
    return sorted(found, key=lambda past: past.number, reverse=True)


def keep(path: Path) -> None:
    """Keep the file as it is now. Call this under the lock, before it is replaced.

    Raises SettingsError where it cannot be kept.
    """
    _keep(path, "")


def keep_undone(path: Path) -> None:
    """Keep the file that an undo is about to replace. Raises as `keep` does."""
    _keep(path, _UNDONE)


def _keep(path: Path, prefix: str) -> None:
    kept = _found(path, prefix)
    number = kept[0].number + 1 if kept else 1
    _copy(path.resolve(), f"{prefix}{number:05d}-{path.resolve().name}")
    for old in kept[MOST_KEPT - 1 :]:
        old.path.unlink(missing_ok=True)


def _copy(real: Path, name: str) -> None:
    if not real.is_file():
        return
    folder = real.parent / FOLDER
    try:
        mode = real.stat().st_mode & 0o777
        put(folder / name, real.read_bytes(), lambda descriptor: os.fchmod(descriptor, mode))
    except OSError as error:
        advice = "; use sudo" if isinstance(error, PermissionError) else ""
        raise SettingsError(
            f"{folder}: the old file cannot be kept there: {error.strerror};"
            f" nothing was changed{advice}"
        ) from None
