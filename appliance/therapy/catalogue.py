"""Everything that can be run or asked, checked as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.therapy.checklist import Statement
from appliance.therapy.placements import Placement
from appliance.therapy.programs import Program
from appliance.therapy.routines import Routine


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Programs, placements, routines by id, and the statements in order."""

    programs: Mapping[str, Program]
    placements: Mapping[str, Placement]
    routines: Mapping[str, Routine]
    statements: tuple[Statement, ...]
