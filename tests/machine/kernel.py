"""A root with Debian's own kernel in it, and the module that is its header."""

import shutil
import struct
import subprocess
from pathlib import Path

from tests.machine import package
from tests.machine.nspawn import CACHE, Machine, bare_root

RELEASE = "trixie"
_ZSTD = b"\x28\xb5\x2f\xfd"
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


def machine(folder: Path, built: Path) -> Machine:
    """A machine with this kernel, and the package in it."""
    layers = bare_root(RELEASE), layer()
    return Machine(folder, *layers, package.installed_layer("kernel", built, *layers))


def unpack(packed: Path, into: Path) -> None:
    """Take the kernel out of the file that unpacks itself, which takes an emulated machine long.

    Raises CalledProcessError. The offsets are those of Documentation/arch/x86/boot.rst.
    """
    data = packed.read_bytes()
    sectors_of_setup = data[0x1F1]
    offset, length = struct.unpack_from("<II", data, 0x248)
    begin = (sectors_of_setup + 1) * 512 + offset
    # The last four bytes are the size of what was packed.
    payload = data[begin : begin + length - 4]
    tool = "zstd" if payload.startswith(_ZSTD) else "xz"
    done = subprocess.run([tool, "-dc"], input=payload, check=True, capture_output=True)
    into.write_bytes(done.stdout)


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
