"""A Debian of one's own: its root made by mmdebstrap, booted by systemd-nspawn.

Needs root, `mmdebstrap`, `systemd-container`, and Debian's archive once for each release.
The bare roots stay in `build/machine/`.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CACHE = ROOT / "build/machine"
RELEASES = ("bookworm", "trixie")
DEADLINE_S = 60.0
_INCLUDED = "systemd,systemd-sysv,udev,dbus,kmod,python3,libpam-systemd"


def missing() -> str:
    """What this machine lacks for a machine of its own; empty when it can have one."""
    if os.environ.get("EMS_APPLIANCE_MACHINE") != "1":
        return "EMS_APPLIANCE_MACHINE=1 is not set"
    if os.geteuid() != 0:
        return "only root can boot a machine"
    wanted = ("mmdebstrap", "systemd-nspawn", "dpkg-deb", "nsenter")
    lacking = [name for name in wanted if shutil.which(name) is None]
    return f"not installed: {' '.join(lacking)}" if lacking else ""


def bare_root(release: str) -> Path:
    """A tar of the bare release, made once."""
    tar = CACHE / f"{release}.tar"
    if not tar.exists():
        tar.parent.mkdir(parents=True, exist_ok=True)
        part = tar.with_suffix(".part.tar")
        subprocess.run(
            ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={_INCLUDED}",
             "--aptopt=APT::Install-Recommends \"false\"", release, str(part)],
            check=True,
        )  # fmt: skip
        part.rename(tar)
    return tar


def until(true: Callable[[], Any], what: str, deadline_s: float = DEADLINE_S) -> Any:
    """Ask until the answer is true, and return it. Raises AssertionError at the deadline."""
    ends = time.monotonic() + deadline_s
    while not (answer := true()):
        assert time.monotonic() < ends, f"not within {deadline_s:g} s: {what}"
        # Another machine's processes have no descriptor to wait on here.
        time.sleep(0.05)
    return answer


class Machine:
    """One root and what runs in it."""

    def __init__(self, folder: Path, release: str) -> None:
        self.root = folder
        folder.mkdir()
        subprocess.run(["tar", "-C", folder, "-xf", bare_root(release)], check=True)
        (folder / "etc/hostname").write_text("box\n")
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

    def run(self, command: str) -> str:
        """Run a shell command in the booted machine. Raises AssertionError where it fails."""
        return _run(self._inside("sh", "-c", command))

    def tried(self, command: str) -> tuple[int, str]:
        """The exit code of a command, and what it said."""
        done = subprocess.run(
            self._inside("sh", "-c", command), capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def status(self) -> dict[str, Any]:
        """What the service answers; empty while none does."""
        code, said = self.tried("ems-appliance status --json")
        answer: dict[str, Any] = json.loads(said) if code == 0 else {}
        return answer

    def until_state(self, *states: str, deadline_s: float = DEADLINE_S) -> dict[str, Any]:
        def there() -> dict[str, Any] | None:
            status = self.status()
            return status if status.get("state") in states else None

        answer: dict[str, Any] = until(there, f"state {states}", deadline_s)
        return answer

    def main_pid(self) -> int:
        return int(self.shown("MainPID"))

    def shown(self, name: str, unit: str = "ems-appliance.service") -> str:
        return self.run(f"systemctl show -P {name} {unit}").strip()

    def log(self) -> str:
        return self.run("journalctl -b --no-pager -o cat -u 'ems-appliance*'")

    @property
    def is_off(self) -> bool:
        """Whether the machine has switched itself off."""
        return self._nspawn is not None and self._nspawn.poll() is not None

    def cut_power(self) -> None:
        """Everything in it dies at once."""
        assert self._nspawn is not None
        os.kill(self._leader(), signal.SIGKILL)
        self._nspawn.kill()
        self._nspawn.wait()
        self._nspawn = None

    def remove(self) -> None:
        if self._nspawn is not None and not self.is_off:
            self.cut_power()
        shutil.rmtree(self.root, ignore_errors=True)

    def _is_up(self) -> bool:
        assert self._nspawn is not None
        assert self._nspawn.poll() is None, "the machine did not start"
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

    def _inside(self, *command: str) -> list[str]:
        return ["nsenter", f"--target={self._leader()}", "--all", "env", "-i",
                "PATH=/usr/bin:/usr/sbin", "DEBIAN_FRONTEND=noninteractive", *command]  # fmt: skip

    def _command(self) -> list[str]:
        return ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--link-journal=no",
                # The container's own filter would hide what the unit's filter permits. Without the
                # capability the clock can only be read.
                "--system-call-filter=adjtimex clock_adjtime",
                "--resolv-conf=copy-host", f"--machine=box{os.getpid()}",
                f"--directory={self.root}"]  # fmt: skip


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[-1]}: {done.stdout}{done.stderr}"
    return done.stdout
