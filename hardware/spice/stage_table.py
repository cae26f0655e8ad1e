"""The table of the stage's faults: every row simulated, judged and written down."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from hardware.spice import ngspice
from hardware.spice.accepted import reasons
from hardware.spice.firmware_rules import ONLY_POSITIVE, Readings, seen
from hardware.spice.stage_deck import Bench
from hardware.spice.stage_faults import HEAVY, MIDDLE, Case, Outcome, cases, simulate
from hardware.spice.stage_self_test import LOAD_OHM, failing_step

MOST_MA, MOST_PHASE_UC, MOST_ONE_WAY_UC, MOST_LASTING_UA = 110.0, 40.0, 50.0, 10.0
WITHIN_PULSES = 2
SAME_MV = 2
SAME_UC = 0.05
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One fault: what was simulated of it and who sees it."""

    name: str
    also: tuple[str, ...]
    middle: Outcome | None
    heavy: Outcome | None
    """None where the fault changes nothing at the middle condition."""
    self_test: str | None
    """The step that fails; asked only where no pulse shows the fault."""
    error: str = ""

    def outcomes(self) -> tuple[Outcome, ...]:
        return tuple(one for one in (self.middle, self.heavy) if one is not None)

    def seen_in_pulse(self) -> tuple[int, str] | None:
        """At the middle condition, or where only strong pulses show it, at the heavy one."""
        for outcome in self.outcomes():
            if outcome.seen:
                return outcome.seen
        return None

    def is_seen(self) -> bool:
        return self.seen_in_pulse() is not None or self.self_test is not None

    def missed_targets(self) -> list[str]:
        """The targets that this fault breaks, in words."""
        missed = []
        outcomes = self.outcomes()
        if max(one.peak_ma for one in outcomes) > MOST_MA:
            missed.append(f"{max(one.peak_ma for one in outcomes):.0f} mA")
        if max(one.phase_uc for one in outcomes) > MOST_PHASE_UC:
            missed.append(f"{max(one.phase_uc for one in outcomes):.0f} uC a phase")
        if max(one.one_way_uc for one in outcomes) > MOST_ONE_WAY_UC:
            missed.append(f"{max(one.one_way_uc for one in outcomes):.0f} uC one way")
        if not self.seen_in_pulse() and max(abs(one.last_ua) for one in outcomes) > MOST_LASTING_UA:
            missed.append(f"{max(abs(one.last_ua) for one in outcomes):.0f} uA lasting")
        return missed


def _is_like(outcome: Outcome, sound: Outcome) -> bool:
    def numbers(one: Outcome) -> Iterator[int]:
        for r in one.readings:
            yield from (r.positive_mv, r.negative_mv, r.idle_mv, r.high_mv, r.node_1_mv, r.node_2_mv)

    alike = all(
        abs(mine - his) <= SAME_MV
        for mine, his in zip(numbers(outcome), numbers(sound), strict=True)
    )
    return alike and abs(outcome.phase_uc - sound.phase_uc) <= SAME_UC and not outcome.overstressed


def row_of(case: Case) -> Row:
    """Simulates what is needed of one case."""
    try:
        sound = simulate(cases()[0], MIDDLE)
        middle = simulate(case, MIDDLE)
        heavy = None if _is_like(middle, sound) and case.name != "none" else simulate(case, HEAVY)
        self_test = None
        if not middle.seen and not (heavy and heavy.seen):
            self_test = failing_step(case.body, _for_self_test(case.bench))
    except ngspice.DeckError as error:
        return Row(case.name, case.also, None, None, None, str(error).strip().splitlines()[-1])
    return Row(case.name, case.also, middle, heavy, self_test)


def _for_self_test(bench: Bench) -> Bench:
    is_the_load = bench.load_ohm == Bench().load_ohm
    return replace(bench, load_ohm=LOAD_OHM) if is_the_load else bench


def rows(progress) -> list[Row]:
    """All rows, in the order of the netlist. `progress(done, all, name)` is told of each."""
    every = cases()
    found = []
    with ProcessPoolExecutor(WORKERS) as pool:
        for row in pool.map(row_of, every):
            found.append(row)
            progress(len(found), len(every), row.name)
    return found


