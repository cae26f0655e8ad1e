"""The enable pump on the bench: edges on GPIO24, STOP's second pole, the supply."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hardware.spice import ngspice
from hardware.spice.netlist import FOLDER, Part, read

NETLIST: Path = FOLDER / "pump.cir"
COIL_OHM = 62.5
PULLS_IN_V = 3.75
"""75 % of 5 V: any relay that parts.md allows has pulled in."""
DROPS_V = 0.5
"""10 % of 5 V: any relay has let go."""
PIN_OHM = 50
PIN_V = 3.3
READS_HIGH_V, READS_LOW_V = 2.0, 0.8
"""What a pin of the Pi takes for sure as high and as low; between them it may read either."""
EDGE_S = 1e-6
STEP_S = 1e-3
METHODS = ("gear maxord=2", "gear maxord=2 cshunt=1e-11", "gear maxord=2 cshunt=3e-10", "trap")
OPTIONS = "temp={temp} method={method} reltol=1e-3 abstol=1e-11 vntol=1e-6 chgtol=1e-14 rshunt=1e12"
VECTORS = ("v(ENABLE)", "v(RESERVOIR)", "v(THRESHOLD)", "v(COIL)", "v(READ_BACK)", "v(v5)", "v(VK)")


@dataclass(frozen=True, slots=True)
class Script:
    """When GPIO24 changes, first upwards; when STOP is pressed; when it ends."""

    edges: tuple[float, ...]
    stop_s: float
    pressed_s: float | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything around the parts that a corner may change."""

    supply: str = "DC 5"
    temp_c: float = 25.0
    comparator_offset_v: float = 0.0
    leak_a: float = 0.0
    """Out of the reservoir."""


def gpio(script: Script) -> str:
    points, level = ["0 0"], 0.0
    for edge in script.edges:
        points.append(f"{edge:.7g} {level:g}")
        level = PIN_V - level
        points += [f"{edge + EDGE_S:.7g} {level:g}", f"{edge + 5 * EDGE_S:.7g} {level:g}"]
    return f"PWL({' '.join(points)})"


def surroundings(script: Script, bench: Bench) -> str:
    pressed = 2 * script.stop_s if script.pressed_s is None else script.pressed_s
    return f"""
.param OFFSET=0 OFFSET393={bench.comparator_offset_v:g}
V5 v5 0 {bench.supply}
Vpin pin 0 {gpio(script)}
Rpin pin ENABLE {PIN_OHM}
Spole2 STOP_2 VK pole2 0 POLE
Vpole2 pole2 0 PWL(0 1 {pressed:.7g} 1 {pressed + 1e-4:.7g} 0)
.model POLE SW(VT=0.5 VH=0.1 RON=0.1 ROFF=1e9)
Ileak RESERVOIR 0 {bench.leak_a:g}
"""


MIDDLE = Bench()


def run(
    body: str, script: Script, bench: Bench = MIDDLE, vectors: tuple[str, ...] = VECTORS
) -> ngspice.Traces:
    """Raises `ngspice.DeckError` where neither method finds a solution."""
    last: ngspice.DeckError | None = None
    for step_s in (STEP_S, STEP_S / 7):
        for method in METHODS:
            options = OPTIONS.format(temp=bench.temp_c, method=method)
            try:
                return ngspice.run(
                    body + surroundings(script, bench), vectors, script.stop_s, step_s, options
                )
            except ngspice.DeckError as error:
                last = error
    raise last or ngspice.DeckError("no method to try")


def parts() -> tuple[Part, ...]:
    return read(NETLIST)


def sound_body() -> str:
    return "\n".join(part.line() for part in parts()) + "\n"


def last_time(traces: ngspice.Traces, mask: np.ndarray) -> float | None:
    times = traces["t"][mask]
    return float(times[-1]) if len(times) else None
