"""The table of the pump's faults: does the relay hold, seen by what, how soon?"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from hardware.spice import ngspice
from hardware.spice.accepted import reasons
from hardware.spice.faults import Fault
from hardware.spice.pump_faults import Outcome, cases, simulate

WORKERS = 2


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    also: tuple[str, ...]
    outcome: Outcome | None
    error: str = ""


def row_of(fault: Fault) -> Row:
    try:
        return Row(fault.name, fault.also, simulate(fault.body()))
    except ngspice.DeckError as error:
        return Row(fault.name, fault.also, None, str(error).strip().splitlines()[-1])


def rows(progress: ngspice.Progress) -> list[Row]:
    every = cases()
    found = []
    with ProcessPoolExecutor(WORKERS) as pool:
        for row in pool.map(row_of, every):
            found.append(row)
            progress(len(found), len(every), row.name)
    return found


def problems(found: list[Row]) -> list[str]:
    """What must fail the build: rows that cannot be simulated, or that nobody sees."""
    accepted = reasons("pump")
    bad = [f"{row.name}: cannot be simulated: {row.error}" for row in found if row.error]
    for row in found:
        if row.outcome is None or row.name == "none":
            continue
        if row.outcome.seen is None and row.name not in accepted:
            bad.append(f"{row.name}: nobody sees it, and accepted.toml has no reason")
        if not row.outcome.stop_opens:
            bad.append(f"{row.name}: STOP does not open the relay")
    names = {row.name for row in found}
    bad += [f"accepted.toml: no such fault: {name}" for name in accepted if name not in names]
    return bad


def _off(off_ms: float | None) -> str:
    return "**never**" if off_ms is None else f"{off_ms:.0f} ms"


def _kick(outcome: Outcome) -> str:
    return f"; the coil kicks to {outcome.kick_v:.0f} V" if outcome.kick_v < -5 else ""


def markdown(found: list[Row]) -> str:
    accepted = reasons("pump")
    lines = [
        "| fault | no edges | edges come | opens, frozen low | frozen high | STOP opens it "
        "| seen by the self-test's step |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in found:
        one = row.outcome
        if one is None:
            raise ValueError(f"{row.name}: was not simulated")
        unseen = f"nobody: {accepted.get(row.name, '')}" if row.name != "none" else ""
        name = row.name + (f" (also {', '.join(row.also)})" if row.also else "")
        lines.append(
            f"| {name} | {'**held**' if one.at_rest else 'open'} | {one.while_edges} "
            f"| {_off(one.off_low_ms)} | {_off(one.off_high_ms)} "
            f"| {'yes' if one.stop_opens else '**no**'} | {one.seen or unseen}{_kick(one)} |"
        )
    return "\n".join(lines)
