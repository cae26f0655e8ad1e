"""With the therapist's lock set, no sequence of buttons and knob reaches more than it permits."""

from collections.abc import Callable
from random import Random

import pytest

from appliance.session.record import Record
from appliance.session.state import State
from appliance.settings import lock
from appliance.settings.library import load_catalogue
from appliance.settings.reading import load
from appliance.simulator.pulses import Pulse
from appliance.therapy.offers import REST_DAY, Option
from tests.journeys.journey import Box, Home

LIMIT_MA, MOVES = 3.0, 25
SETTINGS = (
    f"[limits]\ncurrent_ma = {LIMIT_MA}\ngentle_current_ma = 2\n"
    "[plan]\nroutine = 'back'\nstage_minutes = 10\n"
)
ROUTINE = "[back]\nstages = [{ placement = 'lower_back', program = 'lower_back', minutes = 10 }]\n"
PROGRAMS = {"lower_back", "gentle"}


@pytest.fixture
def box(home: Home) -> Box:
    home.owns("config.toml", SETTINGS).owns("routines.toml", ROUTINE)
    file = home.folder / "config.toml"
    settings = load(file, {})
    lock.write(file, lock.lock_of(settings, load_catalogue(file, settings)), "2580")
    return home.knows(sessions=6, days_ago=3).boot(load(file, {}))


CHOOSING = (6, 4, 4, 3, 3, 1, 1, 1, 1, 1)
TURNING = (1, 2, 8, 1, 8, 1, 2, 4, 1, 6)
"""How likely each move is: mostly onwards, or mostly up."""


def moves_of(box: Box) -> list[Callable[[], object]]:
    return [
        lambda: box.wait(0.3).confirm(),
        lambda: box.wait(1.7).hold_confirm(),
        lambda: box.spin(12, 0.03),
        lambda: box.press_stop().release_stop(),
        lambda: box.turn(3, every_s=0.3),
        lambda: box.spin(-7),
        lambda: box.turn(-1, every_s=0.1),
        lambda: box.back(),
        lambda: box.press_knob(),
        lambda: box.wait(2.0),
    ]


class Watched:
    """What hands got of the box: pulses, and everything that was offered or laid out."""

    def __init__(self, box: Box) -> None:
        self.pulses_ma: list[float] = []
        self.states: set[State] = set()
        box.board.output.on_pulse.append(self._see)
        box.watchers.append(self._look)

    def _see(self, pulse: Pulse) -> None:
        self.pulses_ma.append(pulse.amplitude_ma)

    def _look(self, record: Record) -> None:
        self.states.add(record.state)
        for option in record.options:
            if option is not REST_DAY:
                is_within(option)
        if record.visit is not None:
            is_within(record.visit.option)
        if record.run is not None:
            assert record.run.limit <= LIMIT_MA


def do_by_chance(box: Box, chances: tuple[int, ...], seed: int) -> None:
    for move in Random(seed).choices(moves_of(box), chances, k=MOVES):
        move()


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_chosen_is_within_the_lock(box: Box, seed: int) -> None:
    watched = Watched(box)
    box.to_choosing()
    do_by_chance(box, CHOOSING, seed)
    assert {State.CHOOSING, State.PREPARING} <= watched.states
    assert max(watched.pulses_ma, default=0.0) <= LIMIT_MA


@pytest.mark.parametrize("seed", [3, 4])
def test_however_the_knob_is_turned_no_more_flows_than_the_lock_permits(
    box: Box, seed: int
) -> None:
    watched = Watched(box)
    box.to_current(1)
    do_by_chance(box, TURNING, seed)
    assert LIMIT_MA / 2 < max(watched.pulses_ma) <= LIMIT_MA


def is_within(option: Option) -> None:
    assert {stage.placement.id for stage in option.stages} <= {"lower_back"}
    assert {stage.program.id for stage in option.stages} <= PROGRAMS
    assert sum(stage.minutes for stage in option.stages) <= 10
