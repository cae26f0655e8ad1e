"""A set-point in the whole steps of a RehaStim2: current, width, and intervals that add up."""

import pytest
from msgspec.structs import replace

from appliance.stimulator.rehastim2.lists import Channel, StartList
from appliance.stimulator.rehastim2.units import (
    Pace,
    frequency_hz,
    intervals_half_ms,
    start_list,
)
from tests.stimulator.rigs import CEILINGS, set_point


@pytest.mark.parametrize(
    ("current_ma", "told_ma"), [(0, 0), (0.9, 0), (1, 1), (20.9, 20), (80, 80), (99, 80)]
)
def test_current_goes_down_to_whole_milliamperes(current_ma: float, told_ma: int) -> None:
    started = start_list(set_point(0), (current_ma, 7.0))
    assert started == StartList((Channel(250, told_ma), Channel(250, 7)))


@pytest.mark.parametrize(
    ("asked_us", "ceiling_us", "told_us"),
    [(250, 400, 250), (300, 200, 200), (500, 500, 400), (5, 400, 20), (20, 400, 20)],
)
def test_the_width_is_within_what_the_device_and_the_session_allow(
    asked_us: int, ceiling_us: int, told_us: int
) -> None:
    low = replace(set_point(20, us=asked_us), ceilings=CEILINGS.but(pulse_width_us=ceiling_us))
    assert {one.width_us for one in start_list(low, (20.0, 0.0)).channels} == {told_us}


def test_the_frequency_stays_within_the_session_s_ceiling() -> None:
    low = replace(set_point(20, hz=50), ceilings=CEILINGS.but(frequency_hz=20.0))
    assert frequency_hz(low) == 20
    assert frequency_hz(set_point(20, hz=50)) == 50


@pytest.mark.parametrize(
    ("hz", "shorter", "longer", "nearest"),
    [
        (50, 40, 40, 40),
        (35, 57, 58, 57),
        (45, 44, 45, 44),
        (120, 17, 17, 17),
        (200, 17, 17, 17),
        (1, 2000, 2000, 2000),
        (0.5, 2050, 2050, 2050),
    ],
)
def test_intervals_next_to_a_frequency(hz: float, shorter: int, longer: int, nearest: int) -> None:
    assert intervals_half_ms(hz) == (shorter, longer, nearest)


@pytest.mark.parametrize("hz", [35.0, 45.0])
def test_intervals_alternate_so_that_pulses_add_up(hz: float) -> None:
    pace, delivered = Pace(), 0.0
    for contraction in range(100):
        at = 20.0 * contraction
        half_ms = pace.choose(hz)
        pace.follow(False, at)
        pace.follow(True, at)
        pace.follow(True, at + 4.0)
        pace.follow(True, at + 10.0)
        pace.follow(False, at + 10.1)
        delivered += 10 * 2000 / half_ms + 0.5
    assert delivered == pytest.approx(hz * 1000, abs=6)


def test_a_pace_may_begin_with_any_frequency() -> None:
    for hz in (1.0, 2.0, 50.0):
        assert Pace().choose(hz) == 2000 / hz


def test_the_nearest_interval_is_taken_while_less_than_a_pulse_is_to_be_made_up_for() -> None:
    pace = Pace()
    assert pace.choose(35) == 57
    pace.follow(True, 1.0)
    # The half pulse that comes at once is none.
    assert pace.choose(35) == 57
    pace.follow(True, 2.0)
    assert pace.choose(35) == 58


def test_half_a_pulse_too_few_is_not_made_up_for_and_more_is() -> None:
    pace = Pace()
    # 64 half milliseconds are an eighth of a pulse a second too few.
    assert pace.choose(31.375) == 64
    pace.follow(True, 1.0)
    pace.follow(True, 9.0)
    assert pace.choose(31.375) == 64
    pace.follow(True, 1.0)
    pace.follow(True, 17.0)
    assert pace.choose(31.375) == 63


def test_each_list_begins_with_a_pulse_at_once() -> None:
    pace = Pace()
    assert pace.choose(36) == 56
    pace.follow(True, 1.0)
    assert pace.choose(36) == 56
    # It did not flow from then on: this is another list.
    pace.follow(True, 11.0)
    assert pace.choose(36) == 56
    pace.follow(True, 12.0)
    pace.follow(False, 99.0)
    assert pace.choose(36) == 56


def test_another_frequency_has_nothing_to_make_up_for() -> None:
    pace = Pace()
    pace.choose(35)
    for at in (1.0, 11.0):
        pace.follow(True, at)
    assert pace.choose(45) == 44
    assert pace.choose(35) == 57
