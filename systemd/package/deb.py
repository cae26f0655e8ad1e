"""A tree and its maintainer scripts as a .deb whose bytes depend on nothing else."""

import hashlib
import os
import subprocess
from pathlib import Path

DEBIAN = Path(__file__).with_name("debian")
_SCRIPTS = ("preinst", "postinst", "prerm", "postrm")


def pack(root: Path, architecture: str, version: str, seconds: int, out: Path) -> Path:
    """Pack `root` and return the path of the package. Raises CalledProcessError."""
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    size_kib = sum(path.stat().st_size for path in files) // 1024
    sums = "".join(f"{_md5(path)}  {path.relative_to(root)}\n" for path in files)
    control = root / "DEBIAN"
    control.mkdir()
    words = (DEBIAN / "control").read_text().format(
        version=version, architecture=architecture, size_kib=size_kib
    )  # fmt: skip
    (control / "control").write_text(words)
    (control / "md5sums").write_text(sums)
    for name in ("conffiles", "triggers", *_SCRIPTS):
        (control / name).write_bytes((DEBIAN / name).read_bytes())
    _make_uniform(root, seconds)
    path = out / f"ems-appliance_{version}_{architecture}.deb"
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(seconds)}
    # More than one thread would cut the compressed stream by the number of processors.
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "--threads-max=1", "--build", root, path],
        check=True, stdout=subprocess.DEVNULL, env=environment,
    )  # fmt: skip
    return path


def installed_kib(package: Path) -> str:
    """What it takes on the disk, KiB."""
    asked = ["dpkg-deb", "--field", str(package), "Installed-Size"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def _make_uniform(root: Path, seconds: int) -> None:
    """Modes and times that do not hang on who builds, and when."""
    for path in [root, *root.rglob("*")]:
        if not path.is_symlink():
            control_script = path.parent.name == "DEBIAN" and path.name in _SCRIPTS
            executable = path.is_dir() or control_script or path.parent.name == "bin"
            path.chmod(0o755 if executable else 0o644)
        os.utime(path, (seconds, seconds), follow_symlinks=False)


def _md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
