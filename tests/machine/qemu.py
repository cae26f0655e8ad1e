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
from tests.machine.monitor import Monitor
from tests.machine.nspawn import ROOT, Machine

HERE = Path(__file__).parent
CONTROLS = Controls()
BOOT_S = 1800.0
MONITOR = "monitor.socket"
QUARTER_S = 0.01
SETTINGS = """
[screen]
driver = "capture"
capture_dir = "/run/ems-appliance"
"""
AT_READY = (
    "/run/systemd/system/ems-appliance.service.d/at-ready.conf",
    """
[Service]
Environment=PYTHONPATH=/usr/local/lib/hands
ExecStart=
ExecStart=/usr/lib/ems-appliance/bin/python3 /usr/local/lib/hands/at_ready.py \\
    /etc/ems-appliance/config.toml
""",
)
"""Where a unit's addition is written that takes the walk up to `ready` as done, and its text."""
NOW = "cut -d' ' -f1 /proc/uptime"
_SERIAL = "EMS-0001"
_KERNEL_OPTIONS = (
    "console=ttyS0 quiet mitigations=off cryptomgr.notests lsm=landlock,yama systemd.show_status=0"
    " modprobe.blacklist=ahci,libata,drm,psmouse,pcspkr,lpc_ich,i2c_i801,joydev,evdev"
)
"""Nothing that the service could notice."""
_NOT_NEEDED = (
    *("timers.target", "getty.target", "remote-fs.target", "dbus.socket", "dbus.service"),
    *("systemd-logind", "systemd-user-sessions", "systemd-binfmt", "systemd-pstore"),
    *("systemd-hwdb-update", "systemd-journal-catalog-update", "ldconfig", "systemd-firstboot"),
    *("dev-hugepages.mount", "dev-mqueue.mount", "sys-kernel-debug.mount"),
    *("sys-kernel-tracing.mount", "sys-fs-fuse-connections.mount"),
    *("proc-sys-fs-binfmt_misc.automount", "modprobe@drm", "modprobe@fuse", "modprobe@efi_pstore"),
)
"""Units of a bare Debian that take longer to emulate than what is tested."""
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
    "RestartSec=200ms\n"
    "ExecStart=socat OPEN:/run/board/port,raw,echo=0 OPEN:/dev/virtio-ports/cable\n"
    "[Install]\nWantedBy=multi-user.target\n",
}
_HANDS = {
    "at_ready.py": HERE / "guest/at_ready.py",
    "tests/service/handled_run.py": ROOT / "tests/service/handled_run.py",
}
COUNTED = (
    *("-nographic", "-nodefaults", "-no-reboot", "-rtc", "clock=vm"),
    *("-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off"),
)
_AGENT = (
    "[Service]\nExecStart=python3 /usr/local/lib/agent.py\n[Install]\nWantedBy=multi-user.target\n"
)


def missing() -> str:
    wanted = ("qemu-system-x86_64", "qemu-img", "mke2fs", "zstd")
    lacking = [name for name in wanted if shutil.which(name) is None]
    return f"not installed: {' '.join(lacking)}" if lacking else ""


def make_disk(machine: Machine, folder: Path) -> Path:
    """Everything that the guest needs, as one file. Kernel and initrd lie beside it."""
    for name, text in _FILES.items():
        machine.write(name, text)
    lay_out_agent(machine)
    for name, path in _HANDS.items():
        machine.write(f"/usr/local/lib/hands/{name}", path.read_text())
    machine.offline(
        "systemd-machine-id-setup; systemctl enable --quiet board cable;"
        f" systemctl mask --quiet {' '.join(_NOT_NEEDED)}; touch /etc/.updated /var/.updated"
    )
    boot = machine.root / "boot"
    kernel.unpack(next(boot.glob("vmlinuz-*")), folder / "vmlinux")
    shutil.copy(next(boot.glob("initrd.img-*")), folder / "initrd.img")
    disk, overlay = folder / "disk.img", folder / "disk.qcow2"
    subprocess.run(
        ["mke2fs", "-q", "-t", "ext4", "-L", "root", "-d", machine.root, disk, "3G"], check=True
    )
    # What is written goes into a file that can keep the memory of a machine as well.
    made = ("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", disk, overlay)
    subprocess.run(made, check=True)
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

    def boot(self, kept: str = "", with_board: bool = True) -> float:
        """Boot, or go on from what was kept; seconds from power to the first answer.

        A machine in which the board's cable is plugged cannot be kept.
        """
        began = time.monotonic()
        for path in self._folder.glob("*.socket"):
            path.unlink()
        command = [*self._command(), *(["-loadvm", kept] if kept else [])]
        self._qemu = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        agent = self._folder / "agent.socket"
        until((self._folder / MONITOR).exists, "qemu runs")
        if with_board:
            monitor = Monitor(self._folder / MONITOR)
            monitor.plug_in(driver="usb-serial", chardev="near", serial=_SERIAL)
            monitor.close()
        self._agent = socket.socket(socket.AF_UNIX)
        self._agent.settimeout(BOOT_S)
        self._agent.connect(str(agent))
        self._answers = self._agent.makefile("r")
        self.run("true")
        return time.monotonic() - began

    def keep(self, name: str) -> None:
        """Keep memory and disk under a name."""
        monitor = Monitor(self._folder / MONITOR)
        monitor.keep(name)
        monitor.close()

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

    def start_at_ready(self) -> None:
        """Start the service anew, with a person in `ready`, this once."""
        path, text = AT_READY
        self.run(f"mkdir -p $(dirname {path}); cat > {path} <<'END'\n{text}END")
        self.run("touch /run/at-ready; systemctl daemon-reload; systemctl restart ems-appliance")
        self.until_state("ready")
        self.run("rm /run/at-ready")

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
            # Not a serial port: each byte would wake the guest.
            "-device", "virtserialport,chardev=far,name=cable", "-device", "qemu-xhci",
            "-qmp", f"unix:{self._folder / MONITOR},server=on,wait=off",
        ]  # fmt: skip

    def _computer(self) -> list[str]:
        """A computer with a disk, a console that is written down, and a port for the agent."""
        return [
            "qemu-system-x86_64", "-M", "q35", "-m", "768", *COUNTED,
            # A plain processor: what newer ones have is slow to emulate, and so is gathering
            # randomness without the instruction for it.
            "-cpu", "qemu64,+rdrand", "-kernel", str(self._folder / "vmlinux"),
            "-initrd", str(self._folder / "initrd.img"),
            "-append", f"root=/dev/vda rw {_KERNEL_OPTIONS}",
            # The host's cache outlives the machine. What the guest has not flushed may be lost.
            "-drive", f"file={self._folder}/disk.qcow2,format=qcow2,if=virtio,cache=unsafe",
            "-chardev", f"file,id=console,path={self._folder}/console.log",
            "-device", "isa-serial,chardev=console", *agent_port(self._folder),
        ]  # fmt: skip
