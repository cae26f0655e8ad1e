"""The package in a machine, with a simulated board on a line of its own and hands on mock pins."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.machine.nspawn import ROOT, Machine, until

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
WorkingDirectory=/run/board
ExecStart=ems-appliance board --link port --trace trace
RuntimeDirectory=board
RuntimeDirectoryMode=0755
RuntimeDirectoryPreserve=yes
ExecStartPost=/bin/sh -c 'until chmod 666 port; do sleep 0.1; done'
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
ExecStart=/usr/lib/ems-appliance/bin/python3 -m tests.machine.hands \\
    /etc/ems-appliance/config.toml /run/hands {options}
"""


def build(out: Path, *options: str) -> Path:
    """Build the package by the README's command, unless this commit's is there already."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, check=True, capture_output=True)
    out = out / "-".join((head.stdout.decode().strip(), *options)).replace("--", "")
    if found := list(out.glob("*.deb")):
        return found[0]
    command = [sys.executable, str(ROOT / "systemd/package/build"), "--out", str(out), *options]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("*.deb"))


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


def install(machine: Machine, package: Path) -> None:
    """Put the package into a root that is not booted."""
    (machine.root / "root" / package.name).write_bytes(package.read_bytes())
    machine.offline(f"dpkg -i /root/{package.name}")


def fit_out(machine: Machine, *, at_ready: bool = False) -> None:
    """A simulated board, settings that name it, hands on mock pins."""
    put_board(machine)
    let_hands_in(machine, at_ready=at_ready)


def put_board(machine: Machine) -> None:
    """A simulated board on a pseudo-terminal, and settings that name it."""
    machine.write("/etc/ems-appliance/config.toml", SETTINGS)
    machine.write("/etc/systemd/system/board.service", _BOARD)
    machine.offline("systemctl enable --quiet board.service")


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