def problems(found: list[Row]) -> list[str]:
    """What must fail the build: rows that cannot be simulated, or that nobody sees."""
    accepted = reasons("stage")
    bad = [f"{row.name}: cannot be simulated: {row.error}" for row in found if row.error]
    sound = [row for row in found if not row.error]
    bad += [
        f"{row.name}: nobody sees it, and accepted.toml has no reason"
        for row in sound
        if not row.is_seen() and row.name not in accepted and row.name != "none"
    ]
    bad += [
        f"{row.name}: {', '.join(row.missed_targets())}, and accepted.toml has no reason"
        for row in sound
        if row.missed_targets() and row.name not in accepted
    ]
    names = {row.name for row in found}
    bad += [f"accepted.toml: no such fault: {name}" for name in accepted if name not in names]
    return bad


def who(row: Row) -> str:
    pulse = row.seen_in_pulse()
    if pulse:
        strong = "" if row.middle and row.middle.seen else " (80 mA)"
        return f"pulse {pulse[0]}: {pulse[1]}{strong}"
    if row.self_test:
        return f"self-test: {row.self_test}"
    return "nobody" if row.name != "none" else ""


def markdown(found: list[Row]) -> str:
    accepted = reasons("stage")
    lines = [
        "| fault | most mA | most uC a phase | most uC one way | seen by | targets |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in found:
        most = row.outcomes()
        peak = max(one.peak_ma for one in most)
        phase = max(one.phase_uc for one in most)
        one_way = max(one.one_way_uc for one in most)
        verdict = "**missed: " + ", ".join(row.missed_targets()) + "**"
        target = verdict if row.missed_targets() else "met"
        if row.name in accepted:
            target += f"; {accepted[row.name]}"
        stress = sorted({net for one in most for net in one.overstressed})
        if stress:
            target += f"; overstressed: {', '.join(stress)}"
        name = row.name + (f" (also {', '.join(row.also)})" if row.also else "")
        lines.append(
            f"| {name} | {peak:.0f} | {phase:.1f} | {one_way:.1f} | {who(row)} | {target} |"
        )
    return "\n".join(lines)


def _pulses(readings: tuple[Readings, ...]) -> list[str]:
    fields = ("positive_mv", "negative_mv", "idle_mv", "high_mv", "node_1_mv", "node_2_mv")
    return [f"{field} = {[getattr(one, field) for one in readings]}" for field in fields]


def toml(found: list[Row]) -> str:
    """The ADC's readings of every fault, for a simulated chip."""
    lines = [
        "# Generated by python -m hardware.spice. The ADC of the chip, in millivolts, for each",
        "# pulse of a train, with each single fault of the output stage. Current in the middle of",
        "# either phase; the rest 5 ms after the pulse began. No reaction of the chip.",
        f'# [[fault]]: "{MIDDLE.name}". [fault.heavy]: "{HEAVY.name}"; absent where the fault',
        "# changes nothing. `seen`: pulse and rule of firmware_rules.py, `self_test`: the step.",
        f'asked_ma = {MIDDLE.ma}\nwidth_us = {round(MIDDLE.width_s * 1e6)}',
        f'heavy_asked_ma = {HEAVY.ma}\nheavy_width_us = {round(HEAVY.width_s * 1e6)}',
    ]
    for row in found:
        assert row.middle is not None
        lines += ["", "[[fault]]", f'name = "{row.name}"']
        pulse = row.middle.seen
        lines.append(f'seen = "{f"pulse {pulse[0]}: {pulse[1]}" if pulse else ""}"')
        positive_only = seen(list(row.middle.readings), MIDDLE.ma, ONLY_POSITIVE)
        lines.append(f"seen_by_positive_phase_alone = {str(positive_only is not None).lower()}")
        lines.append(f'self_test = "{row.self_test or ""}"')
        lines += _pulses(row.middle.readings)
        if row.heavy:
            lines += ["[fault.heavy]", *_pulses(row.heavy.readings)]
    return "\n".join(lines) + "\n"
