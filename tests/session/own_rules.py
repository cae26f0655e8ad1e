"""The rules of a household that tries everything: short stages, own programs, other names."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest

from appliance.errors import TherapyError
from appliance.session.record import Rules
from appliance.therapy import standing
from appliance.therapy.catalogue import Catalogue
from appliance.therapy.limits import Limits
from appliance.therapy.placements import Pad, Placement, Site, check_placement
from appliance.therapy.plan import Plan
from appliance.therapy.program_rules import check_program
from appliance.therapy.programs import Kind, Phase, Program
from appliance.therapy.routines import Routine, Stage
from tests.session.body import COMFORT_S, DAY_S, SITE_S, Places
from tests.session.core import shipped

BUZZ = Program(
    "buzz",
    Kind.COMFORT,
    (Phase("on", 100.0, 400, 2.0, 0.0, 2.0, 0.0), Phase("tap", 3.0, 400, 2.0, 0.0, 2.0, 0.0)),
)
"""As strong as a program of one's own may be, under a harmless name."""


def _pads(site: Site, lower_cm: float, upper_cm: float) -> tuple[tuple[Pad, ...], tuple[Pad, ...]]:
    a, b = (
        tuple(Pad(site, across_cm, up_cm, 5.0, 5.0) for up_cm in (lower_cm, upper_cm))
        for across_cm in (-6.0, 6.0)
    )
    return a, b


OWN_PLACEMENTS = (
    Placement("low_back", True, _pads(Site.BESIDE_SPINE, -3.5, 8.0)),
    Placement("high_glutes", True, _pads(Site.GLUTES, -15.5, -5.5)),
)
"""Pads that lie over one another at the hip bones, where two sites meet."""


@contextmanager
def short_day(charge_mc: float) -> Iterator[None]:
    """Sums of a day that a test can reach, beside those that are settings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standing, "HARD_SITE_CHARGE_MC", charge_mc)
        patch.setattr(standing, "LEAST_CHARGE_MC", min(charge_mc / 10.0, 20.0))
        patch.setattr(standing, "COMFORT_MINUTES_PER_DAY", COMFORT_S / 60.0)
        yield


@cache
def own_catalogue(seed: int) -> Catalogue:
    """The shipped programs without their warm-up, which would fill stages as short as these,
    and programs, placements and routines of one's own."""
    catalogue = shipped()
    for placement in OWN_PLACEMENTS:
        check_placement(placement)
    programs = {
        id_: program
        if program.kind is Kind.COMFORT
        else program.but(phases=tuple(p for p in program.phases if not p.continuous))
        for id_, program in catalogue.programs.items()
    }
    routines = {
        id_: routine.but(
            stages=tuple(stage.but(program=programs[stage.program.id]) for stage in routine.stages),
        )
        for id_, routine in catalogue.routines.items()
    }
    placements = dict(catalogue.placements) | {one.id: one for one in OWN_PLACEMENTS}
    own = {program.id: program for program in _own_programs(random.Random(seed))}
    for id_, program in own.items():
        places = ["bench"] if program.kind is Kind.BENCH else ["glutes"]
        if program.kind is Kind.CONTRACTING:
            places = ["low_back", "high_glutes"]
        stages = tuple(Stage(placements[one], program, 1.5, own_minutes=True) for one in places)
        routines = {id_: Routine(id_, stages), **routines}
    return catalogue.but(programs=programs | own, placements=placements, routines=routines)


def _own_programs(chance: random.Random) -> Iterator[Program]:
    """Of each kind, what the rules of programs let pass."""
    yield BUZZ.but(phases=BUZZ.phases[:1])
    yield BUZZ.but(id="tap", phases=BUZZ.phases[1:])
    for kind in Kind:
        yield _own_program(f"own_{kind.value}", kind, chance)


def _own_program(id_: str, kind: Kind, chance: random.Random) -> Program:
    while True:
        continuous = kind is Kind.COMFORT or chance.random() < 0.2
        phase = Phase(
            "own",
            frequency_hz=chance.choice((1.0, 3.0, 10.0, 30.0, 60.0, 90.0, 120.0)),
            pulse_width_us=chance.choice((50, 180, 250, 300, 400)),
            ramp_up_s=chance.choice((2.0, 2.0, 10.0)),
            hold_s=0.0 if continuous else chance.choice((1.0, 5.0, 20.0, 40.0)),
            ramp_down_s=chance.choice((0.0, 1.0, 10.0)),
            off_s=0.0 if continuous else chance.choice((1.0, 1.0, 4.0, 30.0)),
        )
        program = Program(id_, kind, (phase,))
        try:
            check_program(program)
        except TherapyError:
            continue
        return program


@cache
def rules_of(
    seed: int, people: tuple[str, ...], names: str, routine: str, sessions_per_day: int
) -> Rules:
    """The rules with these people in the plan, and the placements under other names."""
    catalogue = own_catalogue(seed)
    if names:
        placements = {
            id_: placement.but(id=id_ + names, same_site=())
            for id_, placement in catalogue.placements.items()
        }
        routines = {
            id_: each.but(
                stages=tuple(
                    stage.but(placement=placements[stage.placement.id]) for stage in each.stages
                ),
            )
            for id_, each in catalogue.routines.items()
        }
        named = {placement.id: placement for placement in placements.values()}
        catalogue = catalogue.but(placements=named, routines=routines)
    limits = Limits(
        current_ma=60.0,
        minutes_per_day=DAY_S / 60.0,
        minutes_per_site=SITE_S / 60.0,
        sessions_per_day=sessions_per_day,
    )
    return Rules(Plan(people=people, routine=routine, stage_minutes=1.5), limits, catalogue)


BACK = frozenset({"beside_spine", "glutes"})


@cache
def places_of(placement: Placement) -> Places:
    """The parts of the body under these pads: their muscle groups, and squares of skin."""
    pads = placement.pads[0] + placement.pads[1]
    groups = {(pad.site.value, 0, 0) for pad in pads}
    skin = {
        ("back" if pad.site.value in BACK else "front", across, up)
        for pad in pads
        for across in range(30)
        for up in range(-40, 30)
        if abs(across + 0.5 - abs(pad.from_midline_cm)) < pad.width_cm / 2.0
        and abs(up + 0.5 - pad.above_landmark_cm) < pad.height_cm / 2.0
    }
    return frozenset(groups | skin)
