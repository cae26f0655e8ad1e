"""The bench output stage's simulated faults, and the real firmware in the simulated chip.

`python -m tests.firmware.stage_faults` plays what the chip's ADC would read with each fault, as
the circuit simulator found it (`hardware/spice/stage-traces.json.gz`), into a chip that was at work
with a sound stage, and writes into `hardware/spice/stage-measured.json` which pulse is the last and
why. It goes on where it was stopped; `--anew` forgets what was measured before.

A part breaks between two pulses, once at 40 mA and 250 us, once at 80 mA and 400 us. The traces are
those of one pulse with the fault, again and again; they do not follow what the chip does.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from appliance.stimulator.reference.codec import encode
from appliance.stimulator.reference.protocol import State
from tests.firmware.bit_faults import reports_of
from tests.firmware.board import BUILD, build
from tests.firmware.stage_self_test import pass_self_test, stage_board, why
from tests.firmware.stage_traces import StageTraces

PULSES = StageTraces("stage-traces.json.gz", "stage-measured.json")
"""Of each fault pulse and reason were measured, at either strength."""
HZ = 1000 / 12
"""A pulse every 12 ms, as in the simulated circuit."""
FRAMES = 6
"""A host that goes on for 120 ms: ten pulses."""
RISE_MS_PER_MA = 26


class Seen(NamedTuple):
    """What a chip does that meets a fault at one strength."""

    pulse: int
    """The last one with the fault, from 1; 0 where the chip goes on."""
    why: str


class StageChip:
    """The stage's firmware at work at one strength, and copies of it that meet faults."""

    def __init__(self, folder: Path, pulse: int) -> None:
        self._pulse = pulse
        self._points = folder / "points.txt"
        ma, us = PULSES.told["asked_ma"][pulse], PULSES.told["width_us"][pulse]
        self.bench = bench = stage_board(folder)
        pass_self_test(bench, folder)
        bench.off()
        bench.arm(HZ, us)
        bench.keep(100 + ma * RISE_MS_PER_MA, (ma, 0.0), HZ, us)
        assert bench.report.state == State.ON, bench.report
        assert bench.report.amplitude_a_codes == ma * 40, bench.report
        bench.run_to_edge("D5", False)
        bench.run_ms(5)
        self._frames = " ".join(self._coming(ma, us))

    def _coming(self, ma: float, us: int) -> Iterator[str]:
        """Frames of the host to come: each has heard the answer to the one before."""
        for _ in range(FRAMES):
            asked = self.bench.set_point((ma, 0.0), HZ, us)
            yield encode(asked).hex()
            self.bench.report = self.bench.report._replace(sequence=asked.sequence)

    def meet(self, fault: str) -> Seen:
        PULSES.write_points(self._points, PULSES.told["faults"][fault][self._pulse])
        did = self.bench.ask(f"replay {self._points} {self._frames}")
        if did["is_on"]:
            return Seen(0, "")
        return Seen(did["pulses"], why(next(reversed(reports_of(did["said"])), None)))

    def close(self) -> None:
        self.bench.close()


def kinds(pulse: int) -> dict[str, list[str]]:
    """The faults by what was measured of them at this strength."""
    found: dict[str, list[str]] = {}
    for name, seen in PULSES.measured().items():
        found.setdefault(json.dumps(seen[pulse]), []).append(name)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.firmware.stage_faults")
    parser.add_argument("--anew", action="store_true", help="forget what was measured before")
    anew = parser.parse_args().anew
    build()
    kept = BUILD / "stage-measured.jsonl"
    if anew:
        kept.unlink(missing_ok=True)
    lines = kept.read_text("utf-8").splitlines() if kept.exists() else []
    seen = dict(map(json.loads, lines))
    with tempfile.TemporaryDirectory() as folder, kept.open("a", buffering=1) as file:
        chips = [StageChip(Path(folder, str(pulse)), pulse) for pulse in (0, 1)]
        for name in PULSES.told["faults"]:
            if name not in seen:
                seen[name] = [chip.meet(name) for chip in chips]
                file.write(json.dumps([name, seen[name]]) + "\n")
                print(
                    f"{len(seen)} of {len(PULSES.told['faults'])}: {name}: {seen[name]}", flush=True
                )
        for chip in chips:
            chip.close()
    PULSES.keep(seen)
    kept.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
