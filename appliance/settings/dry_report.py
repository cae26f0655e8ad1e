"""What a person would get of everything that can be chosen, by a dry delivery of each stage."""

from collections.abc import Iterator

from appliance.errors import SettingsError
from appliance.session.dry_run import cut, deliver, level_left, stretched
from appliance.session.envelope import ROUNDING_S
from appliance.settings.model import Settings
from appliance.stimulator.boards import card_of
from appliance.therapy.catalogue import Catalogue
from appliance.therapy.limits import COMFORT_MINUTES_PER_DAY, Limits
from appliance.therapy.plan import planned_routine, stages_for
from appliance.therapy.programs import Kind, Phase
from appliance.therapy.routines import Stage

LEAST_LEVEL_LEFT = 0.25
"""Two phases of a higher frequency halve the level twice. A user hardly turns up more often."""


def report(settings: Settings, catalogue: Catalogue) -> Iterator[str]:
    """A line for each stage of each routine, gentle versions included."""
    for routine in catalogue.routines.values():
        versions = (False, True) if routine.kind is Kind.CONTRACTING else (False,)
        for gentle in versions:
            stages = stages_for(routine, settings.plan, catalogue, gentle=gentle)
            minutes = sum(stage.minutes for stage in stages)
            yield f"{routine.id}{', gentle' if gentle else ''}: {minutes:g} min"
            yield from (f"  {_line(stage)}" for stage in stages)


def warnings(settings: Settings, catalogue: Catalogue) -> Iterator[str]:
    """A line for each part of the plan that a person does not get. It is not an error."""
    plan, day_min = settings.plan, settings.limits.minutes_per_day
    routine = planned_routine(plan, catalogue)
    for gentle in (False, True):
        stages = stages_for(routine, plan, catalogue, gentle=gentle)
        name = f"[plan] routine = {routine.id}{', gentle' if gentle else ''}"
        minutes = sum(stage.minutes for stage in stages)
        if routine.kind is Kind.CONTRACTING and minutes > day_min:
            yield (
                f"{name}: {minutes:g} min of stages, and [limits] minutes_per_day is"
                f" {day_min:g}: the last of them get less, or nothing"
            )
        for stage in stages:
            if _contracts(stage) and deliver(stage).contractions == 0:
                yield (
                    f"{name}: {stage.placement.id} ends after {stage.minutes:g} min, before the"
                    f" first contraction of {stage.program.id}; raise [plan] stage_minutes, or the"
                    " minutes of the stage"
                )


def _contracts(stage: Stage) -> bool:
    return any(not phase.continuous for phase in stage.program.phases)


def _line(stage: Stage) -> str:
    run = deliver(stage)
    parts = [f"{stage.placement.id}, {stage.program.id}: {stage.minutes:g} min"]
    if _contracts(stage):
        parts.append(f"{run.contractions} contractions")
    parts.append(f"current flows for {run.flows_s / 60.0:.1f} min")
    if level_left(stage) < 1.0:
        parts.append(f"level falls to {level_left(stage):.0%} unless a hand turns up")
    if cut(stage):
        parts.append(f"too short for all of {', '.join(cut(stage))}")
    return ", ".join(parts)


def check(settings: Settings, catalogue: Catalogue, where: str) -> None:
    """Raise SettingsError for a stage that cannot be delivered as it is written."""
    for routine in catalogue.routines.values():
        stages = stages_for(routine, settings.plan, catalogue, gentle=False)
        for number, stage in enumerate(stages, start=1):
            wrong = (
                _wrong(stage)
                or not_permitted(stage, settings.limits)
                or _not_made(stage, settings.stimulator.driver)
            )
            if wrong:
                raise SettingsError(f"{where}: [{routine.id}] stages {number}: {wrong}")


def _wrong(stage: Stage) -> str | None:
    program = stage.program
    if stretched(stage):
        fixed_min = program.longest_s / 60.0
        return (
            f"the phases of {program.id} last {fixed_min:g} min of {stage.minutes:g}; allowed is"
            f" minutes = {fixed_min:g}, or a phase without duration_s, which fills the stage"
        )
    if level_left(stage) < LEAST_LEVEL_LEFT:
        return (
            f"the phases of {program.id} lower the level to {level_left(stage):.1%}, as each of a"
            " higher frequency, width or fraction does; allowed is"
            f" {LEAST_LEVEL_LEFT:.0%}: put them in falling order"
        )
    return None


def _not_made(stage: Stage, driver: str) -> str | None:
    """Why the board cannot make this program's pulses, or None."""
    card, phases = card_of(driver), stage.program.phases
    if not card.sweeps_frequency and any(_sweeps(phase) for phase in phases):
        return (
            f"{stage.program.id} modulates its frequency, and [stimulator] driver is {driver},"
            " which would begin from nothing at each change; allowed is one of the width alone"
        )
    if card.delivers_bursts or not any(p.bursts for p in phases):
        return None
    return (
        f"{stage.program.id} has bursts, and [stimulator] driver is {driver}, which makes none;"
        " allowed is a program without bursts, or a reference board"
    )


def _sweeps(phase: Phase) -> bool:
    modulation = phase.modulation
    return modulation is not None and modulation.least_frequency_hz < phase.frequency_hz


def not_permitted(stage: Stage, limits: Limits) -> str | None:
    """Why a published program cannot be delivered whole; None if it can or is not published."""
    if stage.program.publication is None:
        return None
    of_day = COMFORT_MINUTES_PER_DAY
    if stage.program.kind is Kind.CONTRACTING:
        of_day = limits.minutes_per_day
    most_min = min(limits.minutes_per_site, of_day)
    if stage.minutes <= most_min + ROUNDING_S:
        return None
    return (
        f"{stage.program.id} was published with {stage.minutes:g} min and [limits] leave"
        f" {most_min:g}; allowed is a published program that fits whole, or a copy of your own"
    )
