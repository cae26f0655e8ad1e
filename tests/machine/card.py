"""The root of the SD card of `systemd/card/`: made once, and hands laid over it."""

import shutil
import sys
from pathlib import Path

from tests.machine.box import Board, Box
from tests.machine.nspawn import CACHE, ROOT, Machine

sys.path.insert(0, str(ROOT / "systemd/card"))
import card_image

RELEASE = "trixie"
ARCHITECTURE = "amd64"
KEPT = "/state"


def base() -> Path:
    """Debian with its kernel; made once."""
    folder = CACHE / f"{RELEASE}-card"
    if not folder.exists():
        part = folder.with_suffix(".part")
        card_image.make_base(part, ARCHITECTURE, RELEASE)
        part.rename(folder)
    return folder


def furnished_layer(package: Path) -> Path:
    """What the package, and the layout of the card, change in it; made once for a package."""
    folder = CACHE / f"{RELEASE}-card-{package.parent.name}"
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
        # It also takes the root out of the table of file systems.
        table = (self.root / "etc/fstab").read_text().splitlines(keepends=True)
        self.write("/etc/fstab", "".join(line for line in table if "ems-root" not in line))
        # NetworkManager must not see the interfaces of this machine.
        self.boot("--volatile=overlay", "--private-network")
