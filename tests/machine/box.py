"""The package in a machine, with a simulated board on a line of its own and hands on mock pins."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.machine.nspawn import MODULES, ROOT, Machine, until

SETTINGS = """
[screen]
driver = "capture"
capture_dir = "/run/ems-appliance"
[stimulator]
driver = "reference"
port = "/run/board/port"
"""
_BOARD = """
[Service]
ExecStart=/usr/lib/ems-appliance/bin/python3 -m appliance board --link /run/board/port --trace /run/board/trace
RuntimeDirectory=board
RuntimeDirectoryMode=0755
RuntimeDirectoryPreserve=yes
ExecStartPost=/bin/sh -c 'until [ -e /run/board/port ]; do sleep 0.1; done; chmod 666 /run/board/port'
[Install]
WantedBy=multi-user.target
"""
_MOCK = "[Service]\nEnvironment=GPIOZERO_PIN_FACTORY=mock\n"
_HANDS = """
[Unit]
After=board.service
[Service]
Environment=GPIOZERO_PIN_FACTORY=mock PYTHONPATH=/usr/local/lib/hands
ExecStartPre=+/bin/sh -c '[ -p /run/hands ] || mkfifo -m 666 /run/hands'
ExecStart=
ExecStart=/usr/lib/ems-appliance/bin/python3 /usr/local/lib/hands/tests/machine/hands.py /etc/ems-appliance/config.toml /run/hands {options}
"""


def build(out: Path, *options: str) -> Path:
    """Build the package by the README's command."""
    command = [sys.executable, str(ROOT / "systemd/package/build"), "--out", str(out), *options]
    subprocess.run(command, check=True, capture_output=True)
    return max(out.glob("*.deb"), key=lambda path: path.stat().st_mtime_ns)


def install(machine: Machine, package: Path) -> None:
    """Put the package into a root that is not booted."""
    (machine.root / "root" / package.name).write_bytes(package.read_bytes())
    machine.offline(f"dpkg -i /root/{package.name}")


def fit_out(machine: Machine, *, at_ready: bool = False) -> None:
    """A simulated board on a pseudo-terminal, settings that name it, hands on mock pins."""
    machine.write("/etc/ems-appliance/config.toml", SETTINGS)
    machine.write("/etc/systemd/system/board.service", _BOARD)
    machine.offline("systemctl enable --quiet board.service")
    let_hands_in(machine, at_ready=at_ready)


def let_hands_in(machine: Machine, *, at_ready: bool) -> None:
    for name in ("tests/machine/hands.py", "tests/service/handled_run.py"):
        machine.write(f"/usr/local/lib/hands/{name}", (ROOT / name).read_text())
    text = _HANDS.format(options="--at-ready" if at_ready else "")
    machine.write("/etc/systemd/system/ems-appliance.service.d/hands.conf", text)


def mock_pins(machine: Machine) -> None:
    """The service as it ships, but for the pins: a container has none."""
    machine.write("/etc/systemd/system/ems-appliance.service.d/mock.conf", _MOCK)


@dataclass(frozen=True)
class Change:
    """One line of the board's trace."""

    at: float
    ma: float


def trace(machine: Machine) -> list[Change]:
    """Every change of delivered output, `at` in the monotonic clock that machine and test share."""
    lines = machine.run("cat /run/board/trace").splitlines()
    return [Change(line["t"], line["ma"]) for line in map(json.loads, lines)]


def raise_current(machine: Machine) -> None:
    """From `ready` to a current that flows without a rest."""
    machine.until_state("ready")
    machine.run("echo '0.5 confirm 1.3' > /run/hands")
    machine.until_state("stimulating")
    machine.run("echo '1.2 turn 8' > /run/hands")
    until(lambda: trace(machine)[-1:] and trace(machine)[-1].ma > 0, "current flows")


def zero_after(machine: Machine, at: float) -> float:
    """Seconds from `at` until the board delivers nothing, and nothing flowed afterwards."""
    until(lambda: trace(machine)[-1].ma == 0, "the board is off")
    changes = trace(machine)
    last = max(change.at for change in changes if change.ma == 0)
    first = min(change.at for change in changes if change.at >= at and change.ma == 0)
    assert not any(change.ma > 0 for change in changes if change.at > first), changes[-5:]
    assert last >= at
    return first - at


__all__ = ["MODULES", "Change"]
