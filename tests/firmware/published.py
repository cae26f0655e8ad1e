"""The published programs on the simulated chip's pins: one full cycle of each distinct phase.

`python -m tests.firmware.published [PROGRAM ...]` runs them, and prints a line for each. The
set-points are those of the session's envelope, put on the wire as the driver puts them, with a
level of 10 mA that is set once. What the pins show is compared with the numbers of the sources.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from pathlib import Path

from appliance.session.board import Ceilings, SetPoint
from appliance.session.envelope import RAMPS, position_at
from appliance.stimulator.reference import protocol, units
from appliance.therapy.programs import Program, Span
from tests.firmware.bench import Bench
from tests.firmware.board import build
from tests.firmware.edges import CYCLES_PER_S, CYCLES_PER_US, Pulse
from tests.firmware.rules import broken_rules, over_budget
from tests.journeys.published_numbers import PUBLISHED, Bursts, Contracting, Row
from tests.session.core import shipped

LEVEL_MA = 10.0
STEADY_S = 3.0
AFTER_FOOT_S = 0.5
RAMP_STEP_S, STEP_S = 0.02, 0.05
"""How often the appliance sends a set-point."""
CEILINGS = Ceilings(80.0, 400, 120.0)
NEARLY = 0.01


@dataclass(frozen=True)
class Case:
    """A phase of a published program, and what its source says of it."""

    program: str
    span: Span
    row: Row

    @property
    def name(self) -> str:
        return f"{self.program}, {self.span.phase.name}"

    @property
    def lasts_s(self) -> float:
        """One cycle and the foot of the next, or a while of pulses without rests."""
        modulation = self.span.phase.modulation
        if isinstance(self.row, Contracting):
            return self.row.on_s + self.row.off_s + AFTER_FOOT_S
        return modulation.period_s + 1.0 if modulation else STEADY_S


def cases() -> list[Case]:
    """Every phase that delivers something no other one before it does."""
    seen, found = set(), []
    for id_, rows in PUBLISHED.items():
        for span, row in zip(spans_of(shipped().programs[id_]), rows, strict=True):
            shape = span.phase.but(name="", duration_s=None, contractions=None, waits=False)
            if str(shape) not in seen:
                seen.add(str(shape))
                found.append(Case(id_, span, row))
    return found


def spans_of(program: Program) -> tuple[Span, ...]:
    return program.lay_out(program.longest_s / 60.0 if isfinite(program.longest_s) else 20.0)


def deliver(bench: Bench, case: Case) -> None:
    """Live through the case on this board, from the phase's beginning."""
    spans = (case.span.but(start_s=0.0, end_s=max(case.lasts_s + 60.0, 60.0)),)
    bench.send(on_the_wire(bench, spans, 0.0, flows=False))
    bench.run_ms(20)
    at_s = 0.0
    while at_s < case.lasts_s:
        bench.send(on_the_wire(bench, spans, at_s, flows=True))
        here = position_at(spans, at_s, 0.0)
        step_s = RAMP_STEP_S if here.part in RAMPS else STEP_S
        bench.run_ms(step_s * 1000)
        at_s += step_s


def on_the_wire(
    bench: Bench, spans: tuple[Span, ...], at_s: float, flows: bool
) -> protocol.SetPoint:
    here = position_at(spans, at_s, 0.0)
    amplitude = here.amplitude(0, LEVEL_MA), here.amplitude(1, LEVEL_MA)
    asked = SetPoint(
        *(here.frequency_hz, amplitude, here.pulse_width_us, CEILINGS, here.phase.bursts)
    )
    return units.on_the_wire(asked, 2, flows, bench.report, bench.next_sequence())


def wrong(case: Case, pulses: list[Pulse]) -> Iterator[str]:
    """What a channel's pulses show that the source does not say."""
    row = case.row
    if isinstance(row, Contracting):
        yield from _wrong_contraction(row, pulses)
    elif isinstance(row, Bursts):
        yield from _wrong_bursts(row, pulses)
    else:
        yield from _wrong_widths(pulses, row.us, row.least_us or row.us)
        yield from _wrong_frequency(pulses, row.hz)


