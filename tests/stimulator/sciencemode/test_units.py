"""A set-point in the steps of a P24 or RehaMove3: amplitude, width, and periods that add up."""

import pytest
from msgspec.structs import replace

from appliance.stimulator.sciencemode.models import P24, REHAMOVE3, Model
from appliance.stimulator.sciencemode.pulses import Train, Update, biphasic
from appliance.stimulator.sciencemode.units import Pace, periods_quarter_ms, update
from tests.stimulator.rigs import CEILINGS, set_point

MODELS = [P24, REHAMOVE3]


def test_a_channel_at_zero_is_left_out_and_the_others_keep_their_numbers() -> None:
    a = Train(1, 80, biphasic(20.0, 250, 100))
    b = Train(2, 80, biphasic(12.0, 250, 100))
    assert update(set_point(20, 12), (20.0, 12.0), 80) == Update((a, b))
    assert update(set_point(20, 12), (0.0, 12.0), 80) == Update((b,))
    assert update(set_point(20, 12), (20.0, 0.4), 80) == Update((a,))
    assert update(set_point(20, 12), (0.0, 0.0), 80) == Update()


@pytest.mark.parametrize(
    ("current_ma", "told_ma"), [(0.5, 0.5), (0.99, 0.5), (20.49, 20), (80, 80), (99, 80)]
)
def test_amplitude_goes_down_to_half_a_milliampere(current_ma: float, told_ma: float) -> None:
    (train,) = update(set_point(0), (current_ma, 0.0), 80).trains
    assert train.points[0].current_ma == told_ma


@pytest.mark.parametrize(
    ("asked_us", "ceiling_us", "told_us"), [(250, 400, 250), (300, 200, 200), (500, 500, 400)]
)
def test_the_width_is_the_least_of_what_is_asked_and_may_be(
    asked_us: int, ceiling_us: int, told_us: int
) -> None:
    low = replace(set_point(20, us=asked_us), ceilings=CEILINGS.but(pulse_width_us=ceiling_us))
    (train,) = update(low, (20.0, 0.0), 80).trains
    assert [point.duration_us for point in train.points] == [told_us, 100, told_us]


@pytest.mark.parametrize(
    ("model", "hz", "shorter", "longer", "nearest"),
    [
        (P24, 50, 80, 80, 80),
        (P24, 35, 114, 115, 114),
        (P24, 45, 88, 89, 89),
        (P24, 120, 34, 34, 34),
        (P24, 119, 34, 34, 34),
        (P24, 200, 34, 34, 34),
        (P24, 1, 4000, 4000, 4000),
        (REHAMOVE3, 50, 80, 80, 80),
        (REHAMOVE3, 35, 114, 116, 114),
        (REHAMOVE3, 45, 88, 90, 88),
        (REHAMOVE3, 119, 34, 34, 34),
    ],
)
def test_periods_next_to_a_frequency(
    model: Model, hz: float, shorter: int, longer: int, nearest: int
) -> None:
    assert periods_quarter_ms(hz, model) == (shorter, longer, nearest)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("hz", [33.0, 35.0])
def test_contractions_one_after_the_other_have_the_pulses_of_the_frequency(
    model: Model, hz: float
) -> None:
    pace, delivered = Pace(), 0.0
    for contraction in range(20):
        at = 10.0 * contraction
        pace.follow(hz, False, model, at)
        period = pace.follow(hz, True, model, at)
        # The first pulse comes at once: half a pulse more than the time has, on average.
        delivered += 0.5
        for step in range(1, 101):
            delivered += 0.05 * 4000 / period
            period = pace.follow(hz, True, model, at + 0.05 * step)
    assert delivered == pytest.approx(hz * 100, abs=1)


def test_a_pace_may_begin_with_any_frequency() -> None:
    for hz in (1.0, 2.0, 50.0):
        assert Pace().follow(hz, True, P24, 1.0) == 4000 / hz


def test_the_rest_between_two_contractions_counts_for_nothing() -> None:
    pace = Pace()
    pace.follow(35, True, P24, 1.0)
    assert pace.follow(35, True, P24, 1.1) == 115
    pace.follow(35, False, P24, 1.2)
    # An hour at 115 quarters would be ten pulses behind, and the shorter period next.
    assert pace.follow(35, True, P24, 3600.0) == 115


def test_half_a_pulse_too_few_or_too_many_is_not_made_up_for_and_more_is() -> None:
    # The nearest period of a P24 is a little short, and the first pulse comes at once.
    assert Pace().follow(31.375, True, P24, 1.0) == 127
    # That of a RehaMove3 is an eighth of a pulse a second too few.
    pace = Pace()
    assert [pace.follow(31.375, True, REHAMOVE3, at) for at in (1.0, 9.0, 10.0)] == [128, 128, 126]


def test_another_frequency_begins_with_its_nearest_period_and_nothing_to_make_up_for() -> None:
    pace = Pace()
    for step in range(100):
        pace.follow(45, True, P24, step * 0.05)
    assert pace.follow(35, True, P24, 5.0) == 114
    assert pace.follow(50, True, P24, 5.05) == 80
