"""The output stage on the bench: what drives it, what it drives, what is measured.

The chip is its pins: 25 Ohm behind each, the DAC's code, the moments at which its ADC looks.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from hardware.spice import ngspice
from hardware.spice.netlist import FOLDER, Part, read

NETLIST = FOLDER / "stage.cir"
CODES_PER_MA = 40
FULL_CODE = 4096
ADC_MV_PER_MA = 40
DIVIDER = (4.7e6 + 150e3) / 150e3
"""High voltage and the bridge's nodes, on their way to the ADC."""
GAP_S = 50e-6
START_S = 2e-3
PERIOD_S = 0.012
RISE_S = 50e-9
REACHES_S = 1.5e-3
"""The reservoir is charged by hand until then; from there on the boost's 1 W feeds it."""

CLOSES_S = 1.6e-3
RELAY = {"works": f"PWL(0 0 {CLOSES_S} 0 {CLOSES_S + 1e-6} 1)", "open": "0", "welded": "1"}
"""The pump closes K1 when the reservoir is full, so that the chip can look before."""

VECTORS = (
    "i(Vi)",
    "v(adci)",
    "v(adch)",
    "v(adc1)",
    "v(adc2)",
    "v(a1)",
    "v(a2)",
    "v(sn)",
    "v(hvk)",
    "v(hvr)",
    "v(hvb)",
    "v(v5)",
    "v(nkill)",
)
OPTIONS = (
    "temp={temp} method={method} reltol=3e-3 abstol=1e-10 vntol=2e-5 chgtol=2e-13 "
    "gmin=1e-12 itl4=60 rshunt=1e11"
)


def smooth_gate(models: str) -> str:
    """The models with the last gate of the 74HC00 as a smooth function of its inputs.

    Bridged to what drives it, it stands near half its supply; the event driven one rings there, in
    millions of steps.
    """
    event_driven = "B4 x4 7 V=V(14,7)*V(w4)"
    smooth = "B4 x4 7 V=V(14,7)*(1-high(V(12,7),V(14,7))*high(V(13,7),V(14,7)))"
    return models.replace(event_driven, smooth)


def soft_threshold(models: str) -> str:
    """The models with P-channel transistors that close less sharply.

    ngspice raises e to the gate's voltage over `KSUBTHRES`, which overflows from 57 V on. Where a gate has
    lost its Zener diode it is at 110 V.
    """
    lines = models.splitlines(keepends=True)
    return "".join(
        line.replace("KSUBTHRES=0.08", "KSUBTHRES=0.2") if "PCHAN" in line else line
        for line in lines
    )


ATTEMPTS = (
    (300e-6, "gear maxord=2", str),
    (40e-6, "gear maxord=2 cshunt=2e-12", str),
    (100e-6, "gear maxord=2 cshunt=1e-11", str),
    (15e-6, "gear maxord=2 cshunt=5e-11", str),
    (40e-6, "trap cshunt=1e-11", str),
    (40e-6, "gear maxord=2", ngspice.slow_gates),
    (40e-6, "gear maxord=2 cshunt=1e-11", ngspice.slow_gates),
    (15e-6, "gear maxord=2 cshunt=5e-11", ngspice.slow_gates),
    (40e-6, "trap cshunt=1e-11", ngspice.slow_gates),
    (300e-6, "gear maxord=2", smooth_gate),
    (40e-6, "gear maxord=2 cshunt=2e-12", smooth_gate),
    (300e-6, "gear maxord=2", soft_threshold),
    (40e-6, "gear maxord=2 cshunt=2e-12", soft_threshold),
)
"""Longest step, method of integration, capacitance of every net, change of the models; the next
one where ngspice finds no solution."""

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Script:
    """What the chip does: when each pin is high, and what it asks the DAC for."""

    positive: tuple[Span, ...] = ()
    negative: tuple[Span, ...] = ()
    asked_ma: tuple[tuple[float, float], ...] = ((0.0, 0.0),)
    """From this time on, this many milliamperes."""
    supply_off_s: float | None = None
    """When PD3 falls, if it does."""
    supply_on_s: float | None = None
    """When it rises again, if it does."""
    stop_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything around the parts that a corner or a fault may change."""

    load_ohm: float = 500.0
    temp_c: float = 25.0
    supply_v: float = 5.0
    high_v: float = 110.0
    power_w: float = 1.0
    amplifier_offset_v: float = 0.0
    comparator_offset_v: float = 0.0
    relay: str = "works"
    """Or `open`, or `welded`."""
    stuck: dict[str, str] = field(default_factory=dict)
    """Pins of the chip (pd3, pd4, pd5, code) that do not what the script says: a source."""


def pulse(at_s: float, width_s: float) -> tuple[Span, Span]:
    """Both phases of a pulse, as the chip times them."""
    second = at_s + width_s + GAP_S
    return (at_s, at_s + width_s), (second, second + width_s)


def train(ma: float, width_s: float, count: int, period_s: float = PERIOD_S) -> Script:
    pulses = [pulse(START_S + number * period_s, width_s) for number in range(count)]
    return Script(
        positive=tuple(first for first, _ in pulses),
        negative=tuple(second for _, second in pulses),
        asked_ma=((0.0, ma),),
        stop_s=START_S + count * period_s,
    )


def levels(spans: tuple[Span, ...]) -> str:
    points = ["0 0"]
    for begin, end in spans:
        points += [f"{begin:.9g} 0", f"{begin + RISE_S:.9g} 5"]
        points += [f"{end:.9g} 5", f"{end + RISE_S:.9g} 0"]
    return f"PWL({' '.join(points)})"


def _code(steps: tuple[tuple[float, float], ...]) -> str:
    share = [(at, ma * CODES_PER_MA / FULL_CODE) for at, ma in steps]
    points = [f"0 {share[0][1]:.6g}"]
    for (_, before), (at, after) in pairwise(share):
        points += [f"{at:.9g} {before:.6g}", f"{at + 1e-6:.9g} {after:.6g}"]
    return f"PWL({' '.join(points)})"


def _high_voltage(script: Script) -> str:
    if script.supply_off_s is None:
        return "PWL(0 0 100u 5)"
    off, on = script.supply_off_s, script.supply_on_s
    again = "" if on is None else f" {on:.9g} 0 {on + 1e-6:.9g} 5"
    return f"PWL(0 0 100u 5 {off:.9g} 5 {off + 1e-6:.9g} 0{again})"


def _boost(bench: Bench) -> str:
    """The reservoir's supply: by hand at first, then 1 W that regulates."""
    power = f"min(0.03,{bench.power_w:g}/max(V(hvr),5))"
    regulates = f"0.5*(1+tanh(({bench.high_v:g}-V(hvr))/0.2))"
    by_hand = "1.5*tanh(max(0,V(ramp)-V(hvr)))"
    return f"Bhv 0 hvr I=time<{REACHES_S} ? {by_hand} : V(pd3)>2.5 ? {power}*{regulates} : 0"


