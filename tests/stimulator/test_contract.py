"""The contract of every driver, tried with its simulated boards on a real pseudo-terminal."""

import time

import pytest

from appliance.session import faults
from appliance.session.board import BoardState, Contact, Identity, Link, Output
from appliance.stimulator.card import BoardCard
from appliance.stimulator.port import Stimulator
from tests.stimulator.rigs import Host, Rig, set_point

WORK = set_point(20)
"""Enough for every board to tell whether its pads conduct."""


def test_the_verbs_are_those_of_the_port(rig: Rig) -> None:
    driver: Stimulator = rig.driver
    assert driver.fileno() is None


def test_before_anything_is_known_the_output_is_unknown(host: Host) -> None:
    report = host.poll()
    assert report.link is Link.DOWN
    assert report.output is Output.UNKNOWN
    assert report.state is BoardState.UNKNOWN


def test_it_identifies_the_board_and_finds_it_off(rig: Rig, host: Host) -> None:
    report = host.retry(rig.meets_s)
    assert report.link is Link.UP
    assert report.identity is not None
    _agrees_with_its_card(report.identity, rig.card)
    assert report.state is BoardState.OFF
    assert report.output is Output.OFF
    assert report.faults == frozenset()
    assert not rig.flows()


def _agrees_with_its_card(board: Identity, card: BoardCard) -> None:
    """All but its serial number, what the board says it is stands on the card as well."""
    own = card.identity(board.firmware).but(maximum=board.maximum, serial=board.serial)
    assert board == own
    assert board.maximum <= card.maximum


def test_current_flows_only_after_a_zero_set_point_was_agreed(rig: Rig, host: Host) -> None:
    host.meet()
    assert host.report.agreed_at is None
    host.send(lambda now: rig.driver.apply(WORK, now), rig.agrees_s)
    assert not rig.flows()
    assert host.report.agreed_at is not None
    host.apply(WORK, 1)
    assert rig.flows()
    assert host.report.state is BoardState.ON
    assert host.report.output is Output.ON
    assert host.report.in_force == WORK.amplitude
    assert host.report.faults == frozenset()


def test_off_ends_the_current(rig: Rig, host: Host) -> None:
    host.start(WORK)
    rig.driver.off(host.now)
    host.idle(rig.ends_s)
    rig.flows()
    host.off(1)
    assert not rig.flows()
    assert host.report.output is Output.OFF
    assert host.report.in_force == (0, 0)
    assert host.report.agreed_at is None


def test_off_in_a_rest_is_off_and_the_next_start_begins_anew(rig: Rig, host: Host) -> None:
    host.start(WORK)
    host.apply(set_point(0), 0.5)
    host.off(1)
    assert host.report.state is BoardState.OFF
    assert host.report.agreed_at is None
    host.apply(set_point(0), 0.3)
    assert host.report.state is BoardState.ARMED
    assert host.report.faults == frozenset()


def test_silence_of_the_host_ends_the_current(rig: Rig, host: Host) -> None:
    host.start(WORK)
    rig.clock.freeze(rig.silence_s)
    rig.flows()
    rig.clock.freeze(3)
    assert not rig.flows()


def test_after_a_gap_the_first_frame_is_off_and_the_board_is_armed_anew(
    rig: Rig, host: Host
) -> None:
    host.start(WORK)
    rig.clock.freeze(rig.silence_s + 0.2)
    rig.flows()
    host.send(lambda now: rig.driver.apply(WORK, now))
    assert host.report.agreed_at is None
    assert host.report.faults == rig.gap_faults
    assert not rig.flows()


def test_a_board_that_is_idle_may_be_slow_for_two_seconds_and_not_longer(
    rig: Rig, host: Host
) -> None:
    host.meet()
    host.off(1.0)
    rig.troubles.silent = True
    host.off(1.4)
    rig.troubles.silent = False
    host.off(1.0)
    assert {name for report in host.reports for name in report.faults} == set()
    assert host.report.link is Link.UP
    rig.troubles.silent = True
    host.off(2.7)
    assert host.report.faults == {"board_silent"}
    rig.troubles.silent = False
    host.retry(rig.silence_s + rig.meets_s + 0.7)
    assert (host.report.link, host.report.faults) == (Link.UP, frozenset())


