"""Courses of skin at the pins of the firmware: the same as on the simulated board.

`python -m tests.firmware.dry_pads --count N --seed S` runs N of them, about 2 s of a core each.
`--first M` begins at number M, so that a thousand can be run in pieces.
"""

import sys
import tempfile
from math import inf
from pathlib import Path

from appliance.stimulator.reference.protocol import CODES_PER_MA
from tests.firmware.bench import Bench
from tests.firmware.board import build
from tests.firmware.edges import CYCLES_PER_S
from tests.simulator.skin_courses import (
    STEP_S,
    Flow,
    asked_ma,
    course,
    needs_arming,
    too_fast,
    try_courses,
)

STEPS_A_FRAME = 5
"""The host renews its set-point every 50 ms."""
STEP = f"run {round(STEP_S * CYCLES_PER_S)}"


def skin(ohm: float) -> list[str]:
    """The commands that make the pads of A this good."""
    contact = "open" if ohm == inf else "good"
    return [f"contact A {contact}", f"ohms A {0 if ohm == inf else round(ohm)}"]


def run(bench: Bench, seed: int) -> tuple[str, int]:
    """What was wrong in one course, if anything, and its pulses. Ends off, with good pads."""
    asked = round(asked_ma(seed) * CODES_PER_MA) / CODES_PER_MA
    since = bench.cycle
    resistances = list(course(seed))
    for first in range(0, len(resistances), STEPS_A_FRAME):
        if needs_arming(bench.report):
            bench.ask_all(skin(resistances[first]))
            bench.off()
            bench.say(bench.set_point(0.0))
        if not needs_arming(bench.report):
            bench.send(bench.set_point((asked, 0.0)))
        steps = ([*skin(ohm), STEP] for ohm in resistances[first : first + STEPS_A_FRAME])
        bench.run_all([command for step in steps for command in step])
    bench.ask("contact A good")
    bench.ask("ohms A 0")
    bench.off()
    flows = [
        Flow(p.at / CYCLES_PER_S, p.code / CODES_PER_MA, p.measured_mv / CODES_PER_MA)
        for p in bench.recording.of("A", since)
        if p.measured_mv is not None
    ]
    return too_fast(flows, asked), len(flows)


def on_a_new_bench(seed: int) -> tuple[str, int]:
    with Bench(Path(tempfile.mkdtemp())) as bench:
        return run(bench, seed)


if __name__ == "__main__":
    build()
    sys.exit(try_courses(on_a_new_bench, __doc__, 100))
