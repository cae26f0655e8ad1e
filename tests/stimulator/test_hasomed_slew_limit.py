"""The slew limit of the HASOMED drivers, whose devices accept any rise of current."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.session.board import Ceilings, SetPoint
from appliance.stimulator.hasomed.slew_limit import SlewLimit, whole_steps_ma
from tests.stimulator.rigs import RIGS, Host, Rig, set_point


@pytest.fixture(params=["p24", "rehamove3"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    rig = RIGS[request.param](tmp_path)
    yield rig
    rig.end()


def risen(rise: SlewLimit, asked: SetPoint, now: float) -> tuple[float, float]:
    amplitude = rise.towards(asked, now)
    rise.reach(amplitude, now)
    return amplitude


def test_from_nothing_it_is_1_ma_however_long_nothing_was_asked() -> None:
    for pause_s in (0.0, 0.05, 0.1, 10.0):
        rise = SlewLimit(0.5)
        risen(rise, set_point(0), 1.0)
        assert risen(rise, set_point(20, 20), 1.0 + pause_s) == (1, 1)


def test_less_than_a_step_is_nothing_yet() -> None:
    rise = SlewLimit(0.5)
    risen(rise, set_point(0.4, 0.4), 1.0)
    assert risen(rise, set_point(20, 20), 1.1) == (1, 1)


def test_it_rises_by_40_ma_a_second_and_saves_nothing_up() -> None:
    rise = SlewLimit(0.5)
    risen(rise, set_point(20, 20), 1.0)
    assert risen(rise, set_point(20, 20), 1.03) == pytest.approx((2.2, 2.2))
    assert risen(rise, set_point(20, 20), 9.0) == pytest.approx((3.8, 3.8))


def test_each_channel_rises_from_its_own_amplitude() -> None:
    rise = SlewLimit(0.5)
    rise.reach((10.0, 0.4), 1.0)
    assert rise.towards(set_point(20, 20), 1.03) == pytest.approx((11.2, 1))
    rise.reach((0.5, 10.0), 1.0)
    assert rise.towards(set_point(20, 20), 1.03) == pytest.approx((1.7, 11.2))


def test_a_time_before_the_last_lets_nothing_rise_and_takes_nothing_back() -> None:
    rise = SlewLimit(0.5)
    rise.reach((10.0, 10.0), 5.0)
    assert rise.towards(set_point(20, 20), 4.0) == (10, 10)


def test_after_an_answer_that_was_lost_each_channel_begins_at_the_less_of_both() -> None:
    rise = SlewLimit(0.5)
    rise.reach((10.0, 4.0), 5.0)
    rise.fall_back((8.0, 6.0))
    assert rise.towards(set_point(20, 20), 5.0) == (8, 4)
    rise.fall_back((8.0, 3.0))
    assert rise.towards(set_point(20, 20), 5.0) == (8, 3)


@pytest.mark.parametrize(
    ("current_ma", "step_ma", "told_ma"),
    [(0.49, 0.5, 0), (7.99, 0.5, 7.5), (8.0, 0.5, 8), (0.3, 0.1, 0.3), (80, 1, 80), (99, 1, 80)],
)
def test_an_amplitude_goes_down_to_whole_steps_and_to_80_ma_at_most(
    current_ma: float, step_ma: float, told_ma: float
) -> None:
    assert whole_steps_ma(current_ma, step_ma) == pytest.approx(told_ma)


def test_down_is_at_once() -> None:
    rise = SlewLimit(0.5)
    rise.reach((50.0, 50.0), 1.0)
    assert risen(rise, set_point(2, 0), 1.0) == (2, 0)


def test_what_the_ceiling_held_back_does_not_leap_when_the_ceiling_is_lifted() -> None:
    rise = SlewLimit(0.5)
    low = SetPoint(50.0, (20.0, 20.0), 250, Ceilings(0.0, 400, 120.0))
    for step in range(20):
        risen(rise, low, 1.0 + step * 0.05)
    assert risen(rise, set_point(20, 20), 2.0) == (1, 1)


def test_a_look_in_place_of_an_update_lets_nothing_rise(rig: Rig) -> None:
    host = Host(rig.driver, rig.clock)
    host.retry(0.5)
    host.apply(set_point(0), 0.5)
    # Late answers: a look goes out where the first update would.
    rig.troubles.delay_s = 0.03
    host.apply(set_point(20), 0.3)
    assert rig.pulses[0].amplitude_ma <= 1


def test_a_lost_answer_lets_nothing_leap(rig: Rig) -> None:
    host = Host(rig.driver, rig.clock)
    host.retry(0.5)
    rig.troubles.lose_every = 2
    host.apply(set_point(0), 0.3)
    host.apply(set_point(20), 0.5)
    assert rig.pulses[0].amplitude_ma <= 1
