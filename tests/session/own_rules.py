"""The rules of a household that tries everything: short stages, own programs, other names."""

from dataclasses import replace
from functools import cache

from appliance.session.record import Rules
from appliance.therapy.catalogue import Catalogue
from appliance.therapy.limits import Limits
from appliance.therapy.plan import Plan
from appliance.therapy.programs import Kind, Phase, Program
from appliance.therapy.routines import Routine, Stage
from tests.session.body import DAY_S, SITE_S
from tests.session.core import shipped

LIMITS = Limits(current_ma=60.0, minutes_per_day=DAY_S / 60.0, minutes_per_site=SITE_S / 60.0)

BUZZ = Program(
    "buzz",
    Kind.COMFORT,
    (Phase("on", 100.0, 400, 2.0, 0.0, 2.0, 0.0), Phase("tap", 3.0, 400, 2.0, 0.0, 2.0, 0.0)),
)
"""As strong as a program of one's own may be, under a harmless name."""


@cache
def own_catalogue() -> Catalogue:
    """The shipped programs without their warm-up, which would fill stages as short as these,
    and routines of one's own: a strong program as comfort, and as a bench run on a body."""
    catalogue = shipped()
    programs = {
        id_: program
        if program.kind is Kind.COMFORT
        else replace(program, phases=tuple(p for p in program.phases if not p.continuous))
        for id_, program in catalogue.programs.items()
    }
    programs["buzz"] = replace(BUZZ, phases=BUZZ.phases[:1])
    programs["tap"] = replace(BUZZ, id="tap", phases=BUZZ.phases[1:])
    routines = {
        id_: replace(
            routine,
            stages=tuple(
                replace(stage, program=programs[stage.program.id]) for stage in routine.stages
            ),
        )
        for id_, routine in catalogue.routines.items()
    }
    for id_ in ("buzz", "tap"):
        stage = Stage(catalogue.placements["glutes"], programs[id_], 1.5, own_minutes=True)
        routines = {id_: Routine(id_, (stage,)), **routines}
    return replace(catalogue, programs=programs, routines=routines)


@cache
def rules_of(person: str, names: str) -> Rules:
    """The rules with this person in the plan, and the placements under other names."""
    catalogue = own_catalogue()
    if names:
        placements = {
            id_: replace(placement, id=id_ + names, same_site=())
            for id_, placement in catalogue.placements.items()
        }
        routines = {
            id_: replace(
                routine,
                stages=tuple(
                    replace(stage, placement=placements[stage.placement.id])
                    for stage in routine.stages
                ),
            )
            for id_, routine in catalogue.routines.items()
        }
        named = {placement.id: placement for placement in placements.values()}
        catalogue = replace(catalogue, placements=named, routines=routines)
    return Rules(Plan(people=(person,), stage_minutes=1.5), LIMITS, catalogue)
