"""The table of the stage's faults: every row simulated, judged and written down."""

import json
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from hardware.spice import ngspice
from hardware.spice.accepted import reasons
from hardware.spice.firmware_rules import ONLY_POSITIVE, seen
from hardware.spice.netlist import FOLDER
from hardware.spice.stage_faults import LOAD_OHM, PULSES, Case, Outcome, cases, simulate
from hardware.spice.stage_self_test import STEPS, failing_step

MOST_MA, MOST_PHASE_UC, MOST_ONE_WAY_UC, MOST_LASTING_UA = 110.0, 40.0, 50.0, 10.0
WORKERS = 2
MEASURED = FOLDER / "stage-measured.json"
"""What `python -m tests.firmware.stage_faults` found: for each fault and each of the pulses, the
last pulse of the real firmware in a chip simulator, 0 where it goes on, and what it reports."""

TESTED = FOLDER / "stage-test-measured.json"
"""What `python -m tests.firmware.stage_self_test` found: for each fault that no pulse shows, the step
of the self-test at which the real firmware stops, from 1, 0 where it passes, and what it reports."""

Chip = list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """One fault: what was simulated of it and who sees it."""

    name: str
    also: tuple[str, ...]
    outcome: Outcome | None
    self_test: str | None = None
    """The step that fails; asked only where no pulse shows the fault."""
    error: str = ""
    chip: Chip | None = None
    """Of the real firmware; None where nobody measured it."""
    tested: tuple[int, str] | None = None
    """Of the real firmware's self-test; None where nobody measured it."""

    def is_off(self) -> bool:
        """Whether the real firmware goes off, at either strength."""
        return any(pulse for pulse, _ in self.chip or [])

    def fails_test(self) -> bool:
        """Whether the real firmware stops in its self-test."""
        return bool(self.tested and self.tested[0])

    def is_seen(self) -> bool:
        return self.fails_test() or self.is_off()

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
    chips = json.loads(MEASURED.read_text("utf-8"))
    tested = json.loads(TESTED.read_text("utf-8"))
    with ProcessPoolExecutor(WORKERS) as pool:
        for simulated in pool.map(row_of, every):
            name = simulated.name
            row = replace(simulated, chip=chips.get(name), tested=tested.get(name))
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
        f"{row.name}: not measured: run python -m tests.firmware.stage_faults"
        for row in sound
        if row.chip is None
    ]
    bad += [
        f"{row.name}: not tried: run python -m tests.firmware.stage_self_test"
        for row in sound
        if row.outcome and not row.outcome.seen and row.tested is None
    ]
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
    """The rule of firmware_rules.py, or the step of the self-test, that shows it."""
    if row.outcome and row.outcome.seen:
        number, rule = row.outcome.seen
        return f"pulse {number}: {rule}"
    if row.self_test:
        return f"self-test: {row.self_test}"
    return "nobody" if row.name != "none" else ""


def what_the_chip_did(row: Row) -> str:
    """In words, of both strengths."""
    did = [f"off after pulse {n}: {why}" if n else "goes on" for n, why in row.chip or []]
    if row.tested and row.fails_test() and not row.is_off():
        step = row.tested[0]
        return f"self-test stops at step {step}: {STEPS[step - 1].name}"
    if len(set(did)) == 1:
        return did[0]
    return "; ".join(f"{pulse.ma:g} mA: {one}" for pulse, one in zip(PULSES, did, strict=True))


def _remarks(row: Row, accepted: dict[str, str]) -> str:
    missed = row.missed_targets()
    said = [f"**missed: {', '.join(missed)}**" if missed else "met"]
    if row.name in accepted:
        said.append(accepted[row.name])
    # This net leaves the range for a microsecond in the sound stage too.
    beyond = [net for net in (row.outcome.overstressed if row.outcome else ()) if net != "sn"]
    if beyond:
        said.append(f"overstressed: {', '.join(beyond)}")
    return "; ".join(said)


def _named(rows: list[Row]) -> str:
    return ", ".join(row.name for row in rows) or "none"


def _unseen(unseen: list[Row]) -> str:
    """How many of those that nobody sees are there for which kind of reason."""
    accepted = reasons("stage")
    kinds = Counter(
        next((kind for kind in KINDS if accepted[row.name].startswith(kind)), "other")
        for row in unseen
    )
    return ", ".join(f"{kinds[kind]} {words}" for kind, words in KINDS.items())


KINDS = {
    "latent": "are latent (the stage works as before until a second part breaks)",
    "no change": "change nothing, or nothing that matters",
    "other": "have another reason, in their rows",
}


def summary(found: list[Row]) -> str:
    """How many faults who sees, and by name what is missed and where rules and firmware differ."""
    simulated = [row for row in found if row.name != "none" and row.outcome]
    off = [[n for n, _ in row.chip or []] for row in simulated]
    first = sum(1 for weak, _ in off if weak == 1)
    second = sum(1 for weak, _ in off if weak == 2)
    strong = [row for row, (weak, hard) in zip(simulated, off, strict=True) if hard and not weak]
    late = [row for row, numbers in zip(simulated, off, strict=True) if max(numbers) > 2]
    tested = [row for row in simulated if row.fails_test() and not row.is_off()]
    passed = [row for row in simulated if row.self_test and not row.fails_test()]
    unseen = [row for row in simulated if not row.is_seen()]
    argued = [row for row in simulated if row.outcome and row.outcome.seen and not row.is_off()]
    missed = [
        f"{row.name} ({', '.join(row.missed_targets())})"
        for row in simulated
        if row.missed_targets()
    ]
    failed = [row for row in found if row.error]
    not_all = f"; {_named(failed)} could not be" if failed else ""
    return (
        f"{len(simulated)} faults simulated{not_all}.\n\n"
        "**Measured.** The ADC's traces of each fault were played into the real firmware "
        "(`make stage-bench-only`) in a chip simulator, which was at work with a sound stage, once "
        f"at {PULSES[0].ma:g} mA and once at {PULSES[1].ma:g} mA: {first} faults end in the first "
        f"pulse of {PULSES[0].ma:g} mA, {second} in its second, {len(strong)} only at "
        f"{PULSES[1].ma:g} mA. After more than two pulses: {_named(late)}. What "
        "`firmware_rules.py` sees and the firmware does not: "
        f"{_named(argued)}.\n\n"
        f"**Measured, self-test.** {len(tested)} more stop the real firmware in its self-test, into "
        "whose ADC the traces of the simulated self-test were played: it delivers no pulse then. "
        "What the simulated self-test shows and the firmware's does not: "
        f"{_named(passed)}.\n\n"
        f"**Seen by nobody:** {len(unseen)}. Each has its reason in `accepted.toml`, or the build "
        f"fails: {_unseen(unseen)}.\n\n"
        "**Targets missed:** "
        f"{'; '.join(missed) or 'none'}.\n\n"
    )


def markdown(found: list[Row]) -> str:
    accepted = reasons("stage")
    lines = [
        "| fault | most mA | most uC a phase | most uC one way | shown by | the firmware, measured "
        "| targets |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in found:
        one = row.outcome
        name = row.name + (f" (also {', '.join(row.also)})" if row.also else "")
        if one is None:
            lines.append(f"| {name} | | | | **not simulated** | | {accepted[row.name]} |")
            continue
        lines.append(
            f"| {name} | {one.peak_ma:.0f} | {one.phase_uc:.1f} | {one.one_way_uc:.1f} "
            f"| {who(row)} | {what_the_chip_did(row)} | {_remarks(row, accepted)} |"
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
