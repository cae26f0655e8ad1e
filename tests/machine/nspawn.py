"""A Debian of one's own: its root made by mmdebstrap, booted by systemd-nspawn.

Needs root, `mmdebstrap`, `systemd-container`, and Debian's archive once for each release.
The bare roots stay in `build/machine/`; a machine writes into a layer of its own above one.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tests.machine.booted import Booted, until

ROOT = Path(__file__).parents[2]
CACHE = ROOT / "build/machine"
RELEASES = ("bookworm", "trixie")
EVERY_RELEASE = "1"
_INCLUDED = "systemd,systemd-sysv,udev,dbus,kmod,python3,libpam-systemd"


def _asked_for() -> list[str]:
    return os.environ.get("EMS_APPLIANCE_MACHINE", "").split(",")


def releases() -> list[str]:
    """The releases to boot: those that `EMS_APPLIANCE_MACHINE` names, or every one for 1."""
    named = [release for release in RELEASES if release in _asked_for()]
    return named or list(RELEASES)


def is_wanted(needed: str) -> bool:
    """Whether `EMS_APPLIANCE_MACHINE`, a list with commas, names it."""
    of_release = needed == EVERY_RELEASE and any(name in RELEASES for name in _asked_for())
    return needed in _asked_for() or of_release


def missing_tools() -> str:
    """What this machine lacks for a root of its own; empty when it can have one."""
    if os.geteuid() != 0:
        return "only root can boot a machine"
    wanted = ("mmdebstrap", "systemd-nspawn", "dpkg-deb", "nsenter")
    lacking = [name for name in wanted if shutil.which(name) is None]
    return f"not installed: {' '.join(lacking)}" if lacking else ""


def refusal(release: str) -> str:
    """Why the bare release cannot be booted here, in a sandbox without mounts or control groups."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            machine = Machine(Path(folder), bare_root(release))
        except (OSError, subprocess.CalledProcessError) as error:
            return f"no root can be made: {error}"
        try:
            machine.boot()
        except AssertionError as error:
            return f"nothing can be booted: {error}"
        finally:
            machine.remove()
    return ""


def bare_root(release: str) -> Path:
    """The folder of the bare release, made once. Nothing may be written into it."""
    folder = CACHE / release
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        part = CACHE / f"{release}.part"
        shutil.rmtree(part, ignore_errors=True)
        subprocess.run(
            ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={_INCLUDED}",
             "--dpkgopt=force-unsafe-io", "--aptopt=APT::Install-Recommends \"false\"",
             release, str(part)],
            check=True,
        )  # fmt: skip
        part.rename(folder)
    return folder


class Machine(Booted):
    """One root and what runs in it."""

    def __init__(self, folder: Path, *layers: Path) -> None:
        """Lay a root of its own above `layers`, the newest last. Raises CalledProcessError."""
        self.root, self.changes, work = folder / "root", folder / "changes", folder / "work"
        for path in (self.root, self.changes, work):
            path.mkdir(parents=True)
        below = ":".join(str(layer) for layer in reversed(layers))
        subprocess.run(
            ["mount", "-t", "overlay", "-o",
             f"lowerdir={below},upperdir={self.changes},workdir={work}", "overlay", self.root],
            check=True,
        )  # fmt: skip
        self.write("/etc/hostname", "box\n")
        self.write("/etc/dpkg/dpkg.cfg.d/fast", "force-unsafe-io\n")
        self.plugged: dict[Path, str] = {}
        """Devices of this machine, and what they are called in the other one."""
        self._nspawn: subprocess.Popen[bytes] | None = None

    # Not booted

    def offline(self, command: str) -> str:
        """Run a shell command in the root while it is not booted."""
        return _run([*self._command(), "--pipe", "sh", "-c", command])

    def files(self) -> dict[str, str]:
        """Every file with a word on what it is, apart from the package manager's own books."""
        found = {}
        for path in sorted(self.root.rglob("*")):
            name = str(path.relative_to(self.root))
            if name.startswith(("var/lib/dpkg", "var/lib/apt", "var/cache", "var/log", "root/")):
                continue
            if name.startswith(("run/", "tmp/", "proc/", "sys/", "dev/")):
                continue
            found[name] = str(path.readlink()) if path.is_symlink() else oct(path.stat().st_mode)
        return found

    def write(self, name: str, text: str) -> None:
        path = self.root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    # Booted

    def boot(self, *options: str) -> float:
        """Boot; seconds from power to the service's READY, or to the end of the boot."""
        began = time.monotonic()
        self._nspawn = subprocess.Popen(
            [*self._command(), "--boot", "--console=pipe", *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until(self._is_up, "the machine is up")
        return time.monotonic() - began

    def tried(self, command: str) -> tuple[int, str]:
        done = subprocess.run(
            self._inside("sh", "-c", command), capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    @property
    def is_off(self) -> bool:
        """Whether the machine has switched itself off."""
        return self._nspawn is not None and self._nspawn.poll() is not None

    def cut_power(self) -> float:
        """Everything in it dies at once. Returns when, by the monotonic clock."""
        assert self._nspawn is not None
        # The kernel ends the others only when it is the first one's turn.
        for pid in self._pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        at = time.monotonic()
        self._nspawn.kill()
        self._nspawn.wait()
        self._nspawn = None
        return at

    def remove(self) -> None:
        self.unmount()
        shutil.rmtree(self.root.parent, ignore_errors=True)

    def unmount(self) -> None:
        """Leave nothing but the layer of changes."""
        if self._nspawn is not None and not self.is_off:
            self.cut_power()
        subprocess.run(["umount", "--lazy", self.root], check=True)

    def _is_up(self) -> bool:
        assert self._nspawn is not None
        assert self._nspawn.poll() is None, "systemd-nspawn ended at once"
        try:
            code, said = self.tried("systemctl is-system-running")
        except ProcessLookupError:
            return False
        return code in (0, 1) and said.strip() in ("running", "degraded")

    def _leader(self) -> int:
        assert self._nspawn is not None
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children")
        pids = children.read_text().split()
        if not pids:
            raise ProcessLookupError
        return int(pids[0])

    def _pids(self) -> list[int]:
        """Every process in it, the first one first."""
        leader = self._leader()
        inside = Path(f"/proc/{leader}/ns/pid").readlink()
        found = [leader]
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (process / "ns/pid").readlink() == inside and process.name != str(leader):
                    found.append(int(process.name))
        return found

    def _inside(self, *command: str) -> list[str]:
        return ["nsenter", f"--target={self._leader()}", "--all", "env", "-i",
                "PATH=/usr/bin:/usr/sbin", "DEBIAN_FRONTEND=noninteractive", *command]  # fmt: skip

    def _command(self) -> list[str]:
        return ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--link-journal=no",
                # The container's own filter would hide what the unit's filter permits. Without the
                # capability the clock can only be read.
                "--system-call-filter=adjtimex clock_adjtime",
                "--resolv-conf=copy-host", f"--machine=box{os.getpid()}",
                *[f"--bind={path}:{name}" for path, name in self.plugged.items()],
                f"--directory={self.root}"]  # fmt: skip


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[-1]}: {done.stdout}{done.stderr}"
    return done.stdout
