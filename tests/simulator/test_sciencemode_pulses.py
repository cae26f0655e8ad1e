"""The pulses of the simulated P24 and RehaMove3, and what they say of their leads."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.simulator.boards.sciencemode.models import P24, REHAMOVE3, Model
from appliance.simulator.body import Pads
from appliance.simulator.pulse_witness import RULES
from appliance.stimulator.sciencemode.messages import (
    ChannelState,
    Init,
    Level,
    Result,
)
from appliance.stimulator.sciencemode.pulses import Point, Update, biphasic
from tests.simulator.sciencemode_rig import DeviceBench, one, train, update

BOTH = pytest.mark.parametrize("model", [P24, REHAMOVE3], ids=lambda model: model.name)


# Pulses


@BOTH
def test_pulses_come_at_exactly_the_period_of_the_update(model: Model) -> None:
    rig = DeviceBench(model)
    rig.ask(update(1.0, quarters=114))
    rig.hold(60)
    assert len(rig.of(0)) == len(rig.of(1)) == int(60 / 0.0285) + 1
    assert rig.device.output.delivered[:2] == [len(rig.of(0))] * 2
    gaps = {round(b.at - a.at, 9) for a, b in itertools.pairwise(rig.of(0))}
    assert gaps == {0.0285}
    assert rig.witness.broken == []


def test_a_period_in_quarters_of_a_millisecond_is_for_a_p24_only() -> None:
    assert DeviceBench(P24).result(update(quarters=115)) is Result.OK
    assert DeviceBench(REHAMOVE3).result(update(quarters=115)) is Result.PARAMETER


def test_a_pulse_is_as_strong_and_as_long_as_its_points() -> None:
    rig = DeviceBench()
    rig.ask(Update((train(20.5, 2, us=250),)))
    (pulse,) = rig.of(1)
    assert (pulse.amplitude_ma, pulse.measured_ma, pulse.width_us) == (20.5, 20.5, 250)
    assert pulse.charge_uc == pytest.approx(5.125)
    assert pulse.net_charge_uc == 0
    assert pulse.gap_us == 100
    assert pulse.frequency_hz == 40.0


def test_one_stage_serves_all_channels_one_after_the_other() -> None:
    rig = DeviceBench()
    rig.ask(update())
    rig.pass_time(0.01)
    first, second = rig.pulses
    assert second.at - first.at == pytest.approx(660e-6)
    assert not any(RULES["apart"] in broken for broken in rig.witness.broken)


def test_a_point_shorter_than_10_us_lasts_10_us() -> None:
    rig = DeviceBench()
    rig.ask(one(Point(20, 3), Point(-20, 10)))
    assert rig.pulses[0].width_us == 10
    assert rig.pulses[0].net_charge_uc == 0


def test_an_update_keeps_the_rhythm_of_a_running_channel() -> None:
    rig = DeviceBench()
    for _ in range(40):
        rig.ask(update())
        rig.pass_time(0.01)
    assert len(rig.of(0)) == 16
    assert {round(b.at - a.at, 9) for a, b in itertools.pairwise(rig.of(0))} == {0.025}


@given(st.lists(st.tuples(st.integers(40, 400), st.integers(1, 60)), min_size=1, max_size=30))
def test_however_updates_come_no_two_pulses_are_closer_than_the_period(
    steps: list[tuple[int, int]],
) -> None:
    rig = DeviceBench()
    for quarters, wait_ms in steps:
        rig.ask(Update((train(1.0, quarters=quarters),)))
        rig.pass_time(wait_ms / 1000)
        rig.ask(Update())
        rig.ask(Update((train(1.0, quarters=quarters),)))
    for before, after in itertools.pairwise(rig.pulses):
        assert after.at - before.at > 0.999 / after.frequency_hz


def test_a_channel_that_the_update_leaves_out_is_silent() -> None:
    rig = DeviceBench()
    rig.ask(update())
    rig.ask(Update((train(),)))
    before = len(rig.of(1))
    rig.hold(1.2)
    assert len(rig.of(1)) == before
    assert rig.look().active[:2] == (True, False)
    rig.ask(Update())
    assert not rig.delivers()
    assert not any(rig.look().active)


def test_points_without_current_are_no_pulses() -> None:
    rig = DeviceBench()
    rig.ask(update())
    rig.pass_time(0.01)
    rig.ask(update(0.0))
    assert not rig.delivers()
    assert [change.why for change in rig.changes[-2:]] == ["rest", "rest"]
    assert rig.device.output.in_force[:2] == [0, 0]


def test_a_ramp_is_pulses_at_the_moment_a_channel_becomes_enabled_and_never_again() -> None:
    rig = DeviceBench()
    ramped = Update((train(20, ramp=3),))
    rig.ask(ramped)
    rig.pass_time(0.15)
    rig.ask(ramped)
    rig.pass_time(0.15)
    assert [pulse.amplitude_ma for pulse in rig.pulses][:5] == [5, 10, 15, 20, 20]
    assert {pulse.amplitude_ma for pulse in rig.pulses[3:]} == {20}
    rig.ask(Update())
    rig.pass_time(0.1)
    rig.ask(ramped)
    assert rig.pulses[-1].amplitude_ma == 5


def test_an_unbalanced_pulse_is_delivered_and_the_witness_says_so() -> None:
    rig = DeviceBench()
    assert rig.result(one(Point(1, 200), Point(0, 100), Point(-1, 100))) is Result.OK
    assert rig.pulses[0].net_charge_uc == pytest.approx(0.1)
    assert rig.witness.broken == ["10.0000 s, channel A: " + RULES["balance"]]


@pytest.mark.parametrize(
    ("strong", "rule"),
    [
        (one(*biphasic(80.5, 100, 0)), "limit"),
        (one(*biphasic(1, 401, 0)), "width"),
        (one(*biphasic(1, 100, 0), quarters=33), "frequency"),
        (one(*biphasic(101, 400, 0)), "charge"),
        (one(*biphasic(2, 100, 0)), "first"),
        (one(Point(20, 100), Point(20, 100), Point(-20, 200)), "first"),
        (one(Point(1, 300), Point(0, 10), Point(1, 200), Point(-1, 500)), "width"),
    ],
)
def test_whatever_no_pulse_may_be_the_device_delivers_and_the_witness_names(
    strong: Update, rule: str
) -> None:
    rig = DeviceBench()
    assert rig.result(strong) is Result.OK
    assert any(RULES[rule] in broken for broken in rig.witness.broken)


def test_pads_limit_what_flows() -> None:
    rig = DeviceBench()
    rig.device.body.place(0, Pads.LIFTING)
    rig.ask(one(Point(40, 100), Point(-20, 200)))
    pulse = rig.pulses[0]
    assert (pulse.amplitude_ma, pulse.measured_ma) == (40, 25)
    assert pulse.net_charge_uc == pytest.approx(25 * 0.1 - 20 * 0.2)


# Contact


@BOTH
@pytest.mark.parametrize("channel", [0, 1])
def test_an_open_lead_is_noticed_from_15_ma_on(model: Model, channel: int) -> None:
    rig = DeviceBench(model)
    rig.device.body.place(channel, Pads.OPEN)
    rig.ask(update(14.5))
    rig.hold(1.2)
    assert set(rig.look().states) == {ChannelState.OK}
    assert {pulse.measured_ma for pulse in rig.of(channel)} == {0}
    rig.ask(update(15.0))
    rig.pass_time(0.05)
    look = rig.look()
    assert look.states[channel] is ChannelState.ELECTRODE
    assert look.states[1 - channel] is ChannelState.OK
    assert "electrode" in {change.why for change in rig.changes if change.channel == channel}


@BOTH
def test_an_open_lead_ends_the_pulses_of_its_channel_only(model: Model) -> None:
    rig = DeviceBench(model)
    rig.device.body.place(0, Pads.OPEN)
    rig.ask(update(20))
    before = len(rig.of(0)), len(rig.of(1))
    rig.pass_time(0.5)
    assert len(rig.of(0)) == before[0]
    assert len(rig.of(1)) > before[1]
    if model is P24:
        assert rig.look().active[:2] == (False, True)


def test_with_stop_on_all_errors_an_open_lead_ends_every_pulse() -> None:
    rig = DeviceBench(init=False)
    rig.ask(Init(stop_all_on_error=True))
    rig.device.body.place(0, Pads.OPEN)
    rig.ask(update(20))
    assert not rig.delivers()
    assert rig.look().states[0] is ChannelState.ELECTRODE
    assert not any(rig.look().active)
    assert rig.status().level is Level.MID_INITIALISED


def test_pads_that_let_too_little_through_are_low_current_on_a_p24() -> None:
    rig = DeviceBench()
    rig.device.body.place(1, Pads.LIFTING)
    rig.ask(update(40))
    rig.pass_time(0.01)
    assert rig.look().states[1] is ChannelState.LOW_CURRENT


def test_an_update_sets_the_channel_going_again_and_finds_the_lead_again() -> None:
    rig = DeviceBench()
    rig.device.body.place(0, Pads.OPEN)
    rig.ask(update(20))
    rig.pass_time(0.01)
    rig.ask(update(20))
    assert rig.look().states[0] is ChannelState.OK
    rig.pass_time(0.03)
    assert rig.look().states[0] is ChannelState.ELECTRODE
