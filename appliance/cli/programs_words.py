"""What `programs` prints: rows, phases, what a person would get, and differences."""

import difflib
from math import isfinite
from typing import Any

from appliance.records import as_dict
from appliance.session.dry_minutes import caps, minute_by_minute
from appliance.settings.dry_report import LEAST_LEVEL_LEFT
from appliance.therapy.limits import COMFORT_MINUTES_PER_DAY, SMALLEST_PAD_CM2, Limits
from appliance.therapy.programs import Kind, Phase, Program


def row(program: Program, limits: Limits) -> dict[str, Any]:
    """One program of `programs list`."""
    whole_min = program.longest_s / 60.0
    of_day = limits.minutes_per_day if program.kind is Kind.CONTRACTING else COMFORT_MINUTES_PER_DAY
    most_min = min(limits.minutes_per_site, of_day)
    source = program.publication
    return {
        "id": program.id,
        "kind": program.kind.value,
        "minutes": round(whole_min, 2) if isfinite(whole_min) else None,
        "muscles": source.muscles if source else None,
        "source": source.short if source else None,
        "permitted": source is None or not isfinite(whole_min) or whole_min <= most_min + 1e-9,
    }


def table(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "There is no such program."
    wide = max(len(one["id"]) for one in rows)
    lines = [f"{'program':<{wide}}  {'kind':<11}  {'min':>5}  {'for':<5}  source"]
    for one in rows:
        minutes = "any" if one["minutes"] is None else f"{one['minutes']:g}"
        source = one["source"] or "of this project, or your own"
        late = "" if one["permitted"] else "; longer than the limits leave"
        lines.append(
            f"{one['id']:<{wide}}  {one['kind']:<11}  {minutes:>5}  {one['muscles'] or '':<5}"
            f"  {source}{late}"
        )
    return "\n".join(lines)


def as_json(program: Program) -> dict[str, Any]:
    """A program with its groups written out."""
    phases = []
    for phase in program.phases:
        told = {key: value for key, value in as_dict(phase).items() if value not in (None, False)}
        phases.append(told)
    source = program.publication
    return {
        "id": program.id,
        "kind": program.kind.value,
        "phases": phases,
        "publication": as_dict(source) if source else None,
    }


def in_words(program: Program) -> list[str]:
    lines = [f"{program.id}, {program.kind.value}", *_phases(program)]
    source = program.publication
    if source is not None:
        lines += ["", f"{source.authors} ({source.year}). {source.title}. {source.where}."]
        lines += [f"published: {source.published}", f"adapted: {source.adapted}"]
    return lines


def _phases(program: Program) -> list[str]:
    return [f"  {number}. {_phase(one)}" for number, one in enumerate(program.phases, start=1)]


def _phase(phase: Phase) -> str:
    lasts = "fills the stage" if phase.lasts_s is None else f"{phase.lasts_s:g} s"
    if phase.is_pause:
        return f"{phase.name}: no current for {lasts}"
    told = [f"{phase.frequency_hz:g} Hz", f"{phase.pulse_width_us} us", *_shape(phase), lasts]
    if phase.bursts is not None:
        told[0] += f" in bursts of {phase.bursts.pulses} pulses, {phase.bursts.rate_hz:g} a second"
    if phase.fraction != 1.0:
        told.insert(2, f"{phase.fraction:.0%} of the level")
    wait = "after the person goes on, " if phase.waits else ""
    return f"{phase.name}: {wait}{', '.join(told)}"


def _shape(phase: Phase) -> list[str]:
    if phase.continuous:
        shape = [f"continuous, {phase.ramp_up_s:g} s up, {phase.ramp_down_s:g} s down"]
        change = phase.modulation
        if change is not None:
            form = "random" if change.is_random else "sweep"
            least = f"{change.least_frequency_hz:g} Hz and {change.least_pulse_width_us} us"
            every = f"every {change.period_s:g} s, {change.top_s:g} s at the top"
            shape.append(f"{form} down to {least} {every}")
        return shape
    shape = [
        f"{phase.ramp_up_s:g} s up, {phase.hold_s:g} s hold, {phase.ramp_down_s:g} s down,"
        f" {phase.off_s:g} s off"
    ]
    if phase.contractions is not None:
        shape.append(f"{phase.contractions} contractions")
    rest = phase.active_rest
    if rest is not None:
        shape.append(f"active rest at {rest.frequency_hz:g} Hz and {rest.fraction:.0%}")
    if phase.alternating:
        shape.append("A and B alternating")
    if phase.b is not None:
        shape.append(f"B {phase.b.delay_s:g} s after A, for {phase.b.on_s:g} s")
    return shape


def checked(program: Program, minutes: float, limits: Limits) -> dict[str, Any]:
    """What a stage delivers to a person, and the caps that lower it."""
    walked = list(minute_by_minute(program, minutes))
    found = list(caps(program, limits, SMALLEST_PAD_CM2))
    return {
        "id": program.id,
        "minutes": minutes,
        "by_minute": [as_dict(minute) for minute in walked],
        "caps": [
            {"phase": name, "most": round(value, 1), "rule": reason.value}
            for name, (value, reason) in found
        ],
        "level_share": walked[-1].level_share,
        "cut": minutes * 60.0 < sum(phase.lasts_s or 0.0 for phase in program.phases) - 1e-6,
        "stretched": minutes * 60.0 > program.longest_s + 1e-6,
        "permitted": row(program, limits)["permitted"],
    }


def check_in_words(told: dict[str, Any]) -> list[str]:
    lines = [f"{told['id']}: {told['minutes']:g} min, with a level that is set once"]
    lines.append("  min  contractions  A flows  B flows     Hz         us        level  phase")
    for one in told["by_minute"]:
        a, b = one["flows_s"]
        lines.append(
            f"  {one['number']:>3}  {one['contractions']:>12}  {a:>5.0f} s  {b:>5.0f} s"
            f"  {_range(*one['frequency_hz']):>9}  {_range(*one['pulse_width_us']):>9}"
            f"  {one['level_share']:>5.0%}  {', '.join(one['phases'])}"
        )
    for one in {str(cap): cap for cap in told["caps"]}.values():
        lines.append(f"{one['phase']}: up to {one['most']:g} mA, set by: {one['rule']}")
    share = told["level_share"]
    if share < 1.0:
        lines.append(f"The level falls to {share:.0%} unless a hand turns up.")
    if share < LEAST_LEVEL_LEFT:
        lines.append(f"A routine needs {LEAST_LEVEL_LEFT:.0%}: it would be refused.")
    if told["cut"]:
        lines.append("The stage is too short for every phase: its end is cut.")
    if told["stretched"]:
        lines.append("The stage is longer than the program: a routine with it would be refused.")
    if not told["permitted"]:
        lines.append("[limits] leave less time than was published: a routine would be refused.")
    return lines


def _range(least: float, most: float) -> str:
    return f"{least:.4g}" if least == most else f"{least:.4g}-{most:.4g}"


def difference(one: Program, other: Program) -> list[str]:
    """The phases of both in words, as a unified diff. One line where nothing differs."""
    lines = list(
        difflib.unified_diff(
            [f"kind: {one.kind.value}", *(_phase(phase) for phase in one.phases)],
            [f"kind: {other.kind.value}", *(_phase(phase) for phase in other.phases)],
            one.id,
            other.id,
            n=0,
            lineterm="",
        )
    )
    changed = [line for line in lines if not line.startswith("@@")]
    return changed or [f"{one.id} and {other.id} deliver the same."]
