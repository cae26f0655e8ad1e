"""The machine as the checks see it: its files under a root, and the user who asks."""

import grp
import os
import shutil
from pathlib import Path

from msgspec import field

from appliance.journal.storage import Mount, mount_of
from appliance.records import Fixed


def groups_of_this_user() -> frozenset[str]:
    """Names of the groups of this process. A group joined since the login is not among them."""
    numbers = {*os.getgroups(), os.getegid()}
    return frozenset(entry.gr_name for entry in grp.getgrall() if entry.gr_gid in numbers)


class Host(Fixed, frozen=True):
    """A machine. Tests give it a root of their own."""

    root: Path = Path("/")
    is_root_user: bool = field(default_factory=lambda: os.geteuid() == 0)
    groups: frozenset[str] = field(default_factory=groups_of_this_user)

    def at(self, path: str | Path) -> Path:
        return self.root / str(path).lstrip("/")

    def read(self, path: str) -> str:
        """The text of a small file of the system; empty where there is none."""
        try:
            return self.at(path).read_bytes().decode("utf-8", "replace").strip("\0\n ")
        except OSError:
            return ""

    def mount_of(self, path: Path) -> Mount | None:
        """The file system that a path lies on, or would."""
        return mount_of(path, self.read("/proc/self/mounts"))

    def free_bytes(self, path: Path) -> int | None:
        """Room for the journal; None where the folder is not there."""
        try:
            return shutil.disk_usage(self.at(path)).free
        except OSError:
            return None
