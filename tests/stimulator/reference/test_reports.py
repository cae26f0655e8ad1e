"""What a reference board says of itself, as its driver reports it."""

import pytest

from appliance.session.board import BoardState, Contact
from appliance.simulator.body import Pads
from appliance.stimulator.reference.protocol import Fault
from tests.stimulator.rigs import Host, ReferenceRig, set_point

WORK = set_point(10)


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (Fault.OVER_CURRENT, "over_current"),
        (Fault.SUPPLY_EMPTY, "supply_empty"),
        (Fault.EMERGENCY_STOP, "emergency_stop"),
        (Fault.INTERNAL, "board_stopped_itself"),
    ],
)
def test_the_board_s_faults_have_names(
    rig: ReferenceRig, host: Host, fault: Fault, name: str
) -> None:
    host.start(WORK)
    rig.board.fail(host.now, fault)
    host.apply(WORK, 0.1)
    assert name in host.report.faults
    assert not host.seen() - {name}


@pytest.mark.parametrize(
    ("cause", "name"),
    [(Fault.WATCHDOG, "board_watchdog"), (Fault.BROWN_OUT, "board_brown_out")],
)
def test_a_reset_names_its_cause(rig: ReferenceRig, host: Host, cause: Fault, name: str) -> None:
    host.start(WORK)
    rig.board.reset(host.now, cause)
    assert host.apply(WORK).faults == {"board_reset", name}


def test_an_emergency_stop_holds_while_the_contact_is_open(rig: ReferenceRig, host: Host) -> None:
    host.start(WORK)
    rig.board.set_emergency_stop(True, host.now)
    host.apply(WORK)
    assert host.off(1).faults == {"emergency_stop"}
    assert host.report.state is BoardState.FAULT
    rig.board.set_emergency_stop(False, host.now)
    assert host.off(0.2).faults == frozenset()


def test_a_low_supply_is_told_while_it_works_on(rig: ReferenceRig, host: Host) -> None:
    host.start(WORK)
    rig.board.set_supply(6.7, host.now)
    report = host.apply(WORK, 0.1)
    assert report.faults == {"supply_low"}
    assert report.battery_low
    assert rig.flows()


def test_of_two_answers_in_one_poll_none_hides_the_other(rig: ReferenceRig, host: Host) -> None:
    host.start(WORK)
    rig.lift(0)
    rig.board.advance(host.now + 0.04)
    rig.board.set_supply(6.0, host.now + 0.04)
    rig.driver.apply(WORK, host.now)
    rig.clock.wait([], host.now + 0.01)
    rig.board.set_supply(7.6, host.now)
    rig.driver.off(host.now)
    rig.clock.wait([], host.now + 0.01)
    rig.wait_until_all_arrived()
    report = host.poll()
    assert report.state is BoardState.OFF
    assert report.contact[0] is Contact.OPEN
    assert report.faults == {"supply_empty", "supply_low"}


def test_after_an_open_lead_only_off_and_a_new_arming_lead_back(
    rig: ReferenceRig, host: Host
) -> None:
    host.start(WORK)
    rig.lift(0)
    host.apply(WORK, 0.1)
    assert host.report.contact[0] is Contact.OPEN
    rig.board.body.place(0, Pads.GOOD)
    rig.flows()
    host.apply(WORK)
    assert host.report.agreed_at is None
    assert not rig.flows()
    before = len(rig.pulses)
    host.apply(WORK, 0.5)
    assert rig.pulses[before].amplitude_ma <= 1
