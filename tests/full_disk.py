"""A full disk, of which no test needs root: the kernel refuses a process the writes to its files.

The error is EFBIG where that of a full disk is ENOSPC.
"""

import os
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOM_BYTES = 4096
"""Size to which a file may still grow, like the last one on a disk that fills up."""


@contextmanager
def full_disk(pid: int) -> Iterator[None]:
    """No file of this process, and of those that it starts, becomes longer than `ROOM_BYTES`."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (ROOM_BYTES, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def let_espeak_meet_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put an espeak-ng first in the path that sees the error, and is not killed by its signal."""
    program = folder / "espeak-ng"
    program.write_text(f"#!/bin/sh\ntrap '' XFSZ\nexec {shutil.which('espeak-ng')} \"$@\"\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