def surroundings(script: Script, bench: Bench) -> str:
    pins = {
        "pd3": _high_voltage(script),
        "pd4": levels(script.positive),
        "pd5": levels(script.negative),
        "code": _code(script.asked_ma),
    } | bench.stuck
    drive = "\n".join(
        f"V{pin} {pin}x 0 {pins[pin]}\nR{pin} {pin}x {pin} 25"
        for pin in ("pd3", "pd4", "pd5")
        if pins[pin] != "open"
    )
    return f"""{drive}
.param OFFSET={bench.amplifier_offset_v:g} OFFSET393={bench.comparator_offset_v:g}
.global code
Vcode code 0 {pins["code"]}
V5x v5x 0 PWL(0 0 100u {bench.supply_v:g})
Rv5 v5x v5 0.5
Dv5 0 v5 DZ56
.model DZ56 D(IS=1e-12 BV=5.8 IBV=5m RS=0.5)
Rcs cs 0 1k
Rsck sck 0 1k
Rsdi sdi 0 1k
Vramp ramp 0 PWL(0 0 200u 0 1.4m {bench.high_v:g})
{_boost(bench)}
Cres hvr 0 10u
Dclamp 0 hvr DZ120
Sk hvr hvk relay 0 CONTACT
Vrelay relay 0 {RELAY[bench.relay]}
.model CONTACT SW(VT=0.5 VH=0.1 RON=0.1 ROFF=1e10)
Rload l1 lx {bench.load_ohm:g}
Vi lx l2 0
Rbody l2 0 100meg
"""


def run(
    body: str, script: Script, bench: Bench, vectors: tuple[str, ...] = VECTORS
) -> ngspice.Traces:
    """Raises `ngspice.DeckError` where no step is short enough."""
    deck = body + surroundings(script, bench)
    last: ngspice.DeckError | None = None
    for step_s, method, change in ATTEMPTS:
        options = OPTIONS.format(temp=bench.temp_c, method=method)
        try:
            return ngspice.run(deck, vectors, script.stop_s, step_s, options, change)
        except ngspice.DeckError as error:
            last = error
    raise last or ngspice.DeckError("no attempt")


def parts() -> tuple[Part, ...]:
    return read(NETLIST)


def at(traces: ngspice.Traces, vector: str, time_s: float) -> float:
    return float(np.interp(time_s, traces["t"], traces[vector]))


def charge_c(traces: ngspice.Traces) -> np.ndarray:
    """Charge that has gone through the load by each moment, positive direction."""
    t, i = traces["t"], traces["i(Vi)"]
    return np.concatenate([[0.0], np.cumsum(np.diff(t) * (i[1:] + i[:-1]) / 2)])


def adc_mv(traces: ngspice.Traces, vector: str, time_s: float) -> int:
    """What the chip's ADC reads, in millivolts, 0 to 5000."""
    return round(1000 * min(5.0, max(0.0, at(traces, vector, time_s))))
