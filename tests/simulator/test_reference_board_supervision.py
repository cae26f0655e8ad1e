"""What the board watches by itself: leads, over-current, supply, emergency stop, its own loop."""

import pytest

from appliance.simulator.body import Pads
from appliance.stimulator.reference.protocol import (
    Contact,
    Fault,
    Flag,
    Reason,
    Refusal,
    State,
)
from tests.simulator.board_rig import BoardBench


@pytest.mark.parametrize("channel", [0, 1])
def test_an_open_lead_is_off_within_one_pulse_and_named_until_the_next_off(channel: int) -> None:
    rig = BoardBench()
    rig.start(10)
    assert rig.report.contact_a == rig.report.contact_b == Contact.GOOD
    before = len(rig.of(channel))
    rig.board.body.place(channel, Pads.OPEN)
    rig.pass_time(0.2)
    assert len(rig.of(channel)) == before + 1
    assert rig.of(channel)[-1].measured_ma == 0
    for _ in range(2):
        rig.ask(rig.set_point(0)._replace(arming=rig.board.arming ^ 1))
        assert rig.report.state == State.OFF
        assert rig.report.reason == Reason.OPEN_LEAD
        assert (rig.report.contact_a, rig.report.contact_b)[channel] == Contact.OPEN
        assert (rig.report.contact_a, rig.report.contact_b)[1 - channel] == Contact.UNKNOWN
    assert rig.off().contact_a == rig.report.contact_b == Contact.UNKNOWN


def test_below_two_milliampere_nobody_can_tell_whether_a_lead_is_open() -> None:
    rig = BoardBench()
    rig.board.body.place(0, Pads.OPEN)
    rig.start(1.9)
    assert rig.report.state == State.ON
    assert rig.report.contact_a == Contact.UNKNOWN


def test_a_lifting_pad_is_an_open_lead_once_less_than_half_flows() -> None:
    rig = BoardBench()
    rig.board.body.place(1, Pads.LIFTING)
    rig.start(30, seconds=2)
    assert rig.report.state == State.ON
    assert rig.of(1)[-1].measured_ma == 20
    rig.board.body.place(1, Pads.GOOD)
    rig.hold(1, rig.set_point(45))
    rig.board.body.place(1, Pads.LIFTING)
    rig.hold(0.15, rig.set_point(45))
    assert rig.report.reason == Reason.OPEN_LEAD


def test_a_pulse_below_two_milliampere_takes_back_what_a_stronger_one_said_of_the_pads() -> None:
    rig = BoardBench()
    rig.start(10)
    assert rig.report.contact_a == Contact.GOOD
    rig.board.body.place(0, Pads.OPEN)
    rig.hold(0.1, rig.set_point(1.9, 10))
    assert rig.report.state == State.ON
    assert (rig.report.contact_a, rig.report.contact_b) == (Contact.UNKNOWN, Contact.GOOD)


def test_contact_is_unknown_at_zero_current() -> None:
    rig = BoardBench()
    rig.start(10)
    rig.hold(0.2, rig.set_point(0))
    assert rig.report.contact_a == Contact.UNKNOWN


def test_over_current_is_a_fault_within_one_pulse() -> None:
    rig = BoardBench()
    rig.start(10)
    rig.board.troubles.extra_current_codes = 2 * 40 + 40 + 1
    before = len(rig.pulses)
    rig.pass_time(0.2)
    assert len(rig.pulses) == before + 1
    rig.ask(rig.set_point(0))
    assert rig.report.state == State.FAULT
    assert rig.report.faults == Fault.OVER_CURRENT
    assert rig.refused(Refusal.FAULT)


def test_20_percent_and_one_milliampere_too_much_are_tolerated() -> None:
    rig = BoardBench()
    rig.start(10)
    rig.board.troubles.extra_current_codes = 2 * 40 + 40
    rig.hold(0.5, rig.set_point(10))
    assert rig.report.state == State.ON


@pytest.mark.parametrize(
    ("volts", "low", "empty"),
    [(6.8, False, False), (6.79, True, False), (6.4, True, False), (6.39, True, True)],
)
def test_a_low_supply_warns_and_an_empty_one_is_off(volts: float, low: bool, empty: bool) -> None:
    rig = BoardBench()
    rig.start(10)
    rig.board.set_supply(volts, rig.now)
    delivers = rig.delivers(0.1)
    rig.ask(rig.set_point(10))
    assert bool(rig.report.flags & Flag.SUPPLY_LOW) is low
    assert (rig.report.faults == Fault.SUPPLY_EMPTY) is empty
    assert delivers is not empty


def test_the_emergency_stop_is_latched_until_it_is_closed_and_an_off_was_sent() -> None:
    rig = BoardBench()
    rig.start(10)
    rig.board.set_emergency_stop(True, rig.now)
    assert not rig.delivers()
    assert rig.off().faults == Fault.EMERGENCY_STOP
    rig.board.set_emergency_stop(False, rig.now)
    rig.ask(rig.set_point(0))
    assert rig.refused(Refusal.FAULT)
    assert rig.off().state == State.OFF
    rig.arm()


@pytest.mark.parametrize("cause", [Fault.BROWN_OUT, Fault.WATCHDOG])
def test_a_reset_is_off_says_its_cause_and_wants_a_hello(cause: Fault) -> None:
    rig = BoardBench()
    rig.start(10)
    rig.board.reset(rig.now, cause)
    assert not rig.delivers()
    rig.ask(rig.set_point(0))
    assert rig.report.state == State.FAULT
    assert rig.report.faults == cause
    assert not rig.report.flags & Flag.GREETED
    assert rig.off().state == State.OFF
    rig.ask(rig.set_point(0))
    assert rig.refused(Refusal.NO_HELLO)


def test_a_hung_main_loop_is_off_within_50_ms_and_comes_back_off() -> None:
    rig = BoardBench()
    rig.start(10)
    hung_at = rig.now
    rig.board.hang(hung_at)
    rig.off()
    rig.pass_time(0.3)
    assert rig.pulses[-1].at <= hung_at + 0.05
    assert rig.off().state == State.OFF
    assert not rig.report.flags & Flag.GREETED
