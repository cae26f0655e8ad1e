"""What the package puts where."""

import io
import subprocess
import tarfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from architectures import PYTHONS

REPOSITORY = Path(__file__).parents[2]
APPLICATION = "usr/lib/ems-appliance"
MODULES = f"{APPLICATION}/modules"
BUILD_DATE = f"{MODULES}/appliance/journal/build_date.txt"
"""The program takes no time before that of its commit for a clock that runs."""

_UNITS = "usr/lib/systemd/system"
FILES = {
    "systemd/ems-appliance.service": f"{_UNITS}/ems-appliance.service",
    "systemd/ems-appliance-rescue.service": f"{_UNITS}/ems-appliance-rescue.service",
    "systemd/ems-appliance-switch-off.path": f"{_UNITS}/ems-appliance-switch-off.path",
    "systemd/ems-appliance-switch-off.service": f"{_UNITS}/ems-appliance-switch-off.service",
    "systemd/system.conf.d/ems-appliance.conf": "usr/lib/systemd/system.conf.d/ems-appliance.conf",
    "systemd/sysusers.d/ems-appliance.conf": "usr/lib/sysusers.d/ems-appliance.conf",
    "systemd/tmpfiles.d/ems-appliance.conf": "usr/lib/tmpfiles.d/ems-appliance.conf",
    "systemd/modules-load.d/ems-appliance.conf": "usr/lib/modules-load.d/ems-appliance.conf",
    "systemd/udev/70-ems-appliance.rules": "usr/lib/udev/rules.d/70-ems-appliance.rules",
    "systemd/boot-config.txt": f"{APPLICATION}/boot-config.txt",
    "systemd/package/config.toml": "etc/ems-appliance/config.toml",
    "systemd/package/keep-journal": f"{APPLICATION}/bin/keep-journal",
    "systemd/package/ems-appliance": f"{APPLICATION}/bin/ems-appliance",
    "systemd/shell/ems-appliance.1": "usr/share/man/man1/ems-appliance.1",
    "systemd/shell/ems-appliance.bash": "usr/share/bash-completion/completions/ems-appliance",
    "systemd/shell/ems-appliance.zsh": "usr/share/zsh/vendor-completions/_ems-appliance",
    "systemd/shell/ems-appliance.fish": "usr/share/fish/vendor_completions.d/ems-appliance.fish",
    "LICENSE": "usr/share/doc/ems-appliance/copyright",
    "systemd/package/sbom.cdx.json": "usr/share/doc/ems-appliance/sbom.cdx.json",
    "systemd/INSTALL.md": "usr/share/doc/ems-appliance/INSTALL.md",
}
_EXECUTABLE = ("bin/keep-journal", "bin/ems-appliance")


@dataclass(frozen=True)
class Commit:
    """The last commit: its files, and what the package is called after it."""

    files: dict[str, bytes]
    version: str
    seconds: int
    """Unix time. Every file of the package bears it."""


def commit() -> Commit:
    """Read the last commit. Raises CalledProcessError where there is none."""
    with tarfile.open(fileobj=io.BytesIO(_git("archive", "HEAD"))) as archive:
        files = {
            member.name: handle.read()
            for member in archive
            if member.isfile() and (handle := archive.extractfile(member)) is not None
        }
    number = tomllib.loads(files["pyproject.toml"].decode())["project"]["version"]
    return Commit(
        files,
        f"{number}+{int(_git('rev-list', '--count', 'HEAD'))}",
        int(_git("log", "-1", "--format=%ct")),
    )


def lay_out(root: Path, source: Commit) -> None:
    """Put the program and the system's files under `root`."""
    for name, data in source.files.items():
        if name.startswith("appliance/"):
            _write(root / MODULES / name, data)
    _write(root / BUILD_DATE, f"{source.seconds}\n".encode())
    lay_out_files(root, source.files)
    _lay_out_environment(root)
    for folder in ("usr/bin", "var/lib/ems-appliance"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "usr/bin/ems-appliance").symlink_to(f"/{APPLICATION}/bin/ems-appliance")


def lay_out_files(root: Path, files: Mapping[str, bytes]) -> None:
    """Put what is not the program under `root`."""
    for name, target in FILES.items():
        _write(root / target, files[name], executable=target.endswith(_EXECUTABLE))
    for unit in ("ems-appliance", "ems-appliance-rescue"):
        # systemd has no drop-in for two units whose names are no family.
        target = f"{_UNITS}/{unit}.service.d/sandbox.conf"
        _write(root / target, files["systemd/sandbox.conf"])


def _lay_out_environment(root: Path) -> None:
    """A virtual environment that any of the Pythons takes for its own."""
    base = root / APPLICATION
    settings = "home = /usr/bin\ninclude-system-site-packages = false\n"
    _write(base / "pyvenv.cfg", settings.encode())
    (base / "bin/python3").symlink_to("/usr/bin/python3")
    for python in PYTHONS:
        path = base / f"lib/python{python}/site-packages/modules.pth"
        _write(path, f"/{MODULES}\n".encode())


def _write(path: Path, data: bytes, *, executable: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(0o755 if executable else 0o644)


def _git(*arguments: str) -> bytes:
    done = subprocess.run(
        ["git", "-C", str(REPOSITORY), *arguments], check=True, capture_output=True
    )
    return done.stdout
