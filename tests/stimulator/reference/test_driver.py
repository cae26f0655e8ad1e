"""The reference driver with a board that lies, stalls, restarts or stops itself."""

import pytest

from appliance.errors import BoardError
from appliance.session.board import BoardState, Contact, Link, Output, SetPoint
from appliance.session.lease import LEASE_S
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.conversation import Conversation
from tests.stimulator.reference import on_the_way
from tests.stimulator.rigs import Host, ReferenceRig, set_point

WORK = set_point(10)


def test_it_says_what_the_board_is(host: Host) -> None:
    identity = host.retry(0.3).identity
    assert identity is not None
    assert (identity.driver, identity.firmware) == ("reference", "2.1.0")
    assert (identity.amplitude_step, identity.maximum) == (0.025, 80)
    assert (identity.max_pulse_width_us, identity.max_frequency_hz) == (400, 120)
    assert identity.measures_current and identity.senses_contact and identity.on_body


def test_it_reports_current_contact_and_battery(host: Host) -> None:
    report = host.start(set_point(10, 12.5))
    assert report.in_force == report.measured == (10, 12.5)
    assert report.contact == (Contact.GOOD, Contact.GOOD)
    assert report.battery_v == pytest.approx(7.6)
    assert not report.battery_low


def test_in_a_rest_the_output_is_off_and_the_board_on(host: Host) -> None:
    host.start(WORK)
    report = host.apply(set_point(0), 0.2)
    assert report.state is BoardState.ON
    assert report.output is Output.OFF
    assert report.in_force == (0, 0)
    assert report.agreed_at is not None


def test_output_is_on_from_the_moment_that_current_may_flow(rig: ReferenceRig, host: Host) -> None:
    host.retry(0.3)
    host.apply(set_point(0), 0.1)
    rig.driver.apply(WORK, host.now)
    assert host.poll().output is Output.ON


@pytest.mark.parametrize("work", [set_point(10, 0), set_point(0, 10)])
def test_output_is_on_while_one_channel_alone_carries_current(host: Host, work: SetPoint) -> None:
    host.start(work)
    # Every set-point has its answer by then: the board's word alone tells.
    host.idle(0.03)
    assert host.report.output is Output.ON


def test_a_board_that_has_accepted_current_is_not_believed_that_none_flows(
    rig: ReferenceRig, host: Host
) -> None:
    rig.board.troubles.claimed_factor = 0.0
    host.start(WORK, 0.2)
    # Every set-point has its answer by then.
    host.idle(0.03)
    assert host.report.in_force == (0, 0)
    assert host.report.output is Output.ON


def test_a_zero_set_point_under_way_is_no_output(rig: ReferenceRig, host: Host) -> None:
    host.retry(0.3)
    host.apply(set_point(0), 0.1)
    rig.driver.apply(set_point(0), host.now)
    assert host.poll().output is Output.OFF


def test_a_gap_shorter_than_the_lease_is_followed_by_off_as_well(
    rig: ReferenceRig, host: Host
) -> None:
    host.start(WORK)
    host.idle(0.21)
    assert host.apply(WORK).state is BoardState.OFF
    rig.flows()
    assert host.apply(WORK).state is BoardState.ARMED
    assert not rig.flows()
    assert host.seen() == set()


# Lies


def test_more_in_force_than_asked_is_a_fault_at_once(rig: ReferenceRig, host: Host) -> None:
    host.start(WORK)
    rig.board.troubles.claimed_factor = 1.01
    report = host.apply(WORK)
    assert report.faults == {"board_too_strong"}
    assert report.output is Output.UNKNOWN
    assert rig.board.state is protocol.State.OFF


def test_a_board_that_is_stuck_is_too_strong_once_less_is_asked(
    rig: ReferenceRig, host: Host
) -> None:
    host.start(WORK)
    rig.board.troubles.stuck = True
    assert host.apply(WORK, 0.5).faults == frozenset()
    assert host.apply(set_point(9.9)).faults == {"board_too_strong"}


def test_too_weak_for_half_a_second_is_a_fault(rig: ReferenceRig, host: Host) -> None:
    host.start(WORK)
    rig.board.troubles.claimed_factor = 0.5
    began = host.now
    assert host.apply(WORK, 0.45).faults == frozenset()
    assert host.apply(WORK, 0.2).faults == {"board_too_weak"}
    assert next(r.at for r in host.reports if r.faults) - began == pytest.approx(0.5, abs=0.06)


