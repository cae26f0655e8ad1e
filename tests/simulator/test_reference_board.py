"""The board's own rules, whatever the host says, judged by the pulses that were delivered."""

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.simulator.body import Pads
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import encode
from appliance.stimulator.reference.protocol import (
    Fault,
    Flag,
    Reason,
    Refusal,
    Report,
    State,
)
from tests.simulator.board_rig import BoardBench

# Arming


def test_the_zero_set_point_with_the_right_number_arms_and_delivers_nothing() -> None:
    rig = BoardBench()
    assert rig.report.state == State.OFF
    rig.arm()
    assert not rig.delivers()


def test_nothing_is_delivered_before_arming() -> None:
    rig = BoardBench()
    rig.ask(rig.set_point(5))
    assert rig.refused(Refusal.NOT_ZERO)
    assert rig.report.state == State.OFF
    assert not rig.delivers()


def test_a_stale_arming_number_is_refused_and_counted() -> None:
    rig = BoardBench()
    stale = rig.set_point(0)
    rig.off()
    rig.ask(stale._replace(sequence=rig.sequence + 1))
    assert rig.refused(Refusal.ARMING)
    assert rig.report.state == State.OFF


def test_every_way_to_off_brings_a_new_arming_number() -> None:
    rig = BoardBench()
    numbers = [rig.board.arming]
    rig.off()
    numbers.append(rig.board.arming)
    rig.hello()
    numbers.append(rig.board.arming)
    rig.arm()
    rig.pass_time(0.4)
    numbers.append(rig.board.arming)
    rig.board.reset(rig.now)
    numbers.append(rig.board.arming)
    rig.board.set_emergency_stop(True, rig.now)
    numbers.append(rig.board.arming)
    assert 0 not in numbers
    assert all(one != other for one, other in itertools.pairwise(numbers))


def test_a_replayed_frame_changes_nothing() -> None:
    rig = BoardBench()
    rig.arm()
    strong = rig.set_point(20)
    rig.ask(strong)
    rig.hold(0.5, rig.set_point(1))
    rig.send(strong._replace(belief=State.ON))
    assert rig.refused(Refusal.SEQUENCE)
    rig.pass_time(0.2)
    assert rig.pulses[-1].amplitude_ma == 1


def test_without_a_hello_since_power_up_no_set_point_is_accepted() -> None:
    rig = BoardBench(greet=False)
    rig.off()
    rig.ask(rig.set_point(0))
    assert rig.refused(Refusal.NO_HELLO)
    assert not rig.report.flags & Flag.GREETED


def test_a_host_with_another_layout_may_only_switch_off() -> None:
    rig = BoardBench(greet=False)
    rig.hello(layout=protocol.LAYOUT ^ 1)
    rig.off()
    rig.ask(rig.set_point(0))
    assert rig.refused(Refusal.NO_HELLO)
    rig.hello()
    rig.off()
    rig.arm()


# Off


@pytest.mark.parametrize("say", ["off", "hello"])
def test_off_and_hello_end_the_pulses_at_once(say: str) -> None:
    rig = BoardBench()
    rig.start(10)
    getattr(rig, say)()
    rig.off()
    assert rig.report.state == State.OFF
    assert not rig.delivers()


def test_off_is_obeyed_with_any_sequence() -> None:
    rig = BoardBench()
    rig.start(10)
    rig.send(protocol.Off(3))
    assert rig.report.state == State.OFF
    assert not rig.delivers()


def test_the_lease_runs_out() -> None:
    rig = BoardBench()
    rig.start(10)
    asked_last = rig.now - 0.05
    rig.pass_time(2)
    assert asked_last < rig.pulses[-1].at <= asked_last + 0.3
    rig.ask(rig.set_point(10))
    assert rig.report.reason == Reason.LEASE
    assert rig.report.state == State.OFF


def test_the_last_edge_is_within_the_lease() -> None:
    for lease_ms in range(100, 120):
        rig = BoardBench()
        rig.start(10, hz=120, us=400)
        asked_at = rig.now
        rig.ask(rig.set_point(10, hz=120, us=400)._replace(lease_ms=lease_ms))
        rig.pass_time(1)
        assert rig.pulses[-1].at + 850e-6 <= asked_at + lease_ms / 1000


@pytest.mark.parametrize(("lease_ms", "is_granted"), [(500, True), (501, False), (65_535, False)])
def test_no_lease_is_longer_than_half_a_second(lease_ms: int, is_granted: bool) -> None:
    rig = BoardBench()
    rig.ask(rig.set_point()._replace(lease_ms=lease_ms))
    assert (rig.report.state == State.ARMED) is is_granted
    assert is_granted or rig.refused(Refusal.LIMIT)