def test_a_silent_board_is_a_fault_and_the_output_unknown_until_it_must_be_off(
    rig: Rig, host: Host
) -> None:
    host.start(WORK)
    rig.troubles.silent = True
    host.apply(WORK, rig.notices_s)
    assert "board_silent" in host.report.faults
    assert host.report.link is Link.DOWN
    lost_at = next(i for i, report in enumerate(host.reports) if report.faults)
    assert host.reports[lost_at].output is Output.UNKNOWN
    host.off(rig.silence_s + 0.4)
    assert host.report.output is Output.OFF
    assert "board_silent" in host.report.faults


def test_a_pulled_cable_is_a_fault_until_the_board_has_said_hello_again(
    rig: Rig, host: Host
) -> None:
    host.start(WORK)
    rig.wire.unplug()
    host.apply(WORK, 0.1)
    assert "board_lost" in host.report.faults
    assert host.report.output is Output.UNKNOWN
    assert rig.driver.fileno() is None
    host.retry(rig.silence_s + 0.7)
    assert host.report.output is Output.OFF
    assert {"board_lost", "board_missing"} <= host.report.faults
    rig.wire.plug()
    host.retry(0.5 + rig.meets_s)
    assert host.report.link is Link.UP
    assert host.report.faults == frozenset()
    rig.flows()
    host.off(0.5)
    assert not rig.flows()


def test_a_board_that_restarted_is_a_fault_and_delivers_nothing(rig: Rig, host: Host) -> None:
    host.start(WORK)
    rig.restart()
    rig.flows()
    host.apply(WORK, rig.notices_s)
    assert "board_reset" in host.report.faults
    assert not rig.flows()
    host.retry(1 + rig.meets_s)
    assert host.report.link is Link.UP
    assert host.report.faults == frozenset()


def test_another_device_is_refused(rig: Rig, host: Host) -> None:
    rig.be_another_device()
    host.retry(2)
    assert host.report.link is not Link.UP
    assert "board_not_the_one" in host.report.faults
    host.apply(WORK, 0.5)
    assert not rig.flows()


def test_a_lifted_pad_is_named_and_ends_the_current_within_a_second(rig: Rig, host: Host) -> None:
    both = set_point(12, 20)
    host.start(both)
    rig.lift(1)
    host.apply(both, 0.5)
    seen = {report.contact[1] for report in host.reports}
    if not rig.card.senses_contact:
        assert seen == {Contact.UNKNOWN}
        return
    assert Contact.OPEN in seen
    others = {report.contact[0] for report in host.reports}
    assert (Contact.OPEN in others) is not rig.names_the_lead
    host.off(0.5)
    rig.flows()
    host.off(0.5)
    assert not rig.flows()
    assert host.report.faults == frozenset()


def test_a_missing_port_is_a_clear_fault(rig: Rig, host: Host) -> None:
    rig.wire.unplug()
    host.retry(1)
    assert host.report.faults == {"board_missing"}


def test_a_port_in_use_is_a_clear_fault(rig: Rig, host: Host) -> None:
    host.meet()
    other = rig.another_driver()
    other.connect(host.now)
    assert other.poll(host.now).faults == {"board_port_busy"}
    assert host.off().link is Link.UP


def test_close_switches_off(rig: Rig, host: Host) -> None:
    host.start(WORK)
    rig.driver.close(host.now)
    host.idle(rig.ends_s)
    rig.flows()
    host.idle(1)
    assert not rig.flows()
    assert rig.driver.fileno() is None


def test_every_fault_it_reported_is_in_the_table(rig: Rig, host: Host) -> None:
    host.start(WORK)
    rig.troubles.silent = True
    host.apply(WORK, rig.notices_s)
    rig.wire.unplug()
    host.retry(1)
    assert host.report.faults
    assert host.report.faults <= faults.FAULTS.keys()


