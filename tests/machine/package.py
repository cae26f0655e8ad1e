"""The package: built, put into a root, and made again under another version."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from tests.machine.nspawn import CACHE, ROOT, Machine

sys.path.insert(0, str(ROOT / "systemd/package"))
import tree

MADE_OF = ("appliance", "pyproject.toml", "systemd/package", *tree.FILES)


def build(out: Path, *options: str) -> Path:
    """Build the package by the README's command, unless one of the same files is there already.

    That one may bear the number of an earlier commit, which changed the last of these files.
    """
    folder = out / "-".join((digest(*MADE_OF), *options)).replace("--", "")
    if not folder.exists():
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        command = [sys.executable, str(ROOT / "systemd/package/build"), "--out", str(part)]
        done = subprocess.run([*command, *options], check=True, stdout=subprocess.PIPE, text=True)
        print(f"\n{done.stdout}")
        part.rename(folder)
    return next(folder.glob("*.deb"))


def digest(*paths: str) -> str:
    """What changes when the last commit has other files there."""
    listed = subprocess.run(
        ["git", "ls-tree", "HEAD", *paths], cwd=ROOT, check=True, capture_output=True
    )
    return hashlib.sha256(listed.stdout).hexdigest()[:16]


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


def installed_layer(name: str, package: Path, *layers: Path) -> Path:
    """What installing the package changes in a root that is called `name`; made once for both."""
    folder = CACHE / f"{name}-installed-{package.parent.name}"
    if not folder.exists():
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        machine = Machine(part, *layers)
        try:
            (machine.root / "root" / package.name).write_bytes(package.read_bytes())
            machine.offline(f"dpkg -i /root/{package.name}")
        finally:
            machine.unmount()
        part.rename(folder)
    return folder / "changes"
