"""The SD card of `systemd/card/`: its root made once, hands laid over it, and the whole image."""

import shutil
import sys
from pathlib import Path

from tests.machine.box import Board, Box
from tests.machine.nspawn import CACHE, ROOT

sys.path.insert(0, str(ROOT / "systemd/card"))
import image

RELEASE = "trixie"
ARCHITECTURE = "amd64"
KEPT = "/state"


def missing() -> str:
    wanted = ("sfdisk", "mkfs.vfat", "mke2fs")
    lacking = [name for name in wanted if shutil.which(name) is None]
    return f"not installed: {' '.join(lacking)}" if lacking else ""


def root(package: Path) -> Path:
    """The root of the card with this package in it; made once."""
    folder = CACHE / f"card-{package.parent.name}"
    if not folder.exists():
        part = folder.with_suffix(".part")
        image.make_root(part, package, ARCHITECTURE, RELEASE)
        part.rename(folder)
    return folder


class Card(Box):
    """A box that starts from the card: what is written on its root goes with the power."""

    def __init__(self, folder: Path, card_root: Path, *, board: Board) -> None:
        super().__init__(folder, card_root, board=board)
        # Its last partition. That of the journal alone is not there.
        del self.plugged[self.journal]
        self.state = folder / "state"
        self.state.mkdir()
        self.plugged[self.state] = KEPT

    def start(self) -> None:
        """Boot as `overlayroot` does: the root is read-only, under a layer in memory."""
        self.boot("--volatile=overlay")
