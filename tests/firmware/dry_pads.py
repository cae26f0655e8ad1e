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


def run(bench: Bench, seed: int) -> tuple[str, int]:
    """What was wrong in one course, if anything, and its pulses. Ends off, with good pads."""
    asked = round(asked_ma(seed) * CODES_PER_MA) / CODES_PER_MA
    since = bench.cycle
    for number, ohm in enumerate(course(seed)):
        bench.ask(f"contact A {'open' if ohm == inf else 'good'}")
        bench.ask(f"ohms A {0 if ohm == inf else round(ohm)}")
        if number % 5 == 0 and needs_arming(bench.report):
            bench.off()
            bench.say(bench.set_point(0.0))
        if number % 5 == 0 and not needs_arming(bench.report):
            bench.send(bench.set_point((asked, 0.0)))
        bench.run_ms(STEP_S * 1000)
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
