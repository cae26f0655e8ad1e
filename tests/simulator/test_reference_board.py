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


def refused(bench: BoardBench, kind: Refusal) -> bool:
    """Whether the last set-point was refused so, and counted."""
    return bench.report.answer == kind and bench.report.refusals[kind] > 0


# Arming


def test_the_zero_set_point_with_the_right_number_arms_and_delivers_nothing() -> None:
    bench = BoardBench()
    assert bench.report.state == State.OFF
    bench.arm()
    assert not bench.delivers()


def test_nothing_is_delivered_before_arming() -> None:
    bench = BoardBench()
    bench.ask(bench.set_point(5))
    assert refused(bench, Refusal.NOT_ZERO)
    assert bench.report.state == State.OFF
    assert not bench.delivers()


def test_a_stale_arming_number_is_refused_and_counted() -> None:
    bench = BoardBench()
    stale = bench.set_point(0)
    bench.off()
    bench.ask(stale._replace(sequence=bench.sequence + 1))
    assert refused(bench, Refusal.ARMING)
    assert bench.report.state == State.OFF


def test_every_way_to_off_brings_a_new_arming_number() -> None:
    bench = BoardBench()
    numbers = [bench.board.arming]
    bench.off()
    numbers.append(bench.board.arming)
    bench.hello()
    numbers.append(bench.board.arming)
    bench.arm()
    bench.pass_time(0.4)
    numbers.append(bench.board.arming)
    bench.board.reset(bench.now)
    numbers.append(bench.board.arming)
    bench.board.set_emergency_stop(True, bench.now)
    numbers.append(bench.board.arming)
    assert 0 not in numbers
    assert all(one != other for one, other in itertools.pairwise(numbers))


def test_a_replayed_frame_changes_nothing() -> None:
    bench = BoardBench()
    bench.arm()
    strong = bench.set_point(20)
    bench.ask(strong)
    bench.hold(0.5, bench.set_point(1))
    bench.send(strong._replace(belief=State.ON))
    assert refused(bench, Refusal.SEQUENCE)
    bench.pass_time(0.2)
    assert bench.pulses[-1].amplitude_ma == 1


def test_without_a_hello_since_power_up_no_set_point_is_accepted() -> None:
    bench = BoardBench(greet=False)
    bench.off()
    bench.ask(bench.set_point(0))
    assert refused(bench, Refusal.NO_HELLO)
    assert not bench.report.flags & Flag.GREETED


def test_a_host_with_another_layout_may_only_switch_off() -> None:
    bench = BoardBench(greet=False)
    bench.hello(layout=protocol.LAYOUT ^ 1)
    bench.off()
    bench.ask(bench.set_point(0))
    assert refused(bench, Refusal.NO_HELLO)
    bench.hello()
    bench.off()
    bench.arm()


# Off


@pytest.mark.parametrize("say", ["off", "hello"])
def test_off_and_hello_end_the_pulses_at_once(say: str) -> None:
    bench = BoardBench()
    bench.start(10)
    getattr(bench, say)()
    bench.off()
    assert bench.report.state == State.OFF
    assert not bench.delivers()


def test_off_is_obeyed_with_any_sequence() -> None:
    bench = BoardBench()
    bench.start(10)
    bench.send(protocol.Off(3))
    assert bench.report.state == State.OFF
    assert not bench.delivers()


def test_the_lease_runs_out() -> None:
    bench = BoardBench()
    bench.start(10)
    asked_last = bench.now - 0.05
    bench.pass_time(2)
    assert asked_last < bench.pulses[-1].at <= asked_last + 0.3
    bench.ask(bench.set_point(10))
    assert bench.report.reason == Reason.LEASE
    assert bench.report.state == State.OFF


def test_the_last_edge_is_within_the_lease() -> None:
    for lease_ms in range(100, 120):
        bench = BoardBench()
        bench.start(10, hz=120, us=400)
        asked_at = bench.now
        bench.ask(bench.set_point(10, hz=120, us=400)._replace(lease_ms=lease_ms))
        bench.pass_time(1)
        assert bench.pulses[-1].at + 850e-6 <= asked_at + lease_ms / 1000


@pytest.mark.parametrize(("lease_ms", "is_granted"), [(500, True), (501, False), (65_535, False)])
def test_no_lease_is_longer_than_half_a_second(lease_ms: int, is_granted: bool) -> None:
    bench = BoardBench()
    bench.ask(bench.set_point()._replace(lease_ms=lease_ms))
    assert (bench.report.state == State.ARMED) is is_granted
    assert is_granted or refused(bench, Refusal.LIMIT)