def test_it_does_not_hammer_a_port_that_fails(rig: Rig, host: Host) -> None:
    rig.troubles.silent = True
    before = rig.wire.received
    host.retry(5)
    assert {report.link for report in host.reports} == {Link.CONNECTING, Link.DOWN}
    assert rig.wire.received - before < 5 * 20 * 40


def test_nothing_is_delivered_after_a_freeze_of_three_seconds_without_a_new_start(
    rig: Rig, host: Host
) -> None:
    host.start(WORK)
    rig.clock.freeze(3.0)
    rig.flows()
    host.poll()
    host.idle(0.5)
    assert not rig.flows()
    host.send(lambda now: rig.driver.apply(WORK, now))
    assert not rig.flows()
    assert host.report.agreed_at is None


@pytest.mark.parametrize("trouble", ["garbage", "damaged", "wrong_echo", "deaf"])
def test_answers_that_cannot_be_understood_are_a_fault_and_the_board_ends_up_off(
    rig: Rig, host: Host, trouble: str
) -> None:
    host.start(WORK)
    setattr(rig.troubles, trouble, True)
    host.apply(WORK, rig.notices_s)
    assert rig.unclear_faults & {name for report in host.reports for name in report.faults}
    host.off(rig.silence_s)
    rig.flows()
    host.off(1)
    assert not rig.flows()


def test_every_third_answer_lost_is_no_fault_or_ends_it(rig: Rig, host: Host) -> None:
    rig.troubles.lose_every = 3
    host.start(WORK, 3)
    if not rig.forgives_lost_answers:
        assert "board_silent" in {name for report in host.reports for name in report.faults}
        host.idle(rig.silence_s)
        rig.flows()
        host.off(1)
        assert not rig.flows()
        return
    assert {name for report in host.reports for name in report.faults} == set()
    assert host.report.in_force == WORK.amplitude
    assert rig.pulses[-1].amplitude_ma == 20


def test_a_slow_board_is_followed_up_to_200_ms(rig: Rig, host: Host) -> None:
    host.start(WORK)
    rig.troubles.delay_s = 0.12
    assert host.apply(set_point(22), 1).faults == frozenset()
    assert rig.pulses[-1].amplitude_ma == 22
    rig.troubles.delay_s = 0.5
    host.apply(WORK, rig.notices_s + 0.2)
    assert "board_silent" in {name for report in host.reports for name in report.faults}
    host.off(1)
    rig.flows()
    host.off(1)
    assert not rig.flows()


@pytest.mark.parametrize("act", ["apply", "off", "close"])
def test_with_a_board_that_stops_reading_no_step_takes_long_and_off_goes_first(
    rig: Rig, host: Host, act: str
) -> None:
    host.start(WORK)
    rig.troubles.deaf = True
    longest_s = _longest_step_s(rig, host, act)
    assert longest_s < WAITS_S
    rig.driver.off(host.now)
    rig.troubles.deaf = False
    rig.clock.wait([], host.now + rig.catches_up_s)
    rig.flows()
    rig.clock.freeze(0.2)
    assert not rig.flows()


WAITS_S = 5.0
"""A blocking write to a full line waits forever, and a close waits for 30 s."""


def _longest_step_s(rig: Rig, host: Host, act: str) -> float:
    """Fill the wire until it takes no more, then act. Real time: a write that waits waits here."""
    longest_s = 0.0
    while rig.driver.port.is_open and not rig.driver.port.unsent[0]:
        rig.driver.port.send(bytes(64))
    for _ in range(5):
        before = time.perf_counter()
        if act == "close":
            rig.driver.close(host.now)
        else:
            rig.driver.off(host.now) if act == "off" else rig.driver.apply(WORK, host.now)
            rig.driver.poll(host.now)
        longest_s = max(longest_s, time.perf_counter() - before)
    return longest_s
