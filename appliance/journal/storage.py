"""Where the journal is kept: which file system, and whether its files survive a power cut."""

import re
from pathlib import Path

from appliance.records import Fixed

MOUNTS = Path("/proc/self/mounts")
_FORGETFUL = frozenset({"overlay", "tmpfs", "ramfs", "rootfs", "squashfs"})
"""File systems in memory, or with what is new in memory, as that of a read-only Pi."""


class Mount(Fixed, frozen=True):
    """A file system where a path lies."""

    device: str
    kind: str
    """Its name, such as `ext4`."""
    read_only: bool

    @property
    def forgets(self) -> bool:
        """Whether what is written there is lost when the power is cut."""
        return self.kind in _FORGETFUL


def mount_of(path: Path, mounts: str) -> Mount | None:
    """The file system that a path lies on, or would, by the lines of `/proc/self/mounts`."""
    best: tuple[int, Mount] | None = None
    for line in mounts.splitlines():
        device, place, kind, options, *_ = map(_unescaped, line.split(" "))
        if path.is_relative_to(place) and (best is None or len(place) >= best[0]):
            best = (len(place), Mount(device, kind, "ro" in options.split(",")))
    return best[1] if best else None


def forgets(path: Path, mounts: Path = MOUNTS) -> bool:
    """Whether a journal at `path` is lost when the power is cut. False if that is not known."""
    try:
        mount = mount_of(path.resolve(), mounts.read_text("utf-8", "replace"))
    except OSError:
        return False
    return mount is not None and mount.forgets


def _unescaped(field: str) -> str:
    """A field as it is: the kernel writes a space as \\040."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), field)
