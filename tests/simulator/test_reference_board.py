"""The board's own rules, whatever the host says, judged by the pulses that were delivered."""

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.simulator.boards.reference.limits import Ceilings
from appliance.simulator.body import Pads
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import encode
from appliance.stimulator.reference.protocol import (
    Contact,
    Fault,
    Flag,
    Reason,
    Refusal,
    Report,
    State,
)
from tests.simulator.board_rig import BoardBench


def refused(rig: BoardBench, kind: Refusal) -> bool:
    """Whether the last set-point was refused so, and counted."""
    return rig.report.answer == kind and rig.report.refusals[kind] > 0


# Arming


def test_the_zero_set_point_with_the_right_number_arms_and_delivers_nothing() -> None:
    rig = BoardBench()
    assert rig.report.state == State.OFF
    rig.arm()
    assert not rig.delivers()


def test_nothing_is_delivered_before_arming() -> None:
    rig = BoardBench()
    rig.ask(rig.set_point(5))
    assert refused(rig, Refusal.NOT_ZERO)
    assert rig.report.state == State.OFF
    assert not rig.delivers()


def test_a_stale_arming_number_is_refused_and_counted() -> None:
    rig = BoardBench()
    stale = rig.set_point(0)
    rig.off()
    rig.ask(stale._replace(sequence=rig.sequence + 1))
    assert refused(rig, Refusal.ARMING)
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
    assert refused(rig, Refusal.SEQUENCE)
    rig.pass_time(0.2)
    assert rig.pulses[-1].amplitude_ma == 1


def test_without_a_hello_since_power_up_no_set_point_is_accepted() -> None:
    rig = BoardBench(greet=False)
    rig.off()
    rig.ask(rig.set_point(0))
    assert refused(rig, Refusal.NO_HELLO)
    assert not rig.report.flags & Flag.GREETED


def test_a_host_with_another_layout_may_only_switch_off() -> None:
    rig = BoardBench(greet=False)
    rig.hello(layout=protocol.LAYOUT ^ 1)
    rig.off()
    rig.ask(rig.set_point(0))
    assert refused(rig, Refusal.NO_HELLO)
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
    assert is_granted or refused(rig, Refusal.LIMIT)


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
    assert refused(rig, Refusal.LIMIT)
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
        assert refused(rig, Refusal.LIMIT)
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


# Supervision


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
    assert refused(rig, Refusal.FAULT)


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
    assert refused(rig, Refusal.FAULT)
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
    assert refused(rig, Refusal.NO_HELLO)


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
    rig.send(Report(*[0] * 28, bytes(len(Refusal))))
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