def _wrong_contraction(row: Contracting, pulses: list[Pulse]) -> Iterator[str]:
    period_s = 1.0 / row.hz
    first = pulses[0].at
    on = [pulse for pulse in pulses if seconds(pulse.at - first) < row.on_s + period_s]
    following = [p for p in pulses if seconds(p.at - first) > row.on_s + row.off_s - 2 * period_s]
    yield from _wrong_widths([*on, *following], row.us, row.us)
    yield from _wrong_frequency(on, row.hz)
    on_s = seconds(on[-1].at - first) + period_s
    yield from _apart("on time", on_s, row.on_s, period_s)
    yield from _apart("cycle", seconds(following[0].at - first), row.on_s + row.off_s, period_s)
    between = [pulse for pulse in pulses if on[-1].at < pulse.at < following[0].at]
    if row.rest_hz is None and between:
        yield f"{len(between)} pulses in the off time"
    if row.rest_hz is not None:
        yield from _wrong_frequency(between, row.rest_hz)


def _wrong_bursts(row: Bursts, pulses: list[Pulse]) -> Iterator[str]:
    whole = len(pulses) // row.pulses
    bursts = [pulses[n * row.pulses : (n + 1) * row.pulses] for n in range(whole)]
    yield from _wrong_widths(pulses, row.us, row.us)
    if whole < (STEADY_S - 1.0) * row.rate_hz:
        yield f"only {whole} bursts"
    for burst in bursts:
        yield from _wrong_frequency(burst, row.hz)
    for one, after in pairwise(bursts):
        yield from _apart("bursts", seconds(after[0].at - one[0].at), 1.0 / row.rate_hz, 0.0)


def _wrong_widths(pulses: list[Pulse], most_us: int, least_us: int) -> Iterator[str]:
    """To the cycle of the chip."""
    widths = {phase.cycles for pulse in pulses for phase in pulse.phases}
    bounds = least_us * CYCLES_PER_US, most_us * CYCLES_PER_US
    if (min(widths), max(widths)) != bounds:
        yield f"phases of {min(widths)} to {max(widths)} cycles, not {bounds[0]} to {bounds[1]}"


def _wrong_frequency(pulses: list[Pulse], hz: float) -> Iterator[str]:
    counted_hz = (len(pulses) - 1) / seconds(pulses[-1].at - pulses[0].at)
    yield from _apart("frequency", counted_hz, hz, 0.0)


def _apart(what: str, found: float, source: float, least: float) -> Iterator[str]:
    """Where it is off by more than 1 % and this least."""
    # A microsecond more: the sum of many periods is not exact.
    if abs(found - source) > max(NEARLY * source, least) + 1e-6:
        yield f"{what} {found:.4f}, not {source:g}"


def seconds(cycles: int) -> float:
    return cycles / CYCLES_PER_S


def tried(case: Case, bench: Bench) -> list[str]:
    """Deliver a case on a board that was greeted and is off; what is wrong with it."""
    deliver(bench, case)
    found: list[str] = []
    for channel in "AB":
        # The last pulse may still be running.
        pulses = bench.recording.of(channel)[:-1]
        found += [f"{channel}: {one}" for one in wrong(case, pulses)]
    return found


def main(programs: list[str]) -> int:
    build()
    chosen = [case for case in cases() if not programs or case.program in programs]
    failed = 0
    for case in chosen:
        with tempfile.TemporaryDirectory() as folder, Bench(Path(folder)) as bench:
            found = tried(case, bench)
            found += over_budget(bench.measures()) + broken_rules(bench.recording)
        failed += bool(found)
        print(f"{case.name}: {case.lasts_s:g} s: {'; '.join(found) or 'as published'}", flush=True)
    print(f"{len(chosen)} phases, {failed} not as published")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
