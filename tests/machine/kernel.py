"""A root with Debian's own kernel in it, and the module that is its header."""

import shutil
from pathlib import Path

from tests.machine.nspawn import CACHE, Machine, bare_root

RELEASE = "trixie"
HERE = Path(__file__).parent
_INCLUDED = "linux-image-amd64 linux-headers-amd64 initramfs-tools gcc make socat"
_INSTALL = "apt-get -qq install --yes --no-install-recommends -o Dpkg::Options::=--force-confold"
# The disk and the bus are all that the first minute of a boot needs.
_INITRAMFS = "MODULES=list\n"
_MODULES = "virtio_pci\nvirtio_blk\next4\n"


def layer() -> Path:
    """What Debian's kernel and the header's module add to the bare release; made once."""
    folder = CACHE / f"{RELEASE}-kernel"
    if not folder.exists():
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        machine = Machine(part, bare_root(RELEASE))
        try:
            _install(machine)
        finally:
            machine.unmount()
        part.rename(folder)
    return folder / "changes"


def _install(machine: Machine) -> None:
    machine.write("/etc/initramfs-tools/conf.d/small", _INITRAMFS)
    machine.write("/etc/initramfs-tools/modules", _MODULES)
    machine.offline(
        f"export DEBIAN_FRONTEND=noninteractive; apt-get -qq update && {_INSTALL} {_INCLUDED}"
    )
    for name in ("header.c", "Makefile"):
        machine.write(f"/usr/src/header/{name}", (HERE / "header" / name).read_text())
    machine.offline(
        "cd /lib/modules/*/build && make -s M=/usr/src/header modules &&"
        " cd /lib/modules/* && mkdir -p updates && cp /usr/src/header/header.ko updates/ &&"
        " depmod $(basename $PWD)"
    )
    # Left in, the compiler would be most of the disk.
    machine.offline(
        "apt-get -qq purge --yes --autoremove linux-headers-amd64 gcc make; apt-get clean"
    )