def test_the_third_wrong_belief_in_a_row_is_off() -> None:
    bench = BoardBench()
    bench.start(10)
    for _ in range(2):
        bench.ask(bench.set_point(10)._replace(belief=State.ARMED))
        assert bench.report.state == State.ON
    bench.ask(bench.set_point(10)._replace(belief=State.OFF))
    assert bench.report.state == State.OFF
    assert bench.report.reason == Reason.BELIEF
    assert bench.report.refusals[Refusal.BELIEF] == 3
    assert not bench.delivers()


def test_a_right_belief_between_wrong_ones_forgives_them() -> None:
    bench = BoardBench()
    bench.start(10)
    for belief in (State.OFF, State.OFF, State.ON, State.OFF, State.OFF):
        bench.ask(bench.set_point(10)._replace(belief=belief))
    assert bench.report.state == State.ON


def test_nobody_arms_with_a_wrong_belief() -> None:
    bench = BoardBench()
    bench.ask(bench.set_point()._replace(belief=State.ON))
    assert bench.report.state == State.OFF


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
    bench = BoardBench()
    bench.start(5)
    bench.ask(bench.set_point(5)._replace(**changes))
    assert refused(bench, Refusal.LIMIT)
    bench.pass_time(0.2)
    assert {(p.amplitude_ma, p.width_us, p.frequency_hz) for p in bench.pulses[-9:]} == {
        (5, 250, 50)
    }


@pytest.mark.parametrize(("codes", "is_allowed"), [(4000, True), (4001, False)])
def test_the_charge_of_a_phase_is_at_most_40_microcoulomb(codes: int, is_allowed: bool) -> None:
    # With the other caps as they are 32 uC is the most; the rule must hold without them.
    asked = BoardBench().set_point(us=400)._replace(amplitude_a_codes=codes, ceiling_codes=5000)
    assert Ceilings(codes=5000).allow(asked) is is_allowed


def test_the_lower_of_caps_and_ceilings_holds_until_the_next_off() -> None:
    bench = BoardBench()
    bench.ask(bench.set_point()._replace(ceiling_codes=400, ceiling_us=250, ceiling_centihz=5000))
    bench.hold(0.5, bench.set_point(10))
    for changes in (
        {"amplitude_a_codes": 401},
        {"width_a_us": 251},
        {"frequency_centihz": 5001},
    ):
        # This one claims higher ceilings, in vain.
        bench.ask(bench.set_point(10)._replace(**changes))
        assert refused(bench, Refusal.LIMIT)
    bench.off()
    bench.pulses.clear()
    bench.start(11, seconds=1)
    assert bench.pulses[-1].amplitude_ma == 11


# The rise


def test_the_first_pulse_is_at_most_one_milliampere_and_the_rise_40_ma_a_second() -> None:
    bench = BoardBench()
    bench.start(80, hz=35, seconds=3, us=100)
    for channel in (0, 1):
        pulses = bench.of(channel)
        assert pulses[0].amplitude_ma == 1
        assert pulses[-1].amplitude_ma == 80
        for one, other in itertools.pairwise(pulses):
            rise = other.amplitude_ma - one.amplitude_ma
            assert rise <= 40 * (other.at - one.at) + 1e-6


def test_after_a_rest_the_rise_begins_anew() -> None:
    bench = BoardBench()
    bench.start(20, seconds=1)
    bench.hold(0.5, bench.set_point(0))
    before = len(bench.of(0))
    bench.hold(0.5, bench.set_point(20))
    assert bench.of(0)[before].amplitude_ma == 1


def test_down_is_immediate() -> None:
    bench = BoardBench()
    bench.start(20)
    before = len(bench.pulses)
    bench.ask(bench.set_point(5))
    assert bench.report.amplitude_a_codes == 200
    bench.pass_time(0.1)
    assert {pulse.amplitude_ma for pulse in bench.pulses[before:]} == {5}


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
    bench = BoardBench()
    bench.arm()
    fastest = 0.0
    for ma_a, ma_b, hz, us, wait_ms in asked:
        bench.ask(bench.set_point(ma_a, ma_b, hz=hz, us=us))
        fastest = max(fastest, round(hz, 2))
        bench.pass_time(wait_ms / 1000)
        if bench.board.state is State.OFF:
            bench.off()
            bench.arm()
    for channel in (0, 1):
        pulses = bench.of(channel)
        assert all(pulse.amplitude_ma <= 80 and pulse.charge_uc <= 40 for pulse in pulses)
        for one, other in itertools.pairwise(pulses):
            apart = other.at - one.at
            assert apart >= 1 / fastest - 1e-6
            assert other.amplitude_ma <= max(1, one.amplitude_ma + 40 * apart + 1e-6)


