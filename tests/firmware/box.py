"""The real service in front of the real firmware: two processes, and hands."""

import os
import select
import signal
from pathlib import Path
from typing import Self

from appliance.stimulator.reference import protocol
from tests.firmware.board import LiveBoard
from tests.firmware.edges import CYCLES_PER_MS
from tests.firmware.rules import broken_rules
from tests.service.processes import Process, write_settings

LEASE_CYCLES = protocol.LEASE_MS * CYCLES_PER_MS
WAIT_S = 30.0
TRIES = 3
FAULT = "-> fault"


class RunningBox(Process):
    """`ems-appliance run` with hands on its pins."""

    def __init__(self, *arguments: str) -> None:
        super().__init__(*arguments, module="tests.firmware.run_with_hands")

    def hands(self, *lines: str) -> Self:
        """What the hands do: see `run_with_hands`."""
        for line in lines:
            self.say(line)
        return self

    def heard(self) -> str:
        """What it has said so far."""
        assert self.process.stderr is not None
        if select.select([self.process.stderr], [], [], 0)[0]:
            self.err += os.read(self.process.stderr.fileno(), 65536).decode()
        return self.err

    def __enter__(self) -> Self:
        return self

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


class Couch:
    """A board on its cable, where boxes are plugged in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = write_settings(folder)
        self.board = LiveBoard(folder / "bench", folder / "board")
        self.recording = self.board.recording

    def box(self, *options: str) -> RunningBox:
        return RunningBox(str(self.config), *options)

    def at_work(self) -> RunningBox:
        """A box whose current flows at 80 Hz, 3 mA, without a rest.

        A machine that is too busy to answer for the chip within 0.2 s is a fault for the box;
        then it is begun again.
        """
        for _ in range(TRIES):
            box = self.box("--at-ready")
            box.told("written down: ready", FAULT)
            box.hands("press confirm 1.2 0.3").told("state ready -> stimulating", FAULT)
            box.hands("turn 3 0.4")
            if self._current_of(box):
                return box
            box.terminate()
        raise AssertionError(f"no current in {TRIES} tries: {box.err}")

    def _current_of(self, box: RunningBox) -> bool:
        """Wait for current, and whether it came."""
        self.board.live_until(lambda: self.flows() or FAULT in box.heard(), WAIT_S, "current")
        return FAULT not in box.err

    def flows(self) -> bool:
        """Whether 2 mA and more have been delivered lately."""
        since = self.board.cycle - 100 * CYCLES_PER_MS
        return any(p.code >= 2 * protocol.CODES_PER_MA for p in self.recording.since(since))

    def is_dead(self) -> bool:
        return self.recording.is_dead

    def last_set_point(self) -> int:
        """When the last set-point reached the chip."""
        frames = self.recording.heard
        return max(f.cycle for f in frames if isinstance(f.message, protocol.SetPoint))

    def ends_with_the_lease(self) -> None:
        """The pins go off, and did so within the lease of the last set-point."""
        self.board.live_until(self.is_dead, 2.0, "off")
        assert self.recording.last_bridge_edge() <= self.last_set_point() + LEASE_CYCLES
        assert self.recording.last_high_voltage() <= self.last_set_point() + LEASE_CYCLES + 2 * (
            CYCLES_PER_MS
        )

    def stays_dead(self, for_ms: float = 600) -> None:
        """Nothing comes back by itself."""
        since = self.board.cycle
        self.board.live_ms(for_ms)
        assert self.is_dead() and not self.recording.since(since)

    def close(self) -> None:
        self.board.close()
        assert not broken_rules(self.recording)
