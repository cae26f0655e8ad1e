"""The bench output stage's self-test in the real firmware, in the simulated chip.

`python -m tests.firmware.stage_self_test` plays what the chip's ADC would read during the self-test
with each fault that no pulse shows, as the circuit simulator found it
(`hardware/spice/stage-test-traces.json.gz`), into a chip that has just started, and writes into
`hardware/spice/stage-test-measured.json` the step that failed, from 1, and what the board reports;
0 where it passes. The traces do not follow what the chip does, but its pins rise when theirs do.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from appliance.stimulator.reference.codec import encode
from appliance.stimulator.reference.protocol import Check, Fault, Reason, Report, State
from tests.firmware.bench import Bench
from tests.firmware.bit_faults import reports_of
from tests.firmware.board import STAGE_ELF, build
from tests.firmware.stage_traces import StageTraces

SELF_TEST = StageTraces("stage-test-traces.json.gz", "stage-test-measured.json")
"""Of each fault step and report were measured."""
REFERENCE_MV = 4096
SOUND_HIGH_VOLTAGE_MV = 3407
START_MS = 15
"""The longer program takes longer to check."""
RELAY_MS = 720
"""From then on until the relay was looked at."""
REST_MS = 300
"""From arming until pulses may begin."""
WAITS, RESTS, DELIVERS = 8, 14, 3
"""Frames of 20 ms: none, set-points without current, set-points of 1 mA."""


class Found(NamedTuple):
    """What the self-test makes of a fault."""

    step: int
    """0 where it passes."""
    why: str


def write_points(path: Path, fault: str) -> None:
    """The traces of a fault as the simulated board reads them."""
    SELF_TEST.write_points(path, SELF_TEST.told["faults"][fault][0])


def stage_board(folder: Path) -> Bench:
    """The stage's firmware, just started, with a sound stage's reference and high voltage."""
    bench = Bench(folder, greet=False, elf=STAGE_ELF)
    bench.run_ms(START_MS)
    bench.hello()
    bench.off()
    bench.ask(f"break dac_reference {REFERENCE_MV}")
    bench.ask(f"break high_on {SOUND_HIGH_VOLTAGE_MV}")
    return bench


def pass_self_test(bench: Bench, folder: Path) -> None:
    """Let a sound stage's self-test pass. The board is armed then, and has delivered nothing."""
    look_at_relay(bench, folder)
    bench.arm()
    bench.keep(REST_MS, 0.0)
    forget(bench)


def look_at_relay(bench: Bench, folder: Path, fault: str = "none") -> None:
    """Let the self-test's first part pass. The board may arm then; the rest meets this fault."""
    write_points(folder / "sound.txt", fault)
    bench.ask(f"sound {folder / 'sound.txt'}")
    bench.run_ms(RELAY_MS)
    bench.off()


def forget(bench: Bench) -> None:
    """Take the self-test's edges out of the record: they are no pulses of the protocol."""
    bench.recording.pulses.clear()
    bench.recording.violations.clear()


class StartingChip:
    """The stage's firmware shortly before it looks at its relay; its copies meet faults."""

    def __init__(self, folder: Path) -> None:
        self._points = folder / "points.txt"
        self.bench = stage_board(folder)
        self.bench.run_ms(520)
        self.bench.off()
        self._frames = " ".join(["."] * WAITS + self._coming())

    def _coming(self) -> list[str]:
        """A host that arms, rests, and goes to 1 mA."""
        frames, state = [], State.OFF
        for ma in [0.0] * RESTS + [1.0] * DELIVERS:
            asked = self.bench.set_point((ma, 0.0), belief=state)
            frames.append(encode(asked).hex())
            self.bench.report = self.bench.report._replace(sequence=asked.sequence)
            state = State.ON if ma else State.ARMED
        return frames

    def meet(self, fault: str) -> Found:
        write_points(self._points, fault)
        did = self.bench.ask(f"rehearse {self._points} {self._frames}")
        reports = reports_of(did["said"])
        if reports and reports[-1].state == State.ON and reports[-1].amplitude_a_codes:
            return Found(0, "")
        # What the traces show once the board is off is not what they would be.
        failed = next((one for one in reports if one.state == State.FAULT), None)
        return Found(failed.reserved[0] if failed else -1, why(failed))

    def close(self) -> None:
        self.bench.close()


def why(report: Report | None) -> str:
    """Why the board is off, in words."""
    if report is None:
        return "no report"
    if report.state != State.FAULT:
        return Reason(report.reason).name.lower()
    faults = [fault.name.lower() for fault in Fault if fault.name and report.faults & fault]
    return ", ".join(faults) + (f" ({Check(report.check).name.lower()})" if report.check else "")


def main() -> int:
    argparse.ArgumentParser(prog="python -m tests.firmware.stage_self_test").parse_args()
    build()
    seen = {}
    with tempfile.TemporaryDirectory() as folder:
        chip = StartingChip(Path(folder))
        for name in SELF_TEST.told["faults"]:
            seen[name] = chip.meet(name)
            print(
                f"{len(seen)} of {len(SELF_TEST.told['faults'])}: {name}: {seen[name]}", flush=True
            )
        chip.close()
    SELF_TEST.keep(seen)
    return 0


if __name__ == "__main__":
    sys.exit(main())
