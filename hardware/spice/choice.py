"""Bridge or transformer: both shapes asked the same, and broken the same way."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hardware.spice import ngspice
from hardware.spice import stage_deck as deck
from hardware.spice.netlist import FOLDER, Part, read
from hardware.spice.stage_faults import sound_body

PERIOD_S = 1 / 35
PULSES = 12
WIDTH_S = 250e-6
RATIO = 5
SENSE_OHM = 2
TAP_V, TAP_W = 24.0, 3.0
CURRENT = "i(Vi)"

SURROUNDINGS = """
.param OFFSET=0 OFFSET393=0
.model NPOWER VDMOS(NCHAN VTO=1.5 KP=5 RS=0.05 RD=0.1 RG=10 CGS=300p CGDMAX=150p
+ CGDMIN=20p A=0.5 CJO=150p IS=1e-12 RB=0.05 BV=100)
V5 v5 0 PWL(0 0 100u 5)
Vpa pax 0 {positive}
Vpb pbx 0 {negative}
Bpa pa 0 V={pa}
Bpb pb 0 V={pb}
Bset set 0 V={set_v:g}*min(1,(V(pa)+V(pb))/5)
Rset set sp 7.5k
Cset sp 0 270p
Xamp sp inn drive v5 0 OPAMP
Rinn sn inn 1k
Cinn drive inn 3n
Bidle idle 0 V=5-min(5,V(pa)+V(pb))
Ridle idle inn 200k
Bga gax 0 V=V(drive)*V(pa)/5
Rga gax ga 170
Bgb gbx 0 V=V(drive)*V(pb)/5
Rgb gbx gb 170
Btap 0 tap I=time<1.5m ? 9*tanh(max(0,{tap_v}*min(1,time/1m)-V(tap)))
+ : min(0.5,{tap_w}/max(V(tap),3))*0.5*(1+tanh(({tap_v}-V(tap))/0.05))
Ctap tap 0 220u
Rta tap ta 1
Ea ta na core 0 0.2
Vma na da 0
Rtb tap tb 1
Eb tb nb 0 core 0.2
Vmb nb db 0
Fa 0 core Vma 0.2
Fb core 0 Vmb 0.2
Bflux 0 flux I=V(core)
Cflux flux 0 1
Rflux flux 0 1e9
Bmag core 0 I=V(flux)/2*(1+(V(flux)/0.045)^8)
Rcore core 0 50k
Rload out lx {load:g}
Vi lx 0 0
"""


@dataclass(frozen=True, slots=True)
class Break:
    """The same misfortune in both shapes."""

    name: str
    bridge: str
    """What is added to or taken from the bridge's netlist: `ref` removed, or a line added."""
    transformer: str
    stuck: bool = False


BREAKS = (
    Break("none", "", ""),
    Break("the negative phase never comes", "", "", stuck=True),
    Break("a low side shorted", "Rfault a1 sn 0.1", "Rfault da sn 0.1"),
    Break("a high side shorted", "Rfault m1 hvb 0.1", "Rfault tap da 0.1"),
    Break("the sense resistor shorted", "Rfault sn 0 0.1", "Rfault sn 0 0.1"),
)


def _train(ma: float, count: int) -> deck.Script:
    return deck.train(ma, WIDTH_S, count, PERIOD_S)


def _spans(script: deck.Script) -> tuple[str, str]:
    return deck.levels(script.positive), deck.levels(script.negative)


def bridge(ma: float, load_ohm: float, count: int, broken: Break = BREAKS[0]) -> ngspice.Traces:
    """Raises `ngspice.DeckError`."""
    stuck = {"pd5": "0"} if broken.stuck else {}
    bench = deck.Bench(load_ohm=load_ohm, stuck=stuck)
    vectors = (CURRENT, "v(adci)", "v(adc1)", "v(adc2)")
    return deck.run(f"{sound_body()}{broken.bridge}\n", _train(ma, count), bench, vectors)


def transformer(
    ma: float, load_ohm: float, count: int, broken: Break = BREAKS[0]
) -> ngspice.Traces:
    """Raises `ngspice.DeckError`."""
    parts: tuple[Part, ...] = read(FOLDER / "transformer.cir")
    script = _train(ma, count)
    positive, negative = _spans(script)
    around = SURROUNDINGS.format(
        positive=positive,
        negative=negative,
        pa="V(pax)",
        pb="0" if broken.stuck else "V(pbx)",
        set_v=ma * 1e-3 * RATIO * SENSE_OHM * 1.005,
        load=load_ohm,
        tap_v=TAP_V,
        tap_w=TAP_W,
    )
    body = "\n".join(part.line() for part in parts) + f"\n{broken.transformer}\n{around}"
    vectors = (CURRENT, "v(sn)", "v(flux)")
    last: ngspice.DeckError | None = None
    for step_s, method, change in deck.ATTEMPTS:
        options = deck.OPTIONS.format(temp=25, method=method)
        try:
            return ngspice.run(body, vectors, script.stop_s, step_s, options, change)
        except ngspice.DeckError as error:
            last = error
    raise last or ngspice.DeckError("no attempt")


