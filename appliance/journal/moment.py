"""Now, by both clocks. Only the wall clock can be wrong."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment by the monotonic clock (seconds, of this boot alone) and by the wall clock."""

    at: float
    wall: datetime
    """Local time, with its offset."""
    boot_id: str
    trusted: bool
    """Whether the wall clock is to be believed."""


def local_time() -> datetime:
    """The wall clock as people here read it, with its offset."""
    return datetime.now().astimezone()


def read_boot_id(path: Path = _BOOT_ID) -> str:
    """This boot's name: monotonic times compare only where it is the same."""
    try:
        return path.read_text().strip()
    except OSError:
        # Not a Linux: nothing told before can be compared with what comes now.
        return str(uuid.uuid4())