def test_a_steep_rise_that_the_board_may_not_follow_is_no_fault(host: Host) -> None:
    host.start(set_point(60, 50, us=100, hz=35), 2)
    assert host.seen() == set()
    assert host.report.in_force == (60, 50)


@pytest.mark.parametrize("trouble", ["garbage", "damaged", "wrong_echo", "silent", "deaf"])
def test_no_valid_echo_for_200_ms_is_a_fault(rig: ReferenceRig, host: Host, trouble: str) -> None:
    host.start(WORK)
    last_at = host.report.at
    setattr(rig.board.troubles, trouble, True)
    host.apply(WORK, 0.4)
    assert host.seen() == {"board_silent"}
    first = next(report for report in host.reports if report.faults)
    assert first.at == last_at
    rig.flows()
    host.idle(1)
    assert not rig.flows()


def test_silence_is_judged_200_ms_after_the_last_echo_to_the_millisecond(
    rig: ReferenceRig, host: Host
) -> None:
    host.start(WORK)
    last_at = host.report.at
    rig.board.troubles.silent = True
    rig.driver.apply(WORK, host.now)
    assert rig.driver.next_deadline(host.now) == pytest.approx(last_at + 0.2)


def test_silence_is_off_at_once_and_not_with_the_end_of_the_lease(
    rig: ReferenceRig, host: Host
) -> None:
    host.start(WORK)
    heard_at = host.report.at
    rig.board.troubles.silent = True
    rig.driver.apply(WORK, host.now)
    rig.clock.wait([], heard_at + 0.2)
    rig.driver.poll(host.now)
    rig.clock.wait([], host.now + 0.01)
    assert rig.board.state is protocol.State.OFF


