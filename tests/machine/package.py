"""The package: built, put into a root, and made again under another version."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.machine.nspawn import CACHE, ROOT, Machine, bare_root


def build(out: Path, *options: str) -> Path:
    """Build the package by the README's command, unless this commit's is there already."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, check=True, capture_output=True)
    folder = out / "-".join((head.stdout.decode().strip(), *options)).replace("--", "")
    if not folder.exists():
        part = folder.with_suffix(".part")
        command = [sys.executable, str(ROOT / "systemd/package/build"), "--out", str(part)]
        done = subprocess.run([*command, *options], check=True, stdout=subprocess.PIPE, text=True)
        print(f"\n{done.stdout}")
        part.rename(folder)
    return next(folder.glob("*.deb"))


def renumbered(package: Path, out: Path, version: str) -> Path:
    """The same package under another version, to try an upgrade."""
    tree, made = out / "tree", out / f"ems-appliance_{version}_amd64.deb"
    subprocess.run(["dpkg-deb", "--raw-extract", package, tree], check=True)
    control = tree / "DEBIAN/control"
    lines = control.read_text().splitlines()
    changed = [f"Version: {version}" if line.startswith("Version:") else line for line in lines]
    control.write_text("\n".join(changed) + "\n")
    command = ["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", tree, made]
    subprocess.run(command, check=True, capture_output=True)
    return made


def installed_layer(release: str, package: Path) -> Path:
    """What installing the package changes in the bare release; made once for a package."""
    folder = CACHE / f"{release}-installed-{package.parent.name}"
    if not folder.exists():
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        machine = Machine(part, bare_root(release))
        try:
            (machine.root / "root" / package.name).write_bytes(package.read_bytes())
            machine.offline(f"dpkg -i /root/{package.name}")
        finally:
            machine.unmount()
        part.rename(folder)
    return folder / "changes"
