"""Programs of another processor in a root of their own, by qemu's user emulation."""

import shutil
import subprocess
import time
from pathlib import Path

HANDLERS = Path("/proc/sys/fs/binfmt_misc")
EMULATORS = Path("/usr/lib/binfmt.d")
INCLUDED = "systemd,systemd-sysv,udev,python3"
_NAMES = {"arm64": "qemu-aarch64"}
_COMPILERS = {"arm64": "aarch64-linux-gnu-gcc"}


def missing(architecture: str) -> str:
    """What keeps this machine from making the package for `architecture` and from running it."""
    if shutil.which(_COMPILERS[architecture]) is None:
        return f"not installed: {_COMPILERS[architecture]}"
    name = _NAMES[architecture]
    if (HANDLERS / name).exists():
        return ""
    if not (EMULATORS / f"{name}.conf").exists():
        return "not installed: qemu-user-static"
    if not (HANDLERS / "register").exists():
        subprocess.run(["mount", "-t", "binfmt_misc", "none", HANDLERS], check=False)
    try:
        (HANDLERS / "register").write_text((EMULATORS / f"{name}.conf").read_text())
    except OSError as error:
        return f"the kernel takes no emulator: {error}"
    return ""


def make_root(folder: Path, architecture: str, release: str, included: str = INCLUDED) -> float:
    """Make a bare root, unless it is there. Returns seconds. Raises CalledProcessError."""
    began = time.monotonic()
    if not folder.exists():
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        subprocess.run(
            ["mmdebstrap", "--quiet", f"--arch={architecture}", "--variant=minbase",
             f"--include={included}",
             "--dpkgopt=force-unsafe-io", "--aptopt=APT::Install-Recommends \"false\"",
             release, part],
            check=True,
        )  # fmt: skip
        part.rename(folder)
    return time.monotonic() - began
