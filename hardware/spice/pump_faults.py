"""The enable pump with every single fault: does the relay hold, who sees it, how soon?"""

from dataclasses import dataclass

import numpy as np

from hardware.spice import ngspice
from hardware.spice import pump_deck as deck
from hardware.spice.faults import Fault, single_faults
from hardware.spice.netlist import Part

GAP_S = 0.035
BEGINS_S = 0.45
"""The click of the power-up is over long before."""
AT_REST_S = 0.35
EDGES = 10
"""Even: they end with the pin low. One more, and it ends high."""
REST_S = 0.40
PRESSED_AFTER_S = 0.30
SETTLES_S = 0.08
"""From the first edge until the relay must be held."""
OFF_LEAST_S, OFF_MOST_S = 0.100, 0.185
OPENS_S = 0.020
"""After STOP's second pole opened."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rest, edges that end low, rest, edges that end high, rest, edges until STOP."""

    low_first: float = BEGINS_S
    low_last: float = BEGINS_S + (EDGES - 1) * GAP_S

    @property
    def high_first(self) -> float:
        return self.low_last + REST_S

    @property
    def high_last(self) -> float:
        return self.high_first + EDGES * GAP_S

    @property
    def stop_first(self) -> float:
        return self.high_last + REST_S

    @property
    def pressed(self) -> float:
        return self.stop_first + PRESSED_AFTER_S + GAP_S / 2

    def script(self) -> deck.Script:
        edges = [self.low_first + GAP_S * number for number in range(EDGES)]
        edges += [self.high_first + GAP_S * number for number in range(EDGES + 1)]
        end = self.pressed + 0.15
        count = int((end - self.stop_first) / GAP_S)
        edges += [self.stop_first + GAP_S * number for number in range(count)]
        return deck.Script(tuple(edges), end, self.pressed)


TIMELINE = Timeline()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the relay did, and the first step of the self-test that fails."""

    at_rest: bool
    """The relay is held before any edge came."""
    while_edges: str
    """`holds`, `chatters` or `stays open`."""
    off_low_ms: float | None
    """From the last edge until the coil lets go, pin frozen low; None: never."""
    off_high_ms: float | None
    stop_opens: bool
    seen: str | None
    """The step of the self-test that shows it."""
    kick_v: float
    """The coil's lowest voltage."""


def _off_ms(traces: ngspice.Traces, last_s: float) -> float | None:
    t = traces["t"]
    held = (t > last_s) & (t < last_s + REST_S - 0.005) & (traces["v(COIL)"] > deck.DROPS_V)
    until = deck.last_time(traces, held)
    if until is None:
        return 0.0
    return None if until > last_s + REST_S - 0.02 else 1e3 * (until - last_s)


def _while_edges(traces: ngspice.Traces) -> str:
    t = traces["t"]
    times = (TIMELINE.low_first + SETTLES_S, TIMELINE.low_last)
    coil_v = traces["v(COIL)"][(t > times[0]) & (t < times[1])]
    if coil_v.min() > deck.PULLS_IN_V:
        return "holds"
    return "chatters" if coil_v.max() > deck.PULLS_IN_V else "stays open"


def _reads(traces: ngspice.Traces, from_s: float, to_s: float) -> str:
    """What the Pi reads in this time: `on`, `off`, or `neither` where it changes or is unsure."""
    t = traces["t"]
    grid = np.linspace(from_s, to_s, 50)
    read_v = np.interp(grid, t, traces["v(READ_BACK)"])
    if read_v.min() > deck.READS_HIGH_V:
        return "on"
    return "off" if read_v.max() < deck.READS_LOW_V else "neither"


def self_test(traces: ngspice.Traces) -> str | None:
    """The first step that fails when the box tries the pump through T1's read-back."""
    line = TIMELINE
    steps = (
        ("off at rest", AT_REST_S, line.low_first, "off"),
        ("on while edges come", line.low_first + SETTLES_S, line.low_last, "on"),
        ("on 100 ms after the last edge", line.low_last, line.low_last + OFF_LEAST_S, "on"),
        ("off, pin frozen low", line.low_last + OFF_MOST_S, line.high_first, "off"),
        ("on while edges come again", line.high_first + SETTLES_S, line.high_last, "on"),
        ("on 100 ms after, frozen high", line.high_last, line.high_last + OFF_LEAST_S, "on"),
        ("off, pin frozen high", line.high_last + OFF_MOST_S, line.stop_first, "off"),
        ("off when STOP is pressed", line.pressed + OPENS_S, line.pressed + 0.14, "off"),
    )
    for name, from_s, to_s, wanted in steps:
        if _reads(traces, from_s, to_s) != wanted:
            return name
    return None


def simulate(body: str) -> Outcome:
    """Raises `ngspice.DeckError` where it cannot be simulated."""
    traces = deck.run(body, TIMELINE.script())
    t, coil_v = traces["t"], traces["v(COIL)"]
    pressed = (t > TIMELINE.pressed + OPENS_S) & (t < TIMELINE.pressed + 0.14)
    rest = (t > AT_REST_S) & (t < TIMELINE.low_first)
    return Outcome(
        at_rest=bool(coil_v[rest].max() > deck.DROPS_V),
        while_edges=_while_edges(traces),
        off_low_ms=_off_ms(traces, TIMELINE.low_last),
        off_high_ms=_off_ms(traces, TIMELINE.high_last),
        stop_opens=bool(coil_v[pressed].max() < deck.DROPS_V),
        seen=self_test(traces),
        kick_v=float(coil_v.min()),
    )


def cases() -> list[Fault]:
    """No fault first, then every part. Two that a single track can make are added by hand."""
    parts = deck.parts()

    def without(*refs: str) -> tuple[Part, ...]:
        return tuple(part for part in parts if part.ref not in refs)

    return [
        Fault("none", parts),
        *single_faults(parts),
        Fault("R11 and R12 open: one track", without("R11", "R12")),
        Fault("R21 and R22 open: one track", without("R21", "R22")),
        Fault("C11 leaks 100 kOhm", parts, "Rfault PUMP_A1 PUMP_A2 100k"),
        Fault("C12 leaks 100 kOhm", parts, "Rfault PUMP_B1 PUMP_B2 100k"),
        Fault("RESERVOIR to 5 V", parts, "Rfault RESERVOIR v5 0.1"),
    ]
