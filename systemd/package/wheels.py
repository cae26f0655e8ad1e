"""Pinned, hashed wheels: fetched by pip, unpacked over each other."""

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from architectures import PYTHONS, Architecture

LOCK = Path(__file__).with_name("wheels.txt")
TOOLS = Path(__file__).with_name("tools.txt")
_GLIBC = ("2_34", "2_31", "2_28", "2_27", "2_17")
"""Bookworm has glibc 2.36, so all of these run there."""


class WheelError(Exception):
    """Error raised when two wheels bring different files of one name."""


def unpack(architecture: Architecture, cache: Path, into: Path) -> None:
    """Fetch the wheels of each Python and unpack them into one folder.

    Raises WheelError, and CalledProcessError where pip refuses.
    """
    for python in PYTHONS:
        folder = cache / f"{architecture.wheel}-{python}"
        platforms = [f"--platform=manylinux_{glibc}_{architecture.wheel}" for glibc in _GLIBC]
        fetch(LOCK, folder, "--only-binary=:all:", "--implementation=cp",
              f"--python-version={python}", *platforms)  # fmt: skip
        for wheel in sorted(folder.glob("*.whl")):
            _unzip(wheel, into)


def fetch(lock: Path, into: Path, *options: str) -> None:
    """Download what `lock` names, unless all of it is there. Raises CalledProcessError."""
    if _is_complete(lock, into):
        return
    shutil.rmtree(into, ignore_errors=True)
    pip("download", "--no-deps", "--require-hashes", *options,
        f"--requirement={lock}", f"--dest={into}")  # fmt: skip


def _is_complete(lock: Path, folder: Path) -> bool:
    """Whether as many files lie there as `lock` has names, each with a hash that is in it."""
    text = lock.read_text()
    names = sum("==" in line for line in text.splitlines())
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*")]
    return len(hashes) == names and all(f"sha256:{one}" in text for one in hashes)


def pip(*arguments: str) -> None:
    """Run pip quietly. Raises CalledProcessError."""
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True)


def _unzip(wheel: Path, into: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            data = archive.read(member)
            path = into / member.filename
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            elif path.read_bytes() != data and ".dist-info/" not in member.filename:
                raise WheelError(f"{wheel.name}: {member.filename} differs from the one there")
