"""What the chip's ADC reads of the output stage over time, with every single fault, for a replay.

`stage-traces.json.gz`, as in `trace_file.py`: a fault is played once for each pulse, from the begin of
its first phase. `asked_ma` and `width_us` of the pulses stand before the rest.
"""

import numpy as np

from hardware.spice import ngspice, trace_file
from hardware.spice import stage_deck as deck
from hardware.spice.netlist import FOLDER
from hardware.spice.stage_faults import PULSES, VECTORS, Case, script

FILE = FOLDER / "stage-traces.json.gz"
IN_PULSE_MV = {0: 15.0, 3: 15.0, 6: 100.0, 7: 100.0}
"""So far a trace may be from the simulation while the pulse lasts; nobody looks at the nodes then."""
AFTER_MV = 5.0
"""And after it: a step of the ADC."""
TIMES_US = np.concatenate([np.arange(0, 1200, 2.0), np.arange(1200, 1e6 * deck.PERIOD_S, 50.0)])


def _trace(traces: ngspice.Traces, source: int, number: int) -> trace_file.Trace:
    ends_us = 1e6 * (2 * PULSES[number].width_s + deck.GAP_S) + 50
    allowed_mv = np.where(ends_us > TIMES_US, IN_PULSE_MV[source], AFTER_MV)
    begin_s = deck.START_S + number * deck.PERIOD_S
    return trace_file.trace(traces, source, begin_s, TIMES_US, allowed_mv)


def _plays(traces: ngspice.Traces) -> list[trace_file.Play]:
    return [
        [_trace(traces, source, number) for source in trace_file.INPUTS]
        for number in range(len(PULSES))
    ]


def _simulated(case: Case) -> ngspice.Traces | None:
    try:
        return deck.run(case.body, script(), case.bench, VECTORS)
    except ngspice.DeckError:
        return None


def pack(progress: ngspice.Progress) -> bytes:
    """The file, of every fault that can be simulated. `progress(done, all, name)` is told of each."""
    about = {
        "asked_ma": [pulse.ma for pulse in PULSES],
        "width_us": [round(1e6 * pulse.width_s) for pulse in PULSES],
    }
    return trace_file.pack(about, _simulated, _plays, progress)