def test_a_port_that_does_not_take_a_set_point_is_lost(
    rig: ReferenceRig, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(frame: bytes) -> None:
        raise BoardError("the port is gone")

    host.start(WORK)
    monkeypatch.setattr(rig.driver.port, "send", fails)
    rig.driver.apply(WORK, host.now)
    report = host.poll()
    assert (report.link, report.faults) == (Link.DOWN, {"board_lost"})
    monkeypatch.undo()
    assert host.retry(1.0).link is Link.UP


def test_after_a_new_hello_nothing_that_was_said_before_counts(
    rig: ReferenceRig, host: Host
) -> None:
    host.start(WORK)
    rig.board.set_supply(6.7, host.now)
    host.apply(WORK)
    rig.board.reset(host.now)
    assert "supply_low" in host.apply(WORK).faults
    rig.board.set_supply(7.6, host.now)
    host.reports.clear()
    host.retry(1.0)
    first = next(report for report in host.reports if report.link is Link.UP)
    assert first.faults == frozenset()
    assert first.agreed_at is None


def test_while_off_one_lost_answer_is_no_fault(rig: ReferenceRig, host: Host) -> None:
    host.retry(0.3)
    rig.board.troubles.lose_every = 2
    host.off(3)
    assert host.seen() == set()


def test_every_third_answer_lost_is_no_fault(rig: ReferenceRig, host: Host) -> None:
    rig.board.troubles.lose_every = 3
    host.start(WORK, 3)
    assert host.seen() == set()
    assert rig.flows()


def test_answers_that_come_late_are_no_fault_until_200_ms(rig: ReferenceRig, host: Host) -> None:
    host.start(WORK)
    rig.board.troubles.delay_s = 0.12
    assert host.apply(WORK, 1).faults == frozenset()
    rig.board.troubles.delay_s = 0.5
    host.apply(WORK, 0.5)
    assert host.seen() == {"board_silent"}


def test_a_report_tells_when_the_frame_was_sent_that_it_answers(
    rig: ReferenceRig, host: Host
) -> None:
    host.start(WORK)
    for _ in range(8):
        rig.board.troubles.delay_s += 0.02
        host.apply(WORK)
    assert host.seen() == set()
    assert host.report.asked_at == pytest.approx(host.report.at - 0.12)


def test_answers_that_fall_behind_by_more_than_a_lease_are_silence(
    rig: ReferenceRig, host: Host
) -> None:
    """Each comes within 200 ms of the one before."""
    host.start(WORK)
    for _ in range(30):
        rig.board.troubles.delay_s += 0.02
        host.apply(WORK)
    assert host.seen() == {"board_silent"}
    behind_s = [r.at - r.asked_at for r in host.reports if r.asked_at is not None]
    assert max(behind_s) == pytest.approx(LEASE_S, abs=0.03)


# Disagreement


def test_a_refused_set_point_is_counted_and_a_fault(rig: ReferenceRig, host: Host) -> None:
    host.start(WORK)
    # The session's ceiling is lowered behind the driver's back, as a board with stricter caps
    # would do.
    on_the_way.change_set_points(rig, ceiling_codes=300)
    assert host.apply(WORK).faults == {"board_disagrees"}
    assert host.report.refusals == 1


def test_a_board_that_does_not_go_off_disagrees(rig: ReferenceRig, host: Host) -> None:
    host.start(set_point(0))
    rig.board.troubles.stays_on = True
    assert host.off().faults == {"board_disagrees"}


def test_a_board_that_ends_its_lease_early_stopped_itself(rig: ReferenceRig, host: Host) -> None:
    host.start(WORK)
    on_the_way.change_set_points(rig, lease_ms=protocol.MIN_LEASE_MS)
    host.send(lambda now: rig.driver.apply(WORK, now), wait_s=0.06)
    assert host.apply(WORK).faults == {"board_stopped_itself"}
    assert rig.board.state is protocol.State.OFF


# Identity


def test_another_layout_is_refused_for_good(rig: ReferenceRig, host: Host) -> None:
    rig.board.troubles.layout = protocol.LAYOUT ^ 1
    host.retry(2)
    assert host.report.faults == {"board_layout"}
    host.apply(WORK, 0.5)
    assert not rig.flows()
    detail = rig.driver.details["board_layout"]
    assert detail.startswith(f"{rig.wire.path}: firmware 2.1.0 ")
    assert "make -C hardware/firmware flash" in detail


def test_noise_instead_of_an_identity_is_another_device(rig: ReferenceRig, host: Host) -> None:
    rig.board.troubles.garbage = True
    host.retry(1)
    assert "board_not_the_one" in host.report.faults


def test_no_identity_at_all_is_a_silent_board(rig: ReferenceRig, host: Host) -> None:
    rig.troubles.silent = True
    assert host.retry(0.4).link is Link.CONNECTING
    assert host.retry(0.2).faults == {"board_silent"}
    rig.board.troubles.silent = False
    assert host.retry(1).link is Link.UP


def test_a_hello_that_gets_lost_is_said_again(rig: ReferenceRig, host: Host) -> None:
    rig.board.troubles.lose_every = 1
    host.retry(0.1)
    rig.board.troubles.lose_every = 0
    assert host.retry(0.2).link is Link.UP


# Endurance


def test_refusals_are_counted_beyond_256(rig: ReferenceRig, host: Host) -> None:
    host.retry(0.3)
    for _ in range(5):
        rig.board.feed(b"damaged\0" * 100, host.now)
        host.off()
    assert host.report.refusals == 500


def test_a_link_that_stays_down_collects_nothing(
    rig: ReferenceRig, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected: list[protocol.Message] = []
    host.start(WORK)
    rig.troubles.silent = True
    host.apply(WORK, 0.5)
    monkeypatch.setattr(Conversation, "expect", lambda _, asked, now: expected.append(asked))
    host.off(20)
    assert expected == []


def test_a_failing_port_is_tried_twice_a_second_at_most(
    rig: ReferenceRig, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, open_port = [], rig.driver.port.open
    monkeypatch.setattr(rig.driver.port, "open", lambda: (tries.append(host.now), open_port()))
    rig.wire.unplug()
    host.retry(5)
    assert 5 <= len(tries) <= 11


def test_off_gets_through_behind_a_frame_that_was_cut_in_two(rig: ReferenceRig, host: Host) -> None:
    host.start(WORK)
    rig.board.troubles.deaf = True
    while not rig.driver.port.unsent[0]:
        rig.driver.apply(WORK, host.now)
    rig.driver.off(host.now)
    rig.board.troubles.deaf = False
    assert rig.board.state is protocol.State.ON
    rig.clock.wait([], host.now)
    assert rig.board.state is protocol.State.OFF
    assert host.off().refusals == 1
