"""The root of the SD card of `systemd/card/`: made once, and hands laid over it."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.machine import package as packages
from tests.machine.box import Board, Box
from tests.machine.nspawn import CACHE, ROOT, Machine

sys.path.insert(0, str(ROOT / "systemd/card"))
import card_image

RELEASE = "trixie"
ARCHITECTURE = "amd64"
KEPT = "/state"
_UNPACKED = "/mnt"
_LAY_OVER = """
set -eu
# What is not compressed there, lies beside it.
[ ! -d main ] || cd main
mkdir -p root proc run tmp dev
mount --bind "$0" root
mount -o remount,bind,ro root
mount -t proc proc proc
echo root=LABEL=ems-root >options
mount --bind options proc/cmdline
env -i PATH="$PATH" rootmnt=/root quiet=n chroot . sh /scripts/init-bottom/overlayroot >&2
findmnt -n -o SOURCE "$PWD/root" >&2
touch root/usr/written
findmnt -n -o OPTIONS "$PWD/root/media/root-ro"
cat root/etc/fstab
"""
"""As the initrd does it at a start, with the initrd's own programs."""


def base() -> Path:
    """Debian with its kernel; made once."""
    made_of = packages.digest("systemd/card/card_image.py", "systemd/card/debian")
    folder = CACHE / f"{RELEASE}-card-{made_of}"
    if not folder.exists():
        part = folder.with_suffix(".part")
        card_image.make_base(part, ARCHITECTURE, RELEASE)
        part.rename(folder)
    return folder


def furnished_layer(package: Path) -> Path:
    """What the package, and the layout of the card, change in it; made once for both."""
    layout = packages.digest("systemd/card")
    folder = CACHE / f"{RELEASE}-card-{layout}-{package.parent.name}"
    if not folder.exists():
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        machine = Machine(part, base())
        try:
            card_image.install(machine.root, package)
        finally:
            machine.unmount()
        part.rename(folder)
    return folder / "changes"


class Card(Box):
    """A box that starts from the card: what is written on its root goes with the power."""

    def __init__(self, folder: Path, package: Path, board: Board) -> None:
        super().__init__(folder, base(), furnished_layer(package), board=board)
        # Its last partition. That of the journal alone is not there.
        del self.plugged[self.journal]
        self.state = folder / "state"
        self.state.mkdir()
        self.plugged[self.state] = KEPT

    def start(self) -> None:
        """Boot as `overlayroot` does: the root is read-only, under a layer in memory."""
        # NetworkManager must not see the interfaces of this machine.
        self.boot("--volatile=overlay", "--private-network")

    def layered_by_initrd(self, folder: Path) -> str:
        """Let the initrd lay its layer over the root; how the root is mounted, and fstab.

        Raises AssertionError where nothing can be written afterwards.
        """
        folder.mkdir()
        self.plugged[folder] = _UNPACKED
        self.offline(f"unmkinitramfs /boot/initrd.img-* {_UNPACKED}")
        command = ["unshare", "--mount", "sh", "-c", _LAY_OVER, str(self.root)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout
