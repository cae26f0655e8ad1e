"""The output stage with every single fault: what flows, and who sees it."""

from dataclasses import dataclass

import numpy as np

from hardware.spice import ngspice
from hardware.spice import stage_deck as deck
from hardware.spice.faults import Fault, single_faults
from hardware.spice.firmware_rules import Readings, seen

PEAK_MEAN_S = 1e-6
"""A peak is a mean over this long: shorter ones only charge the leads' capacitance."""
IDLE_LOOK_S = 5e-3
PHASE_LOOK_S = 4e-6
"""From the middle of a phase until the ADC's sample is taken."""
AFTER_S = 300e-6


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is asked while the part is broken."""

    ma: float
    width_s: float


PULSES = (Pulse(40, 250e-6), Pulse(80, 400e-6))
"""An ordinary one, then the strongest that the firmware delivers."""
LOAD_OHM = 1000.0
NO_LOAD = "load: open"
ON_THE_BENCH = deck.Bench(load_ohm=LOAD_OHM)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One fault through both pulses. The chip does not react."""

    readings: tuple[Readings, ...]
    peak_ma: float
    """Until the pulse after the one in which it was seen; likewise the two that follow."""
    phase_uc: float
    one_way_uc: float
    last_ua: float
    """Mean current over the last period, without a reaction."""
    seen: tuple[int, str] | None
    overstressed: tuple[str, ...]
    """Nets of the logic that leave -1 to 6.5 V: what breaks next is not simulated."""


@dataclass(frozen=True, slots=True)
class Case:
    """A fault of a part, or of what surrounds the parts."""

    name: str
    body: str
    bench: deck.Bench = ON_THE_BENCH
    also: tuple[str, ...] = ()


def _surrounding_cases(body: str) -> list[Case]:
    def stuck(name: str, **pins: str) -> Case:
        return Case(name, body, deck.Bench(load_ohm=LOAD_OHM, stuck=pins))

    late_high = f"PWL(0 0 {deck.START_S - 1e-4:g} 0 {deck.START_S - 0.9e-4:g} 5)"
    both = Case("chip: PD4 and PD5 bridged", f"{body}Rfault pd4 pd5 {0.1}\n")
    return [
        stuck("chip: PD3 stuck low", pd3="0"),
        stuck("chip: PD3 wire broken", pd3="open"),
        stuck("chip: PD4 stuck high", pd4=late_high),
        stuck("chip: PD4 stuck low", pd4="0"),
        stuck("chip: PD4 wire broken", pd4="open"),
        stuck("chip: PD5 stuck high", pd5=late_high),
        stuck("chip: PD5 stuck low", pd5="0"),
        stuck("chip: PD5 wire broken", pd5="open"),
        both,
        stuck("chip: PD4 and PD5 stuck high", pd4=late_high, pd5=late_high),
        stuck("chip: DAC told full scale", code="1"),
        stuck("chip: DAC told zero", code="0"),
        Case("K1 does not close", body, deck.Bench(load_ohm=LOAD_OHM, relay="open")),
        Case("K1 welded", body, deck.Bench(load_ohm=LOAD_OHM, relay="welded")),
        Case(
            "high voltage: regulation lost, clamp holds",
            body,
            deck.Bench(load_ohm=LOAD_OHM, high_v=160, power_w=2.0),
        ),
        Case("high voltage: 60 V", body, deck.Bench(load_ohm=LOAD_OHM, high_v=60)),
        Case("high voltage: none", body, deck.Bench(load_ohm=LOAD_OHM, high_v=5, power_w=0.01)),
        Case("5 V: 4.2 V", body, deck.Bench(load_ohm=LOAD_OHM, supply_v=4.2)),
        Case("5 V: regulator shorted to 8.4 V", body, deck.Bench(load_ohm=LOAD_OHM, supply_v=8.4)),
        Case(NO_LOAD, body, deck.Bench(load_ohm=10e6)),
        Case("load: 3 kOhm beside it", body, deck.Bench(load_ohm=750)),
        Case("load: 10 Ohm", body, deck.Bench(load_ohm=10)),
    ]


def _of_part(fault: Fault) -> Case:
    return Case(fault.name, fault.body(), also=fault.also)


def sound_body() -> str:
    return "\n".join(part.line() for part in deck.parts()) + "\n"


def cases() -> list[Case]:
    """No fault first, then what surrounds the parts, then every part."""
    body = sound_body()
    return [
        Case("none", body),
        *_surrounding_cases(body),
        *(_of_part(fault) for fault in single_faults(deck.parts())),
    ]


def script() -> deck.Script:
    phases = [
        deck.pulse(deck.START_S + number * deck.PERIOD_S, pulse.width_s)
        for number, pulse in enumerate(PULSES)
    ]
    asked = [
        (max(0.0, deck.START_S + (number - 0.3) * deck.PERIOD_S), pulse.ma)
        for number, pulse in enumerate(PULSES)
    ]
    return deck.Script(
        positive=tuple(first for first, _ in phases),
        negative=tuple(second for _, second in phases),
        asked_ma=tuple(asked),
        stop_s=deck.START_S + len(PULSES) * deck.PERIOD_S,
    )


def _readings(traces: ngspice.Traces, number: int) -> Readings:
    begin, width = deck.START_S + number * deck.PERIOD_S, PULSES[number].width_s
    middle = begin + width / 2 + PHASE_LOOK_S
    second = middle + width + deck.GAP_S
    idle = begin + IDLE_LOOK_S

    def mv(vector: str, time_s: float) -> int:
        return deck.adc_mv(traces, vector, time_s)

    return Readings(
        mv("v(adci)", middle),
        mv("v(adci)", second),
        mv("v(adci)", idle),
        mv("v(adch)", idle),
        mv("v(adc1)", idle),
        mv("v(adc2)", idle),
    )


def _phase_charges_c(traces: ngspice.Traces, pulses: int) -> list[float]:
    charge_c = deck.charge_c(traces)

    def gone(from_s: float, to_s: float) -> float:
        first, last = np.interp((from_s, to_s), traces["t"], charge_c)
        return float(last - first)

    charges = []
    for number in range(pulses):
        begin, width = deck.START_S + number * deck.PERIOD_S, PULSES[number].width_s
        between = begin + width + deck.GAP_S / 2
        charges += [gone(begin - deck.GAP_S, between), gone(between, between + width + AFTER_S)]
    return charges


def _peak_a(traces: ngspice.Traces, until_s: float) -> float:
    grid = np.arange(deck.REACHES_S, until_s, PEAK_MEAN_S)
    charge_c = np.interp(grid, traces["t"], deck.charge_c(traces))
    return float(np.abs(np.diff(charge_c)).max() / PEAK_MEAN_S)


def _overstressed(traces: ngspice.Traces) -> tuple[str, ...]:
    logic = [name for name in traces if name.startswith("v(") and name[2:-1] in LOGIC]
    outside = (name for name in logic if traces[name].max() > 6.5 or traces[name].min() < -1)
    return tuple(name[2:-1] for name in outside)


LOGIC = ("v5", "qa", "qb", "swa", "swb", "drive", "sn", "adci", "adc1", "adc2", "adch", "pd3")
VECTORS = (*deck.VECTORS, *(f"v({net})" for net in LOGIC if f"v({net})" not in deck.VECTORS))


def simulate(case: Case) -> Outcome:
    """Raises `ngspice.DeckError` where it cannot be simulated."""
    traces = deck.run(case.body, script(), case.bench, VECTORS)
    readings = [_readings(traces, number) for number in range(len(PULSES))]
    found = seen(readings, [pulse.ma for pulse in PULSES])
    pulses = found[0] if found else len(PULSES)
    end_s = deck.START_S + pulses * deck.PERIOD_S - 1e-4
    charge_c = deck.charge_c(traces)
    start_c = np.interp(deck.REACHES_S, traces["t"], charge_c)
    within = (traces["t"] > deck.REACHES_S) & (traces["t"] < end_s)
    stop_s = float(traces["t"][-1])
    last_c = charge_c[-1] - np.interp(stop_s - deck.PERIOD_S, traces["t"], charge_c)
    return Outcome(
        readings=tuple(readings),
        peak_ma=1e3 * _peak_a(traces, end_s),
        phase_uc=1e6 * max(abs(charge) for charge in _phase_charges_c(traces, pulses)),
        one_way_uc=1e6 * float(np.abs(charge_c[within] - start_c).max()),
        last_ua=1e6 * float(last_c) / deck.PERIOD_S,
        seen=found,
        overstressed=_overstressed(traces),
    )