def test_the_third_wrong_belief_in_a_row_is_off() -> None:
    rig = BoardBench()
    rig.start(10)
    for _ in range(2):
        rig.ask(rig.set_point(10)._replace(belief=State.ARMED))
        assert rig.report.state == State.ON
    rig.ask(rig.set_point(10)._replace(belief=State.OFF))
    assert rig.report.state == State.OFF
    assert rig.report.reason == Reason.BELIEF
    assert rig.report.refusals[Refusal.BELIEF] == 3
    assert not rig.delivers()


def test_a_right_belief_between_wrong_ones_forgives_them() -> None:
    rig = BoardBench()
    rig.start(10)
    for belief in (State.OFF, State.OFF, State.ON, State.OFF, State.OFF):
        rig.ask(rig.set_point(10)._replace(belief=belief))
    assert rig.report.state == State.ON


def test_nobody_arms_with_a_wrong_belief() -> None:
    rig = BoardBench()
    rig.ask(rig.set_point()._replace(belief=State.ON))
    assert rig.report.state == State.OFF


# Noise


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=80), max_size=20))
def test_noise_delivers_nothing_and_does_not_deafen(pieces: list[bytes]) -> None:
    rig = BoardBench()
    for piece in pieces:
        rig.write(piece)
        rig.pass_time(0.01)
    rig.write(b"\0")
    assert rig.pulses == []
    assert rig.off().state == State.OFF


def test_damaged_and_unknown_frames_are_counted() -> None:
    rig = BoardBench()
    frame = bytearray(encode(rig.set_point()))
    frame[5] ^= 1
    rig.write(bytes(frame))
    rig.send(Report(*[0] * 30, bytes(len(Refusal))))
    counts = rig.off().refusals
    assert (counts[Refusal.DAMAGED], counts[Refusal.UNKNOWN]) == (1, 1)


def test_noise_in_the_middle_of_work_costs_at_most_the_frame_it_hits() -> None:
    rig = BoardBench()
    rig.start(10)
    rig.write(b"\x01\x02\x03garbage\0")
    rig.hold(0.5, rig.set_point(10))
    assert rig.report.state == State.ON
    assert rig.report.refusals[Refusal.DAMAGED] == 1


# Changes, as the trace writes them


def test_each_change_of_delivered_output_is_told_once_with_its_reason() -> None:
    rig = BoardBench()
    rig.start(2, hz=50, seconds=0.5)
    rig.hold(0.2, rig.set_point(0))
    rig.hold(0.2, rig.set_point(2))
    rig.pass_time(1)
    told = [(c.amplitude_ma, c.why) for c in rig.changes if c.channel == 0]
    up = [(1.0, "ramp"), (1.8, "ramp"), (2.0, "set_point")]
    assert told == [*up, (0.0, "rest"), *up, (0.0, "lease")]


@pytest.mark.parametrize(
    ("do", "why"),
    [
        (lambda rig: rig.off(), "off"),
        (lambda rig: rig.hello(), "hello"),
        (lambda rig: rig.board.set_emergency_stop(True, rig.now), "emergency_stop"),
        (lambda rig: rig.board.set_supply(5.0, rig.now), "supply_empty"),
        (lambda rig: rig.board.reset(rig.now), "reset"),
        (lambda rig: rig.board.reset(rig.now, Fault.BROWN_OUT), "brown_out"),
        (lambda rig: rig.board.hang(rig.now), "watchdog"),
        (lambda rig: rig.board.body.place(0, Pads.OPEN), "open_lead"),
    ],
)
def test_the_last_change_says_what_switched_off(
    do: Callable[[BoardBench], object], why: str
) -> None:
    rig = BoardBench()
    rig.start(10)
    do(rig)
    rig.pass_time(0.2)
    last = {change.channel: change for change in rig.changes}
    assert {(c.amplitude_ma, c.frequency_hz, c.width_us, c.why) for c in last.values()} == {
        (0, 0, 0, why)
    }


def test_a_frequency_that_falls_and_falls_leaves_both_channels_their_pulses() -> None:
    """A new set-point comes more often than a pulse of either channel."""
    rig = BoardBench()
    rig.start(1.0, hz=5.7)
    rig.pulses.clear()
    for step in range(50):
        rig.hold(0.05, rig.set_point(1.0, hz=5.7 - 0.06 * step))
    order = [pulse.channel for pulse in rig.pulses]
    assert len(order) >= 14
    assert all(one != other for one, other in itertools.pairwise(order))
