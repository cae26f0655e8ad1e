"""A file of what the chip's ADC reads over time with each fault, for a replay.

A gzip of JSON: `inputs` of the chip's ADC; `traces`, each a list of microseconds and a list of
millivolts at the chip's pin, straight between them; `faults`, by name: for each time that the fault
is played, the number of a trace for each input.
"""

import gzip
import json
from collections.abc import Callable
from typing import Any

import numpy as np

from hardware.spice import ngspice
from hardware.spice.stage_faults import Case, cases

INPUTS = {0: "v(adci)", 3: "v(adch)", 6: "v(adc1)", 7: "v(adc2)"}
Trace = list[list[int]]
Play = list[Trace]
"""A trace for each input, in the order of `INPUTS`."""


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


def trace(
    traces: ngspice.Traces,
    source: int,
    begin_s: float,
    times_us: np.ndarray,
    allowed_mv: np.ndarray,
) -> Trace:
    """What an input reads at `times_us` from `begin_s` on, to within `allowed_mv` at each of them."""
    at_s = begin_s + 1e-6 * times_us
    mv = np.clip(1000 * np.interp(at_s, traces["t"], traces[INPUTS[source]]), 0, 5000)
    kept = corners(times_us, mv, allowed_mv)
    return [[int(times_us[at]) for at in kept], [round(float(mv[at])) for at in kept]]


def pack(
    about: dict[str, Any],
    simulated: Callable[[Case], ngspice.Traces | None],
    plays: Callable[[ngspice.Traces], list[Play]],
    progress: ngspice.Progress,
) -> bytes:
    """The file, of every fault that `simulated` has traces of. `about` stands at its begin.

    `progress(done, all, name)` is told of each fault.
    """
    numbers: dict[str, int] = {}
    faults: dict[str, list[list[int]]] = {}
    every = cases()
    for done, case in enumerate(every, start=1):
        traces = simulated(case)
        if traces is not None:
            faults[case.name] = [
                [numbers.setdefault(json.dumps(one), len(numbers)) for one in play]
                for play in plays(traces)
            ]
        progress(done, len(every), case.name)
    told = about | {
        "inputs": list(INPUTS),
        "traces": [json.loads(one) for one in numbers],
        "faults": faults,
    }
    return gzip.compress(json.dumps(told, separators=(",", ":")).encode(), 9, mtime=0)
