"""A whole virtual machine: Debian's kernel, its header, a board behind a USB serial adapter.

The board is a process of the guest, at the far end of the adapter's cable: its own clock is then
the guest's, however slow the machine is emulated. An instruction takes a nanosecond of the guest,
as on a Pi, and an hour without instructions takes no time here: a lease of 0.3 s is one for the
guest, whatever else this machine has to do.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from appliance.settings.model import Controls
from tests.machine import kernel
from tests.machine.booted import Booted, until
from tests.machine.nspawn import Machine

HERE = Path(__file__).parent
CONTROLS = Controls()
BOOT_S = 1800.0
QUARTER_S = 0.01
SETTINGS = """
[screen]
driver = "capture"
capture_dir = "/run/ems-appliance"
"""
NOW = "cut -d' ' -f1 /proc/uptime"
_SERIAL = "EMS-0001"
_KERNEL_OPTIONS = "console=ttyS0 quiet mitigations=off cryptomgr.notests"
"""Nothing that the service could notice."""
_FILES = {
    "/etc/ems-appliance/config.toml": SETTINGS,
    "/etc/ems-appliance/board-serial": f"{_SERIAL}\n",
    # Raspberry Pi OS brings these two.
    "/etc/udev/rules.d/50-header.rules": 'SUBSYSTEM=="gpio", GROUP="gpio", MODE="0660"\n',
    "/etc/modprobe.d/header.conf": "install header modprobe --ignore-install header &&"
    f" echo '{CONTROLS.stop} 0' > /sys/module/header/parameters/contact\n",
    "/etc/modules-load.d/header.conf": "header\nftdi_sio\n",
    "/etc/systemd/system/board.service": "[Service]\nRuntimeDirectory=board\n"
    "RuntimeDirectoryPreserve=yes\n"
    "ExecStart=ems-appliance board --link /run/board/port --trace /run/board/trace\n"
    "[Install]\nWantedBy=multi-user.target\n",
    "/etc/systemd/system/cable.service": "[Unit]\nAfter=board.service\n[Service]\nRestart=always\n"
    "RestartSec=200ms\nExecStart=socat /run/board/port,raw,echo=0 /dev/ttyS1,raw,echo=0,b115200\n"
    "[Install]\nWantedBy=multi-user.target\n",
}
COUNTED = (
    *("-nographic", "-nodefaults", "-no-reboot", "-rtc", "clock=vm"),
    *("-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off"),
)
_AGENT = (
    "[Service]\nExecStart=python3 /usr/local/lib/agent.py\n[Install]\nWantedBy=multi-user.target\n"
)


def missing() -> str:
    wanted = ("qemu-system-x86_64", "mke2fs")
    lacking = [name for name in wanted if shutil.which(name) is None]
    return f"not installed: {' '.join(lacking)}" if lacking else ""


def make_disk(machine: Machine, folder: Path) -> Path:
    """Everything that the guest needs, as one file. Kernel and initrd lie beside it."""
    for name, text in _FILES.items():
        machine.write(name, text)
    lay_out_agent(machine)
    machine.offline(
        "systemctl enable --quiet board cable; systemctl mask --quiet timers.target getty.target"
    )
    boot = machine.root / "boot"
    kernel.unpack(next(boot.glob("vmlinuz-*")), folder / "vmlinux")
    shutil.copy(next(boot.glob("initrd.img-*")), folder / "initrd.img")
    disk = folder / "disk.img"
    subprocess.run(
        ["mke2fs", "-q", "-t", "ext4", "-L", "root", "-d", machine.root, disk, "3G"], check=True
    )
    return disk


def lay_out_agent(machine: Machine) -> None:
    """What answers in the guest."""
    machine.write("/usr/local/lib/agent.py", (HERE / "guest/agent.py").read_text())
    machine.write("/etc/systemd/system/agent.service", _AGENT)
    machine.offline("systemctl enable --quiet agent")


def agent_port(folder: Path) -> tuple[str, ...]:
    """Where the agent in the guest is reached."""
    return (
        *("-device", "virtio-serial"),
        *("-chardev", f"socket,id=agent,path={folder}/agent.socket,server=on,wait=off"),
        *("-device", "virtserialport,chardev=agent,name=agent"),
    )


class Guest(Booted):
    """One virtual machine on a disk that outlives it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._qemu: subprocess.Popen[bytes] | None = None

    def boot(self) -> float:
        """Boot; seconds from power to the first answer."""
        began = time.monotonic()
        for path in self._folder.glob("*.socket"):
            path.unlink()
        self._qemu = subprocess.Popen(self._command(), stdin=subprocess.DEVNULL)
        agent = self._folder / "agent.socket"
        until(agent.exists, "qemu runs")
        self._agent = socket.socket(socket.AF_UNIX)
        self._agent.settimeout(BOOT_S)
        self._agent.connect(str(agent))
        self._answers = self._agent.makefile("r")
        self.run("true")
        return time.monotonic() - began

    def tried(self, command: str) -> tuple[int, str]:
        return self._ask("shell", command)

    def status(self) -> dict[str, Any]:
        code, said = self._ask("status", None)
        answer: dict[str, Any] = json.loads(said) if code == 0 else {}
        return answer

    def _ask(self, verb: str, what: object) -> tuple[int, str]:
        self._agent.sendall(json.dumps({verb: what}).encode() + b"\n")
        code, said = json.loads(self._answers.readline())
        return code, said

    def cut_power(self) -> None:
        assert self._qemu is not None
        self._qemu.kill()
        self._qemu.wait()
        self._answers.close()
        self._agent.close()
        self._qemu = None

    def remove(self) -> None:
        if self._qemu is not None:
            self.cut_power()

    def processor_s(self) -> float:
        """What emulating it has taken of this machine's processors since power."""
        assert self._qemu is not None
        fields = Path(f"/proc/{self._qemu.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def now(self) -> float:
        return float(self._ask("now", None)[1])

    def trace(self) -> list[tuple[float, float]]:
        """Every change of what the board delivered: seconds of the guest, mA."""
        lines = self.run("cat /run/board/trace").splitlines()
        return [(change["t"], change["ma"]) for change in map(json.loads, lines)]

    def levels(self) -> str:
        """The levels of the header's lines, line 0 first."""
        return self.run("cat /sys/module/header/parameters/levels")

    # Fingers

    def press(self, pin: int, for_s: float = 0.1) -> None:
        at_rest = 0 if pin == CONTROLS.stop else 1
        self.move(f"{pin}={1 - at_rest}", f"wait={for_s}", f"{pin}={at_rest}", "wait=0.2")

    def turn_up(self, detents: int) -> None:
        """A closes, B closes, A opens, B opens."""
        a, b = CONTROLS.knob_a, CONTROLS.knob_b
        edges = (f"{a}=0", f"{b}=0", f"{a}=1", f"{b}=1")
        for _ in range(detents):
            self.move(*(word for edge in edges for word in (edge, f"wait={QUARTER_S}")), "wait=0.5")

    def move(self, *moves: str) -> None:
        code, said = self._ask("moves", moves)
        assert code == 0, said

    def _command(self) -> list[str]:
        cable = f"socket,path={self._folder}/cable.socket"
        return [
            *self._computer(),
            "-chardev", f"{cable},id=near,server=on,wait=off", "-chardev", f"{cable},id=far",
            "-device", "isa-serial,chardev=far",
            "-device", "qemu-xhci", "-device", f"usb-serial,chardev=near,serial={_SERIAL}",
        ]  # fmt: skip

    def _computer(self) -> list[str]:
        """A computer with a disk, a console that is written down, and a port for the agent."""
        return [
            "qemu-system-x86_64", "-M", "q35", "-m", "1024", *COUNTED,
            # A plain processor: what newer ones have is slow to emulate.
            "-cpu", "qemu64", "-kernel", str(self._folder / "vmlinux"),
            "-initrd", str(self._folder / "initrd.img"),
            "-append", f"root=/dev/vda rw {_KERNEL_OPTIONS}",
            "-drive", f"file={self._folder}/disk.img,format=raw,if=virtio",
            "-chardev", f"file,id=console,path={self._folder}/console.log",
            "-device", "isa-serial,chardev=console", *agent_port(self._folder),
        ]  # fmt: skip