def test_b_runs_half_a_period_after_a() -> None:
    bench = BoardBench()
    bench.start(10, hz=40, seconds=1)
    for a, b in zip(bench.of(0), bench.of(1), strict=False):
        assert b.at - a.at == pytest.approx(1 / 80)
    apart = [other.at - one.at for one, other in itertools.pairwise(bench.of(0))]
    assert apart == pytest.approx([1 / 40] * len(apart))


def test_rest_keeps_the_board_on_without_a_pulse() -> None:
    bench = BoardBench()
    bench.start(10)
    before = len(bench.pulses)
    bench.hold(1, bench.set_point(0))
    assert bench.report.state == State.ON
    assert bench.report.amplitude_a_codes == bench.report.measured_a_codes == 0
    assert len(bench.pulses) == before


# Supervision


@pytest.mark.parametrize("channel", [0, 1])
def test_an_open_lead_is_off_within_one_pulse_and_named_until_the_next_off(channel: int) -> None:
    bench = BoardBench()
    bench.start(10)
    assert bench.report.contact_a == bench.report.contact_b == Contact.GOOD
    before = len(bench.of(channel))
    bench.board.body.place(channel, Pads.OPEN)
    bench.pass_time(0.2)
    assert len(bench.of(channel)) == before + 1
    assert bench.of(channel)[-1].measured_ma == 0
    for _ in range(2):
        bench.ask(bench.set_point(0)._replace(arming=bench.board.arming ^ 1))
        assert bench.report.state == State.OFF
        assert bench.report.reason == Reason.OPEN_LEAD
        assert (bench.report.contact_a, bench.report.contact_b)[channel] == Contact.OPEN
        assert (bench.report.contact_a, bench.report.contact_b)[1 - channel] == Contact.UNKNOWN
    assert bench.off().contact_a == bench.report.contact_b == Contact.UNKNOWN


def test_below_two_milliampere_nobody_can_tell_whether_a_lead_is_open() -> None:
    bench = BoardBench()
    bench.board.body.place(0, Pads.OPEN)
    bench.start(1.9)
    assert bench.report.state == State.ON
    assert bench.report.contact_a == Contact.UNKNOWN


def test_a_lifting_pad_is_an_open_lead_once_less_than_half_flows() -> None:
    bench = BoardBench()
    bench.board.body.place(1, Pads.LIFTING)
    bench.start(30, seconds=2)
    assert bench.report.state == State.ON
    assert bench.of(1)[-1].measured_ma == 20
    bench.board.body.place(1, Pads.GOOD)
    bench.hold(1, bench.set_point(45))
    bench.board.body.place(1, Pads.LIFTING)
    bench.hold(0.15, bench.set_point(45))
    assert bench.report.reason == Reason.OPEN_LEAD


def test_contact_is_unknown_at_zero_current() -> None:
    bench = BoardBench()
    bench.start(10)
    bench.hold(0.2, bench.set_point(0))
    assert bench.report.contact_a == Contact.UNKNOWN


def test_over_current_is_a_fault_within_one_pulse() -> None:
    bench = BoardBench()
    bench.start(10)
    bench.board.troubles.extra_current_codes = 2 * 40 + 40 + 1
    before = len(bench.pulses)
    bench.pass_time(0.2)
    assert len(bench.pulses) == before + 1
    bench.ask(bench.set_point(0))
    assert bench.report.state == State.FAULT
    assert bench.report.faults == Fault.OVER_CURRENT
    assert refused(bench, Refusal.FAULT)


def test_20_percent_and_one_milliampere_too_much_are_tolerated() -> None:
    bench = BoardBench()
    bench.start(10)
    bench.board.troubles.extra_current_codes = 2 * 40 + 40
    bench.hold(0.5, bench.set_point(10))
    assert bench.report.state == State.ON


@pytest.mark.parametrize(
    ("volts", "low", "empty"),
    [(6.8, False, False), (6.79, True, False), (6.4, True, False), (6.39, True, True)],
)
def test_a_low_supply_warns_and_an_empty_one_is_off(volts: float, low: bool, empty: bool) -> None:
    bench = BoardBench()
    bench.start(10)
    bench.board.set_supply(volts, bench.now)
    delivers = bench.delivers(0.1)
    bench.ask(bench.set_point(10))
    assert bool(bench.report.flags & Flag.SUPPLY_LOW) is low
    assert (bench.report.faults == Fault.SUPPLY_EMPTY) is empty
    assert delivers is not empty


