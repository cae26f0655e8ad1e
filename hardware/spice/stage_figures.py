"""The stage without a fault: accuracy, rise and balance, over loads and corners."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from hardware.spice import ngspice
from hardware.spice import stage_deck as deck
from hardware.spice.stage_faults import sound_body

WORKERS = 2
AMPLITUDES_MA = (0.5, 1, 2, 5, 10, 20, 40, 60, 80)
LOADS_OHM = (200.0, 500.0, 1000.0)
WIDTH_S, LONG_WIDTH_S = 250e-6, 400e-6
SHARE, FLOOR_MA = 0.02, 0.1
MOST_RISE_US = 10.0
MOST_IMBALANCE = 0.005
SETTLED = 0.7
"""Where in a phase its current is read, as a share of its width."""
RISE_FROM_MA = 10
"""Below, what charges the leads' capacitance hides the rise."""


@dataclass(frozen=True, slots=True)
class Point:
    """What is asked, of which bench."""

    name: str
    ma: float
    width_s: float
    bench: deck.Bench


@dataclass(frozen=True, slots=True)
class Figures:
    positive_ma: float
    negative_ma: float
    rise_us: float
    phase_uc: float
    net_nc: float
    adc_ma: float

    def error_ma(self, asked_ma: float) -> float:
        """The larger error of the two phases."""
        errors = (self.positive_ma - asked_ma, -self.negative_ma - asked_ma)
        return max(errors, key=abs)

    def imbalance(self) -> float:
        return abs(self.net_nc) / (1e3 * self.phase_uc)


def points() -> list[Point]:
    sweep = [
        Point(f"{load:.0f} Ohm", ma, WIDTH_S, deck.Bench(load_ohm=load))
        for load in LOADS_OHM
        for ma in AMPLITUDES_MA
    ]
    one = deck.Bench(load_ohm=1000.0)
    special = [
        Point("1 kOhm, 400 us", 80, LONG_WIDTH_S, one),
        Point("1.5 kOhm: more than it can", 80, WIDTH_S, replace(one, load_ohm=1500.0)),
    ]
    corners = [
        Point(name, 40, WIDTH_S, bench)
        for name, bench in (
            ("0 degrees", replace(one, temp_c=0.0)),
            ("50 degrees", replace(one, temp_c=50.0)),
            ("5 V supply 4.75 V", replace(one, supply_v=4.75)),
            ("5 V supply 5.25 V", replace(one, supply_v=5.25)),
            ("high voltage 100 V", replace(one, high_v=100.0)),
            ("high voltage 115 V", replace(one, high_v=115.0)),
            ("amplifier's offset -25 uV", replace(one, amplifier_offset_v=-25e-6)),
            ("amplifier's offset +25 uV", replace(one, amplifier_offset_v=25e-6)),
        )
    ]
    offsets = [
        Point(
            f"amplifier's offset {sign}25 uV",
            0.5,
            WIDTH_S,
            replace(one, amplifier_offset_v=float(f"{sign}25e-6")),
        )
        for sign in "-+"
    ]
    return sweep + special + corners + offsets


def measure(point: Point) -> Figures:
    """Raises `ngspice.DeckError` where it cannot be simulated."""
    traces = deck.run(sound_body(), deck.train(point.ma, point.width_s, 1), point.bench)
    begin, width = deck.START_S, point.width_s
    second = begin + width + deck.GAP_S
    settled = SETTLED * width
    positive_a = deck.at(traces, "i(Vi)", begin + settled)
    charge_c = deck.charge_c(traces)

    def gone_c(from_s: float, to_s: float) -> float:
        first, last = np.interp((from_s, to_s), traces["t"], charge_c)
        return float(last - first)

    middle = begin + width + deck.GAP_S / 2
    return Figures(
        positive_ma=1e3 * positive_a,
        negative_ma=1e3 * deck.at(traces, "i(Vi)", second + settled),
        rise_us=_rise_us(traces, begin, positive_a),
        phase_uc=1e6 * gone_c(begin - deck.GAP_S, middle),
        net_nc=1e9 * gone_c(begin - deck.GAP_S, second + width + 5e-3),
        adc_ma=deck.adc_mv(traces, "v(adci)", begin + settled) / deck.ADC_MV_PER_MA,
    )


def _rise_us(traces: ngspice.Traces, begin_s: float, settled_a: float) -> float:
    """From the last time below a tenth to the first above nine tenths."""
    t, i = traces["t"], traces["i(Vi)"]
    early = (t > begin_s) & (t < begin_s + 60e-6)
    high = t[early & (i > 0.9 * settled_a)][0]
    below = t[early & (t < high) & (i < 0.1 * settled_a)]
    return 1e6 * float(high - (below[-1] if len(below) else begin_s))


def measure_all(progress: ngspice.Progress) -> list[tuple[Point, Figures]]:
    every = points()
    found = []
    with ProcessPoolExecutor(WORKERS) as pool:
        for point, figures in zip(every, pool.map(measure, every), strict=True):
            found.append((point, figures))
            progress(len(found), len(every), point.name)
    return found


def _is_in_range(point: Point) -> bool:
    return point.bench.load_ohm <= max(LOADS_OHM)


def misses(point: Point, figures: Figures) -> list[str]:
    """The targets that a point does not meet, in words; none for points outside the range."""
    if not _is_in_range(point):
        return []
    missed = []
    if abs(figures.error_ma(point.ma)) > SHARE * point.ma + FLOOR_MA:
        missed.append("accuracy")
    if point.ma >= RISE_FROM_MA and figures.rise_us > MOST_RISE_US:
        missed.append("rise")
    if figures.imbalance() > MOST_IMBALANCE:
        missed.append(f"balance: {100 * figures.imbalance():.1f} %")
    return missed


def markdown(found: list[tuple[Point, Figures]]) -> str:
    lines = [
        "| load or corner | asked | positive, negative | error | rise | net of a pulse | ADC "
        "| targets |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for point, one in found:
        error = one.error_ma(point.ma)
        rise = f"{one.rise_us:.1f} us" if point.ma >= RISE_FROM_MA else ""
        missed = misses(point, one)
        verdict = f"**missed: {', '.join(missed)}**" if missed else "met"
        lines.append(
            f"| {point.name} | {point.ma:g} mA | {one.positive_ma:.2f}, {one.negative_ma:.2f} mA "
            f"| {error:+.2f} mA, {100 * error / point.ma:+.1f} % | {rise} "
            f"| {one.net_nc:+.1f} nC, {100 * one.imbalance():.2f} % | {one.adc_ma:.2f} mA "
            f"| {verdict if _is_in_range(point) else 'outside the range'} |"
        )
    return "\n".join(lines)
