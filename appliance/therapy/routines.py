"""Routines: the stages of a session, in order."""

from dataclasses import dataclass

from appliance.therapy.placements import Placement
from appliance.therapy.programs import Kind, Program


@dataclass(frozen=True, slots=True)
class Stage:
    """A placement, a program and the minutes to deliver."""

    placement: Placement
    program: Program
    minutes: float


@dataclass(frozen=True, slots=True)
class Routine:
    id: str
    stages: tuple[Stage, ...]

    @property
    def minutes(self) -> float:
        return sum(stage.minutes for stage in self.stages)

    @property
    def kind(self) -> Kind:
        return self.stages[0].program.kind
