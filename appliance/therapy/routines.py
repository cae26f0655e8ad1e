"""Routines: the stages of a session, in order."""

from appliance.errors import TherapyError
from appliance.records import Fixed
from appliance.therapy.limits import HARD_MINUTES_PER_SITE
from appliance.therapy.placements import Placement
from appliance.therapy.programs import Kind, Program


class Stage(Fixed, frozen=True):
    """A placement, a program and the minutes to deliver."""

    placement: Placement
    program: Program
    minutes: float
    own_minutes: bool = False
    """The routine itself says how long; else `[plan] stage_minutes` does."""


class Routine(Fixed, frozen=True):
    """The stages of a session, all of one kind."""

    id: str
    stages: tuple[Stage, ...]

    @property
    def minutes(self) -> float:
        return sum(stage.minutes for stage in self.stages)

    @property
    def kind(self) -> Kind:
        return self.stages[0].program.kind


def check_routine(routine: Routine) -> None:
    """Raise TherapyError where stages do not belong together or last too long."""
    if not routine.stages:
        raise TherapyError(f"routine {routine.id}: it has no stages")
    for number, stage in enumerate(routine.stages, start=1):
        where = f"routine {routine.id}, stage {number}"
        if not 1 <= stage.minutes <= HARD_MINUTES_PER_SITE:
            raise TherapyError(
                f"{where}: minutes = {stage.minutes:g}: allowed is 1 to {HARD_MINUTES_PER_SITE:g}"
            )
        if stage.program.kind is not routine.kind:
            raise TherapyError(
                f"{where}: {stage.program.id} is {stage.program.kind.value} among stages that are"
                f" {routine.kind.value}; a routine has one kind"
            )
        if stage.placement.on_body is (stage.program.kind is Kind.BENCH):
            raise TherapyError(
                f"{where}: {stage.program.id} on {stage.placement.id}: bench programs belong on"
                " a dummy load, all others on a body"
            )
