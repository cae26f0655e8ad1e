"""The pace of the front panel: virtual time in proportion to real time, without catching up."""

from collections.abc import Iterator

import pytest

from appliance.front_panel.pace import LONGEST_S, Pace
from appliance.session.state import State
from appliance.virtual_box.box import VirtualBox, World
from tests.front_panel.desk import RealTime, start_stage


class Slow(RealTime):
    """A computer on which each look at the clock takes time."""

    def __init__(self, look_s: float) -> None:
        super().__init__()
        self.look_s = look_s

    def __call__(self) -> float:
        self.seconds += self.look_s
        return self.seconds


@pytest.fixture
def box(tmp_path) -> Iterator[VirtualBox]:
    with VirtualBox(World(tmp_path)) as box:
        yield box


@pytest.mark.parametrize("speed", [0.5, 1.0, 20.0])
def test_virtual_time_passes_so_many_times_as_fast_to_the_moment(box, speed):
    real = RealTime()
    pace = Pace(box, speed, real)
    before = box.now
    for _ in range(10):
        real.seconds += 0.03
        pace.tick()
    assert box.now - before == pytest.approx(0.3 * speed)
    assert not pace.falls_behind


def test_no_real_time_is_no_virtual_time(box):
    pace, before = Pace(box, 1.0, RealTime()), box.now
    assert not pace.tick()
    assert box.now == before


def test_a_terminal_that_slept_does_not_make_up_for_it(box):
    real = RealTime()
    pace, before = Pace(box, 1.0, real), box.now
    real.seconds += 3600.0
    pace.tick()
    assert box.now - before == pytest.approx(LONGEST_S)


def test_where_the_computer_is_too_slow_virtual_time_slows_down_and_nothing_stalls(box):
    start_stage(box)
    pace, before = Pace(box, 100.0, Slow(0.01)), box.now
    for _ in range(200):
        pace.tick()
    assert pace.falls_behind
    assert 0.0 < box.now - before < 100.0 * 200 * 0.02
    assert box.state is State.STIMULATING
    assert "loop_stalled" not in box.record.seen


def test_the_speed_stays_between_its_bounds(box):
    pace = Pace(box, 1.0, RealTime())
    for _ in range(20):
        pace.change(2.0)
    assert pace.speed == 1000.0
