"""What the chip's ADC reads of the output stage over time, with every single fault, for a replay.

`stage-traces.json.gz`: `asked_ma` and `width_us` of the pulses; `inputs` of the chip's ADC;
`traces`, each a list of microseconds from the begin of the pulse's first phase and a list of
millivolts at the chip's pin, straight between them; `faults`, by name: for each pulse the number of
a trace for each input.
"""

import gzip
import json

import numpy as np

from hardware.spice import ngspice
from hardware.spice import stage_deck as deck
from hardware.spice.netlist import FOLDER
from hardware.spice.stage_faults import PULSES, VECTORS, Case, cases, script

FILE = FOLDER / "stage-traces.json.gz"
INPUTS = {0: "v(adci)", 3: "v(adch)", 6: "v(adc1)", 7: "v(adc2)"}
IN_PULSE_MV = {0: 15.0, 3: 15.0, 6: 100.0, 7: 100.0}
"""So far a trace may be from the simulation while the pulse lasts; nobody looks at the nodes then."""
AFTER_MV = 5.0
"""And after it: a step of the ADC."""
TIMES_US = np.concatenate([np.arange(0, 1200, 2.0), np.arange(1200, 1e6 * deck.PERIOD_S, 50.0)])


def corners(times_us: np.ndarray, mv: np.ndarray, allowed_mv: np.ndarray) -> list[int]:
    """The points of a trace between which a straight line is near enough."""
    kept = {0, len(mv) - 1}
    spans = [(0, len(mv) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        inner = slice(first + 1, last)
        line = np.interp(times_us[inner], times_us[[first, last]], mv[[first, last]])
        error = np.abs(mv[inner] - line) / allowed_mv[inner]
        worst = int(error.argmax())
        if error[worst] > 1:
            middle = first + 1 + worst
            kept.add(middle)
            spans += [(first, middle), (middle, last)]
    return sorted(kept)


def _trace(traces: ngspice.Traces, source: int, number: int) -> list[list[int]]:
    begin_s = deck.START_S + number * deck.PERIOD_S
    ends_us = 1e6 * (2 * PULSES[number].width_s + deck.GAP_S) + 50
    at_s = begin_s + 1e-6 * TIMES_US
    mv = np.clip(1000 * np.interp(at_s, traces["t"], traces[INPUTS[source]]), 0, 5000)
    kept = corners(TIMES_US, mv, np.where(ends_us > TIMES_US, IN_PULSE_MV[source], AFTER_MV))
    return [[int(TIMES_US[at]) for at in kept], [round(float(mv[at])) for at in kept]]


def pack(progress: ngspice.Progress) -> bytes:
    """The file, of every fault that can be simulated. `progress(done, all, name)` is told of each."""
    numbers: dict[str, int] = {}
    faults: dict[str, list[list[int]]] = {}
    every = cases()
    for done, case in enumerate(every, start=1):
        traces = _simulated(case)
        if traces is not None:
            faults[case.name] = [
                [
                    numbers.setdefault(json.dumps(_trace(traces, source, pulse)), len(numbers))
                    for source in INPUTS
                ]
                for pulse in range(len(PULSES))
            ]
        progress(done, len(every), case.name)
    told = {
        "asked_ma": [pulse.ma for pulse in PULSES],
        "width_us": [round(1e6 * pulse.width_s) for pulse in PULSES],
        "inputs": list(INPUTS),
        "traces": [json.loads(trace) for trace in numbers],
        "faults": faults,
    }
    return gzip.compress(json.dumps(told, separators=(",", ":")).encode(), 9, mtime=0)


def _simulated(case: Case) -> ngspice.Traces | None:
    try:
        return deck.run(case.body, script(), case.bench, VECTORS)
    except ngspice.DeckError:
        return None
