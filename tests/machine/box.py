"""A machine with the package in it, hands on mock pins, and a simulated board beside it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.machine.booted import until
from tests.machine.nspawn import ROOT, Machine

SETTINGS = """
[screen]
driver = "capture"
capture_dir = "/run/ems-appliance"
[stimulator]
driver = "reference"
"""
OUTSIDE = "/dev/board"
_LINK = f"L /dev/ems-stimulator - - - - {OUTSIDE}\n"
"""What udev does on a machine that has udev."""
_HANDS = """
[Service]
Environment=GPIOZERO_PIN_FACTORY=mock PYTHONPATH=/usr/local/lib/hands
ExecStartPre=+/bin/sh -c '[ -p /run/hands ] || mkfifo -m 666 /run/hands'
ExecStart=
ExecStart=/usr/lib/ems-appliance/bin/python3 -m tests.machine.hands \\
    /etc/ems-appliance/config.toml /run/hands
"""
_CONF = "/etc/systemd/system/ems-appliance.service.d"


@dataclass(frozen=True)
class Change:
    """One line of the board's trace."""

    at: float
    ma: float


class Board:
    """A simulated board outside of the machine: like a real one it outlives a power cut.

    Its trace says what it delivered, in the monotonic clock that all of this shares.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._trace = folder / "trace"
        link = folder / "port"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "appliance", "board", "--link", link, "--trace", self._trace],
            cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        # A board has a processor of its own.
        os.setpriority(os.PRIO_PROCESS, self._process.pid, -10)
        until(link.exists, "the board is there")
        self.port = link.resolve()
        self.port.chmod(0o666)

    def trace(self) -> list[Change]:
        lines = self._trace.read_text().splitlines()
        return [Change(line["t"], line["ma"]) for line in map(json.loads, lines)]

    @property
    def delivers(self) -> bool:
        return bool(changes := self.trace()) and changes[-1].ma > 0

    def zero_after(self, at: float) -> float:
        """Seconds from `at` until nothing was delivered any more; 0 where nothing was before."""
        until(lambda: not self.delivers, "the board is off")
        later = [change for change in self.trace() if change.at >= at]
        zeros = [change.at for change in later if change.ma == 0]
        if not zeros:
            return 0.0
        assert not any(change.ma > 0 for change in later if change.at > zeros[0]), later[-5:]
        return zeros[0] - at

    def unplug(self) -> None:
        self._process.terminate()
        self._process.wait()


class Box(Machine):
    """The machine of one person."""

    def __init__(self, folder: Path, *layers: Path, board: Board) -> None:
        super().__init__(folder, *layers)
        self.board = board
        self.plugged[board.port] = OUTSIDE
        # The box looks down on a root that is a layer: what is written there gets lost mostly.
        self.journal = folder / "journal"
        self.journal.mkdir()
        self.plugged[self.journal] = "/var/lib/ems-appliance"
        self.write("/etc/tmpfiles.d/board.conf", _LINK)
        self.write("/etc/ems-appliance/config.toml", SETTINGS)
        self.let_hands_in()

    def let_hands_in(self) -> None:
        for name in ("tests/machine/hands.py", "tests/service/handled_run.py"):
            self.write(f"/usr/local/lib/hands/{name}", (ROOT / name).read_text())
        self.configure_unit("hands", _HANDS)

    def keep_hands_off(self) -> None:
        """The service as it ships, on mock pins that nobody moves."""
        self.configure_unit("hands", "[Service]\nEnvironment=GPIOZERO_PIN_FACTORY=mock\n")

    def configure_unit(self, name: str, text: str) -> None:
        self.write(f"{_CONF}/{name}.conf", text)

    def hand(self, line: str) -> None:
        """Let the hands do something, as `handled_run` has it."""
        self.run(f"echo '{line}' > /run/hands")

    def make_ready(self) -> None:
        """From `locked` to `ready`: the walk through the checklist is taken as done."""
        self.until_state("locked")
        self.hand("ready")
        self.until_state("ready")

    def raise_current(self) -> None:
        """From `locked` to a current that flows without a rest."""
        self.make_ready()
        self.hand("0.5 confirm 1.3")
        self.until_state("stimulating")
        self.hand("1.2 turn 8")
        until(lambda: self.board.delivers, "current flows")
