"""What the chip's ADC reads during the self-test, with each fault that no pulse shows, for a replay.

A missing load is among them, which a pulse shows too: the self-test must end before it sends one.

`stage-test-traces.json.gz`, as in `trace_file.py`: a fault is played once, from the begin of the
simulation.
"""

import numpy as np

from hardware.spice import ngspice, stage_self_test, trace_file
from hardware.spice import stage_deck as deck
from hardware.spice.netlist import FOLDER
from hardware.spice.stage_faults import NO_LOAD, Case, simulate

FILE = FOLDER / "stage-test-traces.json.gz"
ALLOWED_MV = {0: 5.0, 3: 1.0, 6: 5.0, 7: 5.0}
"""So far a trace may be from the simulation: a step of the ADC, less of the high voltage, with which the
current is compared."""
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


def _plays(traces: ngspice.Traces) -> list[trace_file.Play]:
    return [
        [
            trace_file.trace(
                traces, source, 0.0, TIMES_US, np.full(len(TIMES_US), ALLOWED_MV[source])
            )
            for source in trace_file.INPUTS
        ]
    ]


def _simulated(case: Case) -> ngspice.Traces | None:
    """None where a pulse shows the fault, or where it cannot be simulated; a missing load is kept."""
    try:
        if simulate(case).seen and case.name != NO_LOAD:
            return None
        return deck.run(case.body, stage_self_test.script(), case.bench)
    except ngspice.DeckError:
        return None


def pack(progress: ngspice.Progress) -> bytes:
    """The file. `progress(done, all, name)` is told of each fault."""
    return trace_file.pack({}, _simulated, _plays, progress)
