"""The contract of every driver: what is delivered, pulse by pulse, is what was asked."""

import pytest

from appliance.session.board import Output
from appliance.session.envelope import RAMPS, Part, position_at
from appliance.therapy.programs import Phase, Span
from tests.stimulator.rigs import RIGS, Host, Rig, set_point

WORK = set_point(20)
"""Enough for every board to tell whether its pads conduct."""


def test_it_delivers_what_was_asked_of_each_channel(rig: Rig, host: Host) -> None:
    host.start(set_point(20, 12, hz=50, us=250), 1.5)
    newest = {pulse.channel: pulse for pulse in rig.pulses}
    assert [newest[channel].amplitude_ma for channel in (0, 1)] == [20, 12]
    for pulse in newest.values():
        assert pulse.width_us == 250
        assert pulse.frequency_hz == pytest.approx(50)
        assert pulse.net_charge_uc == 0


def test_it_keeps_alive_through_minutes_of_the_same_set_point(rig: Rig, host: Host) -> None:
    host.start(WORK)
    before, began = len(rig.pulses), host.now
    host.apply(WORK, 120)
    delivered = sum(pulse.channel == 0 for pulse in rig.pulses[before:])
    assert delivered == pytest.approx(50 * (host.now - began), abs=2)


def test_a_rest_delivers_nothing_and_needs_no_new_start(rig: Rig, host: Host) -> None:
    host.start(WORK)
    host.apply(set_point(0), 2 * rig.ends_s)
    rig.flows()
    report = host.apply(set_point(0), 12)
    assert not rig.flows()
    assert report.output is Output.OFF
    assert report.in_force == (0, 0)
    assert report.agreed_at is not None
    host.apply(WORK, 1)
    assert rig.flows()
    assert host.report.faults == frozenset()


def test_the_first_pulse_is_faint_and_the_rise_is_bounded_whatever_is_asked(
    rig: Rig, host: Host
) -> None:
    host.start(set_point(60), 3)
    rise = [pulse for pulse in rig.pulses if pulse.channel == 0]
    assert rise[0].amplitude_ma <= 1
    for pulse in rise:
        assert pulse.amplitude_ma <= 1 + 40 * (pulse.at - rise[0].at + rig.ahead_s)


STAGE_S = 1200.0
CONTRACTIONS = Phase("work", 35, 250, ramp_up_s=2, hold_s=2, ramp_down_s=1, off_s=15)


@pytest.mark.parametrize("rig", [name for name in RIGS if "openemsstim" not in name], indirect=True)
def test_twenty_minutes_at_35_hz_deliver_the_pulses_of_the_program(rig: Rig, host: Host) -> None:
    host.meet()
    host.apply(set_point(0, hz=35), 0.1)
    began, spans = host.now, (Span(CONTRACTIONS, 0.0, STAGE_S),)
    while (elapsed_s := host.now - began) < STAGE_S:
        place = position_at(spans, elapsed_s, 0.0)
        works = place.part is not Part.OFF
        level = max(10 * place.envelope, 1) if works else 0
        asked = set_point(level, level, hz=35)
        wait_s = 0.02 if place.part in RAMPS else 0.05
        host.send(lambda now, asked=asked: rig.driver.apply(asked, now), wait_s)
    wanted = 35 * CONTRACTIONS.on_s * STAGE_S / CONTRACTIONS.cycle_s
    for channel in (0, 1):
        count = sum(pulse.channel == channel for pulse in rig.pulses)
        assert count == pytest.approx(wanted, rel=0.005)
    assert {name for report in host.reports for name in report.faults} == set()