@dataclass(frozen=True, slots=True)
class Seen:
    """What flows through the load, and what the chip believes."""

    positive_ma: float
    negative_ma: float
    droop_ma: float
    """From a fifth of the positive phase to its end."""
    rise_us: float
    net_nc: float
    """Of the first pulse, 1 ms after it."""
    most_one_way_uc: float
    last_ua: float
    adc_positive_ma: float
    adc_negative_ma: float


def look(traces: ngspice.Traces, adc: str, per_ma: float, count: int) -> Seen:
    """`per_ma`: volts of the ADC's vector for a milliampere through the load."""
    t, i = traces["t"], traces[CURRENT]
    begin = deck.START_S
    second = begin + WIDTH_S + deck.GAP_S

    def ma(time_s: float) -> float:
        return 1e3 * deck.at(traces, CURRENT, time_s)

    charge_c = deck.charge_c(traces)

    def charge(time_s: float) -> float:
        return float(np.interp(time_s, t, charge_c))

    late = ma(begin + 0.95 * WIDTH_S)
    edge = (t > begin) & (t < begin + 0.3 * WIDTH_S)
    most = 1e-3 * ma(begin + 0.2 * WIDTH_S)
    high = t[edge & (i > 0.9 * most)]
    low = t[edge & (i > 0.1 * most)]
    last = begin + (count - 1) * PERIOD_S
    return Seen(
        positive_ma=late,
        negative_ma=ma(second + 0.95 * WIDTH_S),
        droop_ma=ma(begin + 0.2 * WIDTH_S) - late,
        rise_us=1e6 * float(high[0] - low[0]) if len(high) and len(low) else 0.0,
        net_nc=1e9 * (charge(second + WIDTH_S + 1e-3) - charge(begin - 1e-5)),
        most_one_way_uc=1e6
        * float(np.abs(charge_c[t > begin - 1e-4] - charge(begin - 1e-5)).max()),
        last_ua=1e6 * (charge(last + PERIOD_S - 1e-4) - charge(last - 1e-4)) / PERIOD_S,
        adc_positive_ma=deck.at(traces, adc, begin + WIDTH_S / 2) / per_ma,
        adc_negative_ma=deck.at(traces, adc, second + WIDTH_S / 2) / per_ma,
    )


ADC = {"bridge": ("v(adci)", 0.040), "transformer": ("v(sn)", 1e-3 * RATIO * SENSE_OHM)}
MAKE = {"bridge": bridge, "transformer": transformer}
ASKED = ((10.0, 500.0), (40.0, 500.0), (40.0, 1000.0), (80.0, 200.0), (80.0, 1000.0))


def _row(name: str, shape: str, one: Seen) -> str:
    return (
        f"| {name} | {shape} | {one.positive_ma:.2f}, {one.negative_ma:.2f} mA "
        f"| {one.droop_ma:+.2f} mA | {one.rise_us:.1f} us | {one.net_nc:+.0f} nC "
        f"| {one.most_one_way_uc:.1f} uC | {one.last_ua:+.1f} uA "
        f"| {one.adc_positive_ma:.1f}, {one.adc_negative_ma:.1f} mA |"
    )


HEAD = (
    "| | shape | through the load, late in either phase | droop in a phase | rise "
    "| left 1 ms after a pulse | most one way | mean of the last period | the chip's ADC |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
)


def write(folder: Path, note: str, progress: ngspice.Progress) -> None:
    """Makes choice.md and choice.png. Raises `ngspice.DeckError`."""
    from hardware.spice import plots

    jobs = [(f"{ma:g} mA, {load:g} Ohm", ma, load, 1, BREAKS[0]) for ma, load in ASKED]
    jobs += [(broken.name, 40.0, 500.0, PULSES, broken) for broken in BREAKS]
    tables: list[list[str]] = [[], []]
    traces: dict[tuple[str, str], ngspice.Traces] = {}
    for number, (name, ma, load, count, broken) in enumerate(jobs, start=1):
        for shape, make in MAKE.items():
            run = traces[name, shape] = make(ma, load, count, broken)
            tables[count > 1].append(_row(name, shape, look(run, *ADC[shape], count)))
        progress(number, len(jobs), name)
    text = (
        f"# Bridge or transformer\n\n{note}Without a fault, {WIDTH_S * 1e6:.0f} us a phase:\n\n"
        + HEAD
        + "\n".join(tables[0])
        + f"\n\n40 mA asked into 500 Ohm, {PULSES} pulses at 35 Hz, no reaction of the chip:\n\n"
        + HEAD
        + "\n".join(tables[1])
        + "\n\n![The same pulse from both shapes](choice.png)\n"
    )
    (folder / "choice.md").write_text(text, "utf-8")
    plots.draw_choice(folder / "choice.png", traces)
