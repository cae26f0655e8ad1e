"""The pump's figures, in the middle and in the corners of all tolerances at once."""

import itertools
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from hardware.spice import ngspice
from hardware.spice import pump_deck as deck
from hardware.spice.netlist import Part

WORKERS = 2
COIL_CURRENT = "i(l.xk1.l1)"
DROPS_A, PULLS_IN_A = deck.DROPS_V / deck.COIL_OHM, deck.PULLS_IN_V / deck.COIL_OHM
BEGINS_S = 0.25
EDGES_S = 0.35
AFTER_S = 0.22
SHARE_C, SHARE_R = 0.10, 0.01
SUPPLIES_V = (4.6, 5.25)
OFFSETS_V = (-0.009, 0.009)
LEAKS_A = (-0.2e-6, 0.2e-6)
TEMPERATURES_C = (0.0, 50.0)
GAPS_S = (0.020, 0.050)
PUMP_CAPACITORS = ("C2", "C11", "C12")
RESERVOIR_RESISTORS = ("R11", "R12")
UPPER_RESISTORS, LOWER_RESISTORS = ("R21", "R22"), ("R3",)


@dataclass(frozen=True, slots=True)
class Corner:
    """Every tolerance at one of its ends, or in the middle."""

    supply_v: float = 5.0
    capacitors: float = 1.0
    reservoir: float = 1.0
    threshold: float = 0.0
    """-1 lowers the comparator's threshold by both resistors' tolerances, 1 raises it."""
    offset_v: float = 0.0
    leak_a: float = 0.0
    temp_c: float = 25.0
    gap_s: float = 0.035


@dataclass(frozen=True, slots=True)
class Figures:
    peak_v: float
    threshold_v: float
    off_ms: float
    """T1's collector below half the supply, after the last edge."""
    opens_ms: float
    """The coil's current below a tenth, after the last edge, without the relay's mechanics."""
    coil_v: float
    on_ms: float
    """From the first edge until the coil has the current at which any relay pulls in."""
    read_back_on_v: float
    read_back_off_v: float


SUFFIXES = {"k": 1e3, "u": 1e-6, "n": 1e-9}


def _scaled(part: Part, factor: float) -> str:
    value = float(part.value[:-1]) * SUFFIXES[part.value[-1]]
    return f"{part.ref} {' '.join(part.nets)} {value * factor:.6g}"


def body(corner: Corner) -> str:
    factors = {}
    for refs, factor in (
        (PUMP_CAPACITORS, corner.capacitors),
        (RESERVOIR_RESISTORS, corner.reservoir),
        (UPPER_RESISTORS, 1 - SHARE_R * corner.threshold),
        (LOWER_RESISTORS, 1 + SHARE_R * corner.threshold),
    ):
        factors.update(dict.fromkeys(refs, factor))
    return (
        "\n".join(
            _scaled(part, factors[part.ref]) if part.ref in factors else part.line()
            for part in deck.parts()
        )
        + "\n"
    )


def corners() -> list[Corner]:
    ends = (
        SUPPLIES_V,
        (1 - SHARE_C, 1 + SHARE_C),
        (1 - SHARE_R, 1 + SHARE_R),
        (-1.0, 1.0),
        OFFSETS_V,
        LEAKS_A,
        TEMPERATURES_C,
        GAPS_S,
    )
    return [Corner(*values) for values in itertools.product(*ends)]


def measure(corner: Corner) -> Figures:
    """Raises `ngspice.DeckError` where it cannot be simulated."""
    count = int(EDGES_S / corner.gap_s)
    edges = tuple(BEGINS_S + corner.gap_s * number for number in range(count))
    bench = deck.Bench(f"DC {corner.supply_v}", corner.temp_c, corner.offset_v, corner.leak_a)
    script = deck.Script(edges, edges[-1] + AFTER_S)
    traces = deck.run(body(corner), script, bench, (*deck.VECTORS, COIL_CURRENT))
    t, coil_v = traces["t"], traces["v(COIL)"]
    last = edges[-1]
    after = t > last
    off = deck.last_time(traces, after & (coil_v > corner.supply_v / 2))
    opens = deck.last_time(traces, after & (traces[COIL_CURRENT] > DROPS_A))
    on = t[(t > edges[0]) & (traces[COIL_CURRENT] > PULLS_IN_A)]
    held = (t > edges[0] + 0.1) & (t < last)
    end = t > last + AFTER_S - 0.02
    return Figures(
        peak_v=float(traces["v(RESERVOIR)"][held].max()),
        threshold_v=float(traces["v(THRESHOLD)"][held].mean()),
        off_ms=1e3 * (off - last) if off else 0.0,
        opens_ms=1e3 * (opens - last) if opens else 0.0,
        coil_v=float(coil_v[held].min()),
        on_ms=1e3 * float(on[0] - edges[0]) if len(on) else float("inf"),
        read_back_on_v=float(traces["v(READ_BACK)"][held].min()),
        read_back_off_v=float(np.abs(traces["v(READ_BACK)"][end]).max()),
    )


def measure_all(progress: ngspice.Progress) -> tuple[Figures, list[Figures]]:
    """The middle and every corner. `progress(done, all, name)` is told of each."""
    every = corners()
    found = []
    with ProcessPoolExecutor(WORKERS) as pool:
        for figures in pool.map(measure, every, chunksize=4):
            found.append(figures)
            progress(len(found), len(every), "corner")
    return measure(Corner()), found


TARGETS: tuple[tuple[str, str, str, float, float], ...] = (
    ("reservoir while edges come", "peak_v", "V", 3.4, 4.7),
    ("comparator's threshold", "threshold_v", "V", 1.15, 1.45),
    ("T1 off after the last edge", "off_ms", "ms", 100, 185),
    ("K1's coil current below a tenth", "opens_ms", "ms", 100, 185),
    ("coil while edges come", "coil_v", "V", 3.75, 5.5),
    ("coil current at 75 % after the first edge", "on_ms", "ms", 0, 20),
    ("read-back, relay held", "read_back_on_v", "V", 2.0, 3.3),
    ("read-back, relay open", "read_back_off_v", "V", 0, 0.8),
)
"""Figure, unit, and between what it must lie in every corner."""


def missed(middle: Figures, found: list[Figures]) -> list[str]:
    bad = []
    for name, field, unit, least, most in TARGETS:
        values = [getattr(one, field) for one in (middle, *found)]
        if min(values) < least or max(values) > most:
            bad.append(f"{name}: {min(values):.3g} to {max(values):.3g} {unit}")
    return bad


def markdown(middle: Figures, found: list[Figures]) -> str:
    lines = [
        f"| figure | middle | least of {len(found)} corners | most | must lie in |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, field, unit, least, most in TARGETS:
        values = [getattr(one, field) for one in found]
        places = 0 if unit == "ms" and least else 2
        shown = (getattr(middle, field), min(values), max(values))
        cells = " | ".join(f"{value:.{places}f} {unit}" for value in shown)
        met = "" if min(values) >= least and max(values) <= most else " **missed**"
        lines.append(f"| {name} | {cells} | {least:g} to {most:g} {unit}{met} |")
    return "\n".join(lines)
