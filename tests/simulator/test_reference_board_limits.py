"""The board's caps, its rise limit and its frequency, judged by the pulses that were delivered."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.simulator.boards.reference.limits import Ceilings
from appliance.stimulator.reference.protocol import (
    Refusal,
    State,
)
from tests.simulator.board_rig import BoardBench

# Limits


@pytest.mark.parametrize(
    "changes",
    [
        {"amplitude_a_codes": 3201, "width_a_us": 100},
        {"amplitude_b_codes": 3201, "width_b_us": 100},
        {"width_a_us": 401},
        {"width_b_us": 401},
        {"width_a_us": 49},
        {"amplitude_a_codes": 0, "width_a_us": 401},
        {"frequency_centihz": 12_001},
        {"frequency_centihz": 99},
        {"frequency_centihz": 0},
    ],
    ids=str,
)
def test_a_set_point_above_a_cap_is_refused_whole(changes: dict[str, int]) -> None:
    rig = BoardBench()
    rig.start(5)
    rig.ask(rig.set_point(5)._replace(**changes))
    assert rig.refused(Refusal.LIMIT)
    rig.pass_time(0.2)
    assert {(p.amplitude_ma, p.width_us, p.frequency_hz) for p in rig.pulses[-9:]} == {(5, 250, 50)}


@pytest.mark.parametrize(("codes", "is_allowed"), [(4000, True), (4001, False)])
def test_the_charge_of_a_phase_is_at_most_40_microcoulomb(codes: int, is_allowed: bool) -> None:
    # With the other caps as they are 32 uC is the most; the rule must hold without them.
    asked = BoardBench().set_point(us=400)._replace(amplitude_a_codes=codes, ceiling_codes=5000)
    assert Ceilings(codes=5000).allow(asked) is is_allowed


def test_the_lower_of_caps_and_ceilings_holds_until_the_next_off() -> None:
    rig = BoardBench()
    rig.ask(rig.set_point()._replace(ceiling_codes=400, ceiling_us=250, ceiling_centihz=5000))
    rig.hold(0.5, rig.set_point(10))
    for changes in (
        {"amplitude_a_codes": 401},
        {"width_a_us": 251},
        {"frequency_centihz": 5001},
    ):
        # This one claims higher ceilings, in vain.
        rig.ask(rig.set_point(10)._replace(**changes))
        assert rig.refused(Refusal.LIMIT)
    rig.off()
    rig.pulses.clear()
    rig.start(11, seconds=1)
    assert rig.pulses[-1].amplitude_ma == 11


# The rise


def test_the_first_pulse_is_at_most_one_milliampere_and_the_rise_40_ma_a_second() -> None:
    rig = BoardBench()
    rig.start(80, hz=35, seconds=3, us=100)
    for channel in (0, 1):
        pulses = rig.of(channel)
        assert pulses[0].amplitude_ma == 1
        assert pulses[-1].amplitude_ma == 80
        for one, other in itertools.pairwise(pulses):
            rise = other.amplitude_ma - one.amplitude_ma
            assert rise <= 40 * (other.at - one.at) + 1e-6


def test_after_a_rest_the_rise_begins_anew() -> None:
    rig = BoardBench()
    rig.start(20, seconds=1)
    rig.hold(0.5, rig.set_point(0))
    before = len(rig.of(0))
    rig.hold(0.5, rig.set_point(20))
    assert rig.of(0)[before].amplitude_ma == 1


def test_down_is_immediate() -> None:
    rig = BoardBench()
    rig.start(20)
    before = len(rig.pulses)
    rig.ask(rig.set_point(5))
    assert rig.report.amplitude_a_codes == 200
    rig.pass_time(0.1)
    assert {pulse.amplitude_ma for pulse in rig.pulses[before:]} == {5}


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 90),
            st.integers(0, 90),
            st.floats(1, 120),
            st.integers(50, 400),
            st.integers(1, 400),
        ),
        min_size=1,
        max_size=60,
    )
)
def test_no_sequence_of_set_points_breaks_a_cap_the_rise_or_the_frequency(
    asked: list[tuple[int, int, float, int, int]],
) -> None:
    rig = BoardBench()
    rig.arm()
    fastest = 0.0
    for ma_a, ma_b, hz, us, wait_ms in asked:
        rig.ask(rig.set_point(ma_a, ma_b, hz=hz, us=us))
        fastest = max(fastest, round(hz, 2))
        rig.pass_time(wait_ms / 1000)
        if rig.board.state is State.OFF:
            rig.off()
            rig.arm()
    for channel in (0, 1):
        pulses = rig.of(channel)
        assert all(pulse.amplitude_ma <= 80 and pulse.charge_uc <= 40 for pulse in pulses)
        for one, other in itertools.pairwise(pulses):
            apart = other.at - one.at
            assert apart >= 1 / fastest - 1e-6
            assert other.amplitude_ma <= max(1, one.amplitude_ma + 40 * apart + 1e-6)


def test_b_runs_half_a_period_after_a() -> None:
    rig = BoardBench()
    rig.start(10, hz=40, seconds=1)
    for a, b in zip(rig.of(0), rig.of(1), strict=False):
        assert b.at - a.at == pytest.approx(1 / 80)
    apart = [other.at - one.at for one, other in itertools.pairwise(rig.of(0))]
    assert apart == pytest.approx([1 / 40] * len(apart))


def test_rest_keeps_the_board_on_without_a_pulse() -> None:
    rig = BoardBench()
    rig.start(10)
    before = len(rig.pulses)
    rig.hold(1, rig.set_point(0))
    assert rig.report.state == State.ON
    assert rig.report.amplitude_a_codes == rig.report.measured_a_codes == 0
    assert len(rig.pulses) == before
