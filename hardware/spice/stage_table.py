"""The table of the stage's faults: every row simulated, judged and written down."""

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from hardware.spice import ngspice
from hardware.spice.accepted import reasons
from hardware.spice.firmware_rules import ONLY_POSITIVE, seen
from hardware.spice.stage_faults import LOAD_OHM, PULSES, Case, Outcome, cases, simulate
from hardware.spice.stage_self_test import failing_step

MOST_MA, MOST_PHASE_UC, MOST_ONE_WAY_UC, MOST_LASTING_UA = 110.0, 40.0, 50.0, 10.0
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One fault: what was simulated of it and who sees it."""

    name: str
    also: tuple[str, ...]
    outcome: Outcome | None
    self_test: str | None = None
    """The step that fails; asked only where no pulse shows the fault."""
    error: str = ""

    def is_seen(self) -> bool:
        return bool(self.self_test or (self.outcome and self.outcome.seen))

    def missed_targets(self) -> list[str]:
        """The targets that this fault breaks, in words."""
        one = self.outcome
        if one is None:
            return []
        figures = (
            (one.peak_ma, MOST_MA, "mA"),
            (one.phase_uc, MOST_PHASE_UC, "uC a phase"),
            (one.one_way_uc, MOST_ONE_WAY_UC, "uC one way"),
            (0.0 if one.seen else abs(one.last_ua), MOST_LASTING_UA, "uA lasting"),
        )
        return [f"{value:.0f} {unit}" for value, most, unit in figures if value > most]


def row_of(case: Case) -> Row:
    """Simulates what is needed of one case."""
    try:
        outcome = simulate(case)
        self_test = None if outcome.seen else failing_step(case.body, case.bench)
    except ngspice.DeckError as error:
        return Row(case.name, case.also, None, error=str(error).strip().splitlines()[-1])
    return Row(case.name, case.also, outcome, self_test)


def rows(progress: ngspice.Progress) -> list[Row]:
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
    bad = [
        f"{row.name}: cannot be simulated ({row.error}), and accepted.toml has no reason"
        for row in found
        if row.error and row.name not in accepted
    ]
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
    if row.outcome and row.outcome.seen:
        number, rule = row.outcome.seen
        return f"pulse {number}: {rule}"
    if row.self_test:
        return f"self-test: {row.self_test}"
    return "nobody" if row.name != "none" else ""


def _remarks(row: Row, accepted: dict[str, str]) -> str:
    missed = row.missed_targets()
    said = [f"**missed: {', '.join(missed)}**" if missed else "met"]
    if row.name in accepted:
        said.append(accepted[row.name])
    if row.outcome and row.outcome.overstressed:
        said.append(f"overstressed: {', '.join(row.outcome.overstressed)}")
    return "; ".join(said)


def summary(found: list[Row]) -> str:
    """How many faults who sees, and the targets that are missed, by name."""
    broken = [row for row in found if row.name != "none"]
    in_pulse = [row.outcome.seen[0] for row in broken if row.outcome and row.outcome.seen]
    tested = sum(1 for row in broken if row.self_test)
    nobody = sum(1 for row in broken if row.outcome and not row.is_seen())
    unknown = sum(1 for row in broken if row.outcome is None)
    missed = [f"{row.name} ({', '.join(row.missed_targets())})" for row in broken]
    missed = [line for line, row in zip(missed, broken, strict=True) if row.missed_targets()]
    return (
        f"{len(broken)} faults: {in_pulse.count(1)} seen in the first pulse, "
        f"{in_pulse.count(2)} in the second, {tested} by the self-test, {nobody} by nobody; "
        f"{unknown} could not be simulated. "
        f"Targets missed: {'; '.join(missed) if missed else 'none'}.\n\n"
    )


def markdown(found: list[Row]) -> str:
    accepted = reasons("stage")
    lines = [
        "| fault | most mA | most uC a phase | most uC one way | seen by | targets |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in found:
        one = row.outcome
        name = row.name + (f" (also {', '.join(row.also)})" if row.also else "")
        if one is None:
            lines.append(f"| {name} | | | | **not simulated** | {accepted[row.name]} |")
            continue
        lines.append(
            f"| {name} | {one.peak_ma:.0f} | {one.phase_uc:.1f} | {one.one_way_uc:.1f} "
            f"| {who(row)} | {_remarks(row, accepted)} |"
        )
    return summary(found) + "\n".join(lines)


FIELDS = ("positive_mv", "negative_mv", "idle_mv", "high_mv", "node_1_mv", "node_2_mv")


def toml(found: list[Row]) -> str:
    """The ADC's readings of every fault, for a simulated chip."""
    asked = [pulse.ma for pulse in PULSES]
    lines = [
        "# Generated by python -m hardware.spice. What the chip's ADC reads, in millivolts, in two",
        f"# pulses into {LOAD_OHM:.0f} Ohm, with each single fault of the output stage. Current in",
        "# the middle of either phase; the rest 5 ms after the pulse began: high voltage behind K1",
        "# and the bridge's nodes through 4.7 MOhm and 150 kOhm. The chip does not react.",
        "# `seen`: pulse and rule of firmware_rules.py; `self_test`: the step that shows it.",
        f"asked_ma = {asked}",
        f"width_us = {[round(pulse.width_s * 1e6) for pulse in PULSES]}",
        f"not_simulated = {json.dumps([row.name for row in found if row.outcome is None])}",
    ]
    for row in found:
        one = row.outcome
        if one is None:
            continue
        sees = f"pulse {one.seen[0]}: {one.seen[1]}" if one.seen else ""
        alone = seen(list(one.readings), asked, ONLY_POSITIVE) is not None
        lines += ["", "[[fault]]", f'name = "{row.name}"', f'seen = "{sees}"']
        lines.append(f"seen_by_positive_phase_alone = {str(alone).lower()}")
        lines.append(f'self_test = "{row.self_test or ""}"')
        lines += [f"{name} = {[getattr(r, name) for r in one.readings]}" for name in FIELDS]
    return "\n".join(lines) + "\n"
