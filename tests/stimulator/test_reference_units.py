"""Milliampere and hertz to integers: always down, never above a hard cap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.session.board import Ceilings, SetPoint
from appliance.stimulator.reference import protocol, units
from appliance.therapy.programs import Bursts


@pytest.mark.parametrize(
    ("current_ma", "codes"),
    [(0, 0), (0.0249, 0), (0.025, 1), (10.025, 401), (10.0499, 401), (80, 3200), (100, 3200)],
)
def test_amplitude_goes_down_to_a_whole_code(current_ma: float, codes: int) -> None:
    assert units.amplitude_codes(current_ma) == codes


@given(st.integers(0, 3200))
def test_a_code_survives_the_way_to_milliampere_and_back(codes: int) -> None:
    assert units.amplitude_codes(codes / 40) == codes


@pytest.mark.parametrize(
    ("hz", "centihz"), [(0, 0), (2.92578, 292), (35, 3500), (120, 12_000), (121, 12_000)]
)
def test_frequency_goes_down_to_a_hundredth_of_a_hertz(hz: float, centihz: int) -> None:
    assert units.frequency_centihz(hz) == centihz


@pytest.mark.parametrize(
    ("bursts", "told"),
    [
        (None, (0, 0)),
        (Bursts(pulses=5, rate_hz=1.0), (5, 1000)),
        (Bursts(pulses=2, rate_hz=2.0), (2, 500)),
        (Bursts(pulses=9, rate_hz=3.0), (9, 333)),
    ],
)
def test_a_burst_is_its_pulses_and_the_time_to_the_next(
    bursts: Bursts | None, told: tuple[int, int]
) -> None:
    assert units.burst_fields(bursts) == told


REPORT = protocol.Report(*[0] * 30, bytes(len(protocol.Refusal)))


@given(st.floats(0, 80), st.floats(0, 80))
def test_a_level_within_its_ceiling_stays_within_it_on_the_wire(one: float, other: float) -> None:
    level, ceiling = sorted((one, other))
    asked = SetPoint(50, (level, level), 500, Ceilings(ceiling, 500, 50))
    frame = units.on_the_wire(asked, 2, flows=True, newest=REPORT, sequence=2)
    assert frame.amplitude_a_codes <= frame.ceiling_codes
    assert frame.width_a_us == frame.ceiling_us == 400


def test_amplitudes_count_only_where_current_may_flow() -> None:
    asked = SetPoint(50, (10, 7.5), 250, Ceilings(60, 400, 120))
    flowing = units.on_the_wire(asked, 2, flows=True, newest=REPORT, sequence=2)
    assert (flowing.amplitude_a_codes, flowing.amplitude_b_codes) == (400, 300)
    resting = units.on_the_wire(asked, 2, flows=False, newest=REPORT, sequence=2)
    assert resting == flowing._replace(amplitude_a_codes=0, amplitude_b_codes=0)


def test_channel_b_of_a_board_with_one_channel_is_asked_for_nothing() -> None:
    asked = SetPoint(50, (10, 7.5), 250, Ceilings(60, 400, 120))
    frame = units.on_the_wire(asked, 1, flows=True, newest=REPORT, sequence=2)
    assert (frame.amplitude_a_codes, frame.amplitude_b_codes) == (400, 0)
