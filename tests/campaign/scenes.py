"""Where a box is when something goes wrong: drawn by chance, and lived up to that moment."""

import random
from dataclasses import dataclass
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

from appliance.settings.model import Settings, StimulatorSettings
from appliance.simulator.boards.models import make_device
from appliance.simulator.boards.reference.board import Board
from appliance.simulator.body import Pads
from appliance.therapy.programs import Program
from appliance.therapy.units import Pair
from tests.campaign.forks import come_to_rest
from tests.journeys.delivery import Delivery
from tests.journeys.journey import Box, Home
from tests.session.core import shipped
from tests.therapy.program_grammar import drawn

BOARDS = ("reference", "reference", "reference", "reference", "p24", "rehamove3", "rehastim2")
SETTINGS = {
    "reference": Settings(),
    "p24": Settings(stimulator=StimulatorSettings("sciencemode", accept_research_board=True)),
    "rehamove3": Settings(stimulator=StimulatorSettings("sciencemode", accept_research_board=True)),
    "rehastim2": Settings(stimulator=StimulatorSettings("rehastim2")),
}
FLOWS = "current"
PLACES = (*(FLOWS,) * 12, "paused", "stopped", "contact_lost", "fault", "ready", "locked")
LEVELS_MA = (4.0, 9.0, 15.0, 22.0, 30.0)
DRAWN_PROGRAMS = 60
OHM = (400.0, 700.0, 1000.0, 1600.0, 2400.0)
LONGEST_WAIT_S = 9.0
WIDEST_SWEEP = 8.0
UNMEASURED = "the current through the body rises"
"""The rule that a board breaks that does not measure, where a pad that was off is back."""
LEASE_OF_ANY_S = 2.1
"""Longest time for which a board that receives no off goes on."""

HASOMED_DRIVERS = ("sciencemode", "rehastim2")
HASOMED_RISE_MA = 2.0
"""What a pulse may be above 40 mA/s from the one before: these devices do not limit the rise, the
host does, from frame to frame. Where a fault holds a frame up, a pulse may be two frames of a ramp
ahead of the one before: twice 20 ms at 40 mA/s are 1.6 mA, which whole steps of 0.5 or 1 mA make
2 mA. The board cards say one step, which is all while every frame comes in time."""


@dataclass(frozen=True)
class Scene:
    """All that is drawn of it. Two boxes of one scene are the same."""

    board: str
    place: str
    program: str
    """The id of a program that ships, or the number of one of the grammar's."""
    at: float
    """How far the stage is, as a share of its length."""
    level: Pair
    ohm: Pair
    wait_s: float


def draw_scene(dice: random.Random) -> Scene:
    board = dice.choice(BOARDS)
    programs = list(_shipped(board == "reference"))
    if board == "reference":
        every = range(DRAWN_PROGRAMS)
        programs += [str(n) for n in every if _is_clear(drawn(DRAWN_PROGRAMS)[n])]
    level_a, level_b = dice.choice(LEVELS_MA), dice.choice(LEVELS_MA)
    level = dice.choice(((level_a, level_b), (level_a, 0.0), (0.0, level_b)))
    return Scene(
        board,
        dice.choice(PLACES),
        dice.choice(programs),
        round(dice.random(), 3),
        level,
        (dice.choice(OHM), dice.choice(OHM)),
        round(dice.uniform(0.0, LONGEST_WAIT_S), 3),
    )


@cache
def _shipped(with_bursts: bool) -> tuple[str, ...]:
    """Ids of the programs that ship. Only the reference board makes bursts."""
    return tuple(
        sorted(
            name
            for name, program in shipped().programs.items()
            if with_bursts or not any(span.phase.bursts for span in program.lay_out(20.0))
        )
    )


def _is_clear(program: Program) -> bool:
    """Whether no sweep goes so low that the pulse witness takes one of its periods for a rest."""
    return all(
        span.phase.modulation.least_frequency_hz * WIDEST_SWEEP >= span.phase.frequency_hz
        for span in program.lay_out(20.0)
        if span.phase.modulation is not None
    )


def program_of(scene: Scene) -> Program:
    if scene.program.isdigit():
        return drawn(DRAWN_PROGRAMS)[int(scene.program)]
    return shipped().programs[scene.program]


def root(board: str, place: str, folder: Path) -> Box:
    """A box from which scenes are reached: `locked`, `ready`, or with current."""
    device: Any = make_device(board)
    home = Home(folder)
    box = home.knows(sessions=9).boot(SETTINGS[board], board=device)
    if SETTINGS[board].stimulator.driver in HASOMED_DRIVERS:
        # From the first pulse on: a scene is judged as well as what happens in it.
        box.observer.witness.rise_at_once_ma = HASOMED_RISE_MA
    if place == "locked":
        box.switched_on()
    elif place == "ready":
        box.to_ready()
    else:
        box.to_both(2)
    come_to_rest(box)
    return box


def enter(box: Box, scene: Scene) -> None:
    """From a root of its board to the moment of the scene."""
    for channel in (0, 1):
        box.board.body.set_resistance(channel, scene.ohm[channel])
    if scene.board == "rehastim2" and scene.place not in ("ready", "locked"):
        # Its list of channels is made at a start: the stage is the one that the hand began.
        box.turn(round(max(scene.level) / 2)).wait(scene.wait_s)
    elif scene.place not in ("ready", "locked"):
        program = program_of(scene)
        longest = program.longest_s if isfinite(program.longest_s) else 1200.0
        at_s = scene.at * max(0.0, longest - 30.0)
        Delivery(box).begin(program, at_s, level=scene.level).wait(scene.wait_s)
    _LEAD.get(scene.place, _stay)(box)
    come_to_rest(box)


def _stay(box: Box) -> None:
    return None


def _pause(box: Box) -> None:
    box.confirm().wait(0.2)


def _stop(box: Box) -> None:
    box.press_stop().release_stop().wait(0.2)


def _lose(box: Box) -> None:
    for pads in (Pads.OPEN, Pads.GOOD):
        for channel in (0, 1):
            box.board.body.place(channel, pads)
        box.wait(2.0)
    if not isinstance(box.board, Board):
        # It tells an open pad from some current on only: what a pad has kept away until then is
        # there at once when the pad is back. The board cards say so, and the scene begins after it.
        broken = box.observer.broken
        broken[:] = [text for text in broken if UNMEASURED not in text]


def _fail(box: Box) -> None:
    box.observer.grace_s = LEASE_OF_ANY_S
    box.unplug().wait(0.5)
    box.plug()


_LEAD = {"paused": _pause, "stopped": _stop, "contact_lost": _lose, "fault": _fail}


def root_of(scene: Scene) -> str:
    return scene.place if scene.place in ("locked", "ready") else FLOWS
