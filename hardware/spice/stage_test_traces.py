"""What the chip's ADC reads during the self-test, with each fault that no pulse shows, for a replay.

`stage-test-traces.json.gz`: `inputs` of the chip's ADC; `traces`, each a list of microseconds from
the begin of the simulation and a list of millivolts at the chip's pin, straight between them;
`faults`, by name: the number of a trace for each input.
"""

import gzip
import json

import numpy as np

from hardware.spice import ngspice, stage_self_test
from hardware.spice import stage_deck as deck
from hardware.spice.netlist import FOLDER
from hardware.spice.stage_faults import Case, cases, simulate
from hardware.spice.stage_traces import INPUTS, corners

FILE = FOLDER / "stage-test-traces.json.gz"
ALLOWED_MV = 5.0
"""So far a trace may be from the simulation: a step of the ADC."""
PULSE_US = 1100
BEGINS_US = [
    round(1e6 * begin_s)
    for begin_s, _ in (*stage_self_test.script().positive, *stage_self_test.script().negative)
]
TIMES_US = np.unique(
    np.concatenate(
        [
            np.arange(1500, 2000, 10),
            np.arange(0, round(1e6 * stage_self_test.script().stop_s), 200),
            *(np.arange(at, at + PULSE_US, 2) for at in BEGINS_US),
        ]
    )
)


def _trace(traces: ngspice.Traces, source: int) -> list[list[int]]:
    mv = np.clip(1000 * np.interp(1e-6 * TIMES_US, traces["t"], traces[INPUTS[source]]), 0, 5000)
    kept = corners(TIMES_US, mv, np.full(len(mv), ALLOWED_MV))
    return [[int(TIMES_US[at]) for at in kept], [round(float(mv[at])) for at in kept]]


def _simulated(case: Case) -> ngspice.Traces | None:
    """None where a pulse shows the fault, or where it cannot be simulated."""
    try:
        if simulate(case).seen:
            return None
        return deck.run(case.body, stage_self_test.script(), case.bench)
    except ngspice.DeckError:
        return None


def pack(progress: ngspice.Progress) -> bytes:
    """The file. `progress(done, all, name)` is told of each fault."""
    numbers: dict[str, int] = {}
    faults: dict[str, list[int]] = {}
    every = cases()
    for done, case in enumerate(every, start=1):
        traces = _simulated(case)
        if traces is not None:
            faults[case.name] = [
                numbers.setdefault(json.dumps(_trace(traces, source)), len(numbers))
                for source in INPUTS
            ]
        progress(done, len(every), case.name)
    told = {
        "inputs": list(INPUTS),
        "traces": [json.loads(trace) for trace in numbers],
        "faults": faults,
    }
    return gzip.compress(json.dumps(told, separators=(",", ":")).encode(), 9, mtime=0)
