"""The image of a card as `systemd/card/build` makes it, booted with its own kernel.

The virtual machine is an arm64 one with the processor of a Zero 2 W, and is emulated. Every
instruction takes a nanosecond of its clock, so its seconds are thousands of millions of
instructions, however slow it is emulated. Nothing is written into the image for the test: what
a test needs inside comes as systemd's credentials, which a virtual machine can be given.
"""

import base64
import shutil
import subprocess
import sys
from pathlib import Path

from tests.machine import emulation, package, qemu
from tests.machine.box import SETTINGS
from tests.machine.nspawn import CACHE, ROOT

ARCHITECTURE = "arm64"
TESTS = "tests"
"""The label of the second disk."""
_EMULATOR = "qemu-system-aarch64"
_UNITS = {
    "systemd.extra-unit.agent.service": "[Service]\nExecStart=python3 /run/agent.py\n",
    "systemd.unit-dropin.ems-appliance.service": "[Service]\n"
    "Environment=GPIOZERO_PIN_FACTORY=mock\n",
}
_FILES = {
    "/run/agent.py": (qemu.HERE / "guest/agent.py").read_text(),
    "/etc/ems-appliance/config.toml": SETTINGS.replace("reference", "simulated"),
}


def missing() -> str:
    wanted = (_EMULATOR, "sfdisk", "mkfs.vfat", "mke2fs", "xz")
    lacking = [name for name in wanted if shutil.which(name) is None]
    return f"not installed: {' '.join(lacking)}" if lacking else emulation.missing(ARCHITECTURE)


def build() -> Path:
    """Build the image by the command of systemd/README.md, unless it is there already."""
    made_of = package.digest(*package.MADE_OF, "systemd/card")
    folder = CACHE / f"{made_of}-image-{ARCHITECTURE}"
    if not folder.exists():
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        built = package.build(CACHE, "--arch", ARCHITECTURE)
        command = [sys.executable, str(ROOT / "systemd/card/build"), "--arch", ARCHITECTURE]
        subprocess.run([*command, "--package", str(built), "--out", str(part)], check=True)
        part.rename(folder)
    return next(folder.glob("*.img"))


def disk_of_tests(folder: Path) -> Path:
    """A disk with what `counted_work` needs of the last commit; made once."""
    tree, disk = folder / "tree", folder / "tests.img"
    if not disk.exists():
        tree.mkdir()
        archive = subprocess.run(
            ["git", "archive", "HEAD", "tests/benchmarks", "tests/session", "tests/ledgers.py"],
            cwd=ROOT, check=True, capture_output=True,
        )  # fmt: skip
        subprocess.run(["tar", "-x", "-C", tree], input=archive.stdout, check=True)
        subprocess.run(
            ["mke2fs", "-q", "-t", "ext4", "-L", TESTS, "-d", tree, disk, "32M"], check=True
        )
    return disk


class ImageGuest(qemu.Guest):
    """A machine that starts from a copy of the image. It has neither a board nor a header."""

    def __init__(self, folder: Path, image: Path) -> None:
        super().__init__(folder)
        self._image = image
        subprocess.run(["cp", "--sparse=always", image, folder / "card.img"], check=True)
        lines = (f"f+~ {name} 0644 - - - {_coded(text)}\n" for name, text in _FILES.items())
        self._files = folder / "tmpfiles.extra"
        self._files.write_text("".join(lines))

    def _command(self) -> list[str]:
        return [
            _EMULATOR, "-M", "virt", "-cpu", "cortex-a53", "-m", "512", *qemu.COUNTED,
            "-kernel", str(self._image.with_suffix(".vmlinuz")),
            "-initrd", str(self._image.with_suffix(".initrd")), "-append", _kernel_options(),
            "-drive", f"file={self._folder}/card.img,format=raw,if=virtio",
            "-drive", f"file={disk_of_tests(self._folder)},format=raw,if=virtio",
            "-serial", f"file:{self._folder}/console.log",
            "-fw_cfg", f"name=opt/io.systemd.credentials/{self._files.name},file={self._files}",
            "-qmp", f"unix:{self._folder / qemu.MONITOR},server=on,wait=off",
            *qemu.agent_port(self._folder),
        ]  # fmt: skip


def _kernel_options() -> str:
    # There is no room for these names in qemu's table of files.
    units = (
        f"systemd.set_credential_binary={name}:{_coded(text)}" for name, text in _UNITS.items()
    )
    root = "root=LABEL=ems-root console=ttyAMA0 quiet cryptomgr.notests"
    return " ".join((root, "systemd.wants=agent.service", *units))


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