def test_the_emergency_stop_is_latched_until_it_is_closed_and_an_off_was_sent() -> None:
    bench = BoardBench()
    bench.start(10)
    bench.board.set_emergency_stop(True, bench.now)
    assert not bench.delivers()
    assert bench.off().faults == Fault.EMERGENCY_STOP
    bench.board.set_emergency_stop(False, bench.now)
    bench.ask(bench.set_point(0))
    assert refused(bench, Refusal.FAULT)
    assert bench.off().state == State.OFF
    bench.arm()


@pytest.mark.parametrize("cause", [Fault.BROWN_OUT, Fault.WATCHDOG])
def test_a_reset_is_off_says_its_cause_and_wants_a_hello(cause: Fault) -> None:
    bench = BoardBench()
    bench.start(10)
    bench.board.reset(bench.now, cause)
    assert not bench.delivers()
    bench.ask(bench.set_point(0))
    assert bench.report.state == State.FAULT
    assert bench.report.faults == cause
    assert not bench.report.flags & Flag.GREETED
    assert bench.off().state == State.OFF
    bench.ask(bench.set_point(0))
    assert refused(bench, Refusal.NO_HELLO)


def test_a_hung_main_loop_is_off_within_50_ms_and_comes_back_off() -> None:
    bench = BoardBench()
    bench.start(10)
    hung_at = bench.now
    bench.board.hang(hung_at)
    bench.off()
    bench.pass_time(0.3)
    assert bench.pulses[-1].at <= hung_at + 0.05
    assert bench.off().state == State.OFF
    assert not bench.report.flags & Flag.GREETED


# Noise


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=80), max_size=20))
def test_noise_delivers_nothing_and_does_not_deafen(pieces: list[bytes]) -> None:
    bench = BoardBench()
    for piece in pieces:
        bench.write(piece)
        bench.pass_time(0.01)
    bench.write(b"\0")
    assert bench.pulses == []
    assert bench.off().state == State.OFF


def test_damaged_and_unknown_frames_are_counted() -> None:
    bench = BoardBench()
    frame = bytearray(encode(bench.set_point()))
    frame[5] ^= 1
    bench.write(bytes(frame))
    bench.send(Report(*[0] * 28, bytes(len(Refusal))))
    counts = bench.off().refusals
    assert (counts[Refusal.DAMAGED], counts[Refusal.UNKNOWN]) == (1, 1)


def test_noise_in_the_middle_of_work_costs_at_most_the_frame_it_hits() -> None:
    bench = BoardBench()
    bench.start(10)
    bench.write(b"\x01\x02\x03garbage\0")
    bench.hold(0.5, bench.set_point(10))
    assert bench.report.state == State.ON
    assert bench.report.refusals[Refusal.DAMAGED] == 1


# Changes, as the trace writes them


def test_each_change_of_delivered_output_is_told_once_with_its_reason() -> None:
    bench = BoardBench()
    bench.start(2, hz=50, seconds=0.5)
    bench.hold(0.2, bench.set_point(0))
    bench.hold(0.2, bench.set_point(2))
    bench.pass_time(1)
    told = [(c.amplitude_ma, c.why) for c in bench.changes if c.channel == 0]
    up = [(1.0, "ramp"), (1.8, "ramp"), (2.0, "set_point")]
    assert told == [*up, (0.0, "rest"), *up, (0.0, "lease")]


@pytest.mark.parametrize(
    ("do", "why"),
    [
        (lambda bench: bench.off(), "off"),
        (lambda bench: bench.hello(), "hello"),
        (lambda bench: bench.board.set_emergency_stop(True, bench.now), "emergency_stop"),
        (lambda bench: bench.board.set_supply(5.0, bench.now), "supply_empty"),
        (lambda bench: bench.board.reset(bench.now), "reset"),
        (lambda bench: bench.board.reset(bench.now, Fault.BROWN_OUT), "brown_out"),
        (lambda bench: bench.board.hang(bench.now), "watchdog"),
        (lambda bench: bench.board.body.place(0, Pads.OPEN), "open_lead"),
    ],
)
def test_the_last_change_says_what_switched_off(
    do: Callable[[BoardBench], object], why: str
) -> None:
    bench = BoardBench()
    bench.start(10)
    do(bench)
    bench.pass_time(0.2)
    last = {change.channel: change for change in bench.changes}
    assert {(c.amplitude_ma, c.frequency_hz, c.width_us, c.why) for c in last.values()} == {
        (0, 0, 0, why)
    }
