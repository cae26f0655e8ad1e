"""Arming: hello, zero set-point, arming number; what is refused, at the pins and counted."""

import pytest

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import encode
from appliance.stimulator.reference.protocol import Refusal, State
from tests.firmware.bench import Bench
from tests.firmware.conftest import NewBench
from tests.firmware.edges import CYCLES_PER_S


def refused(bench: Bench, kind: Refusal) -> int:
    return bench.report.refusals[kind]


def at_work(bench: Bench, ma: float = 5.0) -> None:
    """Armed, and long enough at work to have reached this current."""
    bench.arm()
    bench.keep(max(100, 30 * ma), ma)
    assert bench.report.state == State.ON
    assert bench.recording.of("A")[-1].code == ma * protocol.CODES_PER_MA


def test_everything_is_off_at_power_up(new_bench: NewBench) -> None:
    bench = new_bench(greet=False)
    bench.run_ms(300)
    assert bench.recording.is_dead and not bench.recording.pulses
    # Zero is the first thing that the DAC is told; it would keep its code over a reset.
    assert [event.rest for event in bench.recording.find("dac")] == ["A 0", "B 0"]


def test_without_a_hello_nothing_is_armed(new_bench: NewBench) -> None:
    bench = new_bench(greet=False)
    bench.off()
    bench.ask_for(bench.set_point())
    bench.keep(100, 5.0)
    assert refused(bench, Refusal.NO_HELLO) >= 2
    assert not bench.recording.pulses and bench.recording.is_dead


def test_another_layout_is_no_hello(bench: Bench) -> None:
    bench.hello(layout=protocol.LAYOUT ^ 1)
    bench.off()
    bench.ask_for(bench.set_point())
    assert refused(bench, Refusal.NO_HELLO) == 1
    assert bench.recording.is_dead


def test_the_board_says_who_it_is(bench: Bench) -> None:
    identity = bench.identity
    assert (identity.name, identity.layout) == (protocol.BOARD_NAME, protocol.LAYOUT)
    assert identity.max_codes == protocol.MAX_AMPLITUDE_CODES
    assert identity.max_us == protocol.MAX_WIDTH_US
    assert identity.max_centihz == protocol.MAX_FREQUENCY_CENTIHZ


def test_nothing_flows_before_arming(bench: Bench) -> None:
    bench.keep(100, 5.0)
    assert refused(bench, Refusal.NOT_ZERO) >= 3
    assert not bench.recording.pulses and bench.recording.is_dead


def test_a_wrong_number_arms_nothing(bench: Bench) -> None:
    bench.ask_for(bench.set_point(arming=bench.report.arming ^ 1))
    bench.keep(100, 5.0, arming=0)
    assert refused(bench, Refusal.ARMING) >= 4
    assert not bench.recording.pulses and bench.recording.is_dead


def test_the_number_of_an_earlier_arming_delivers_nothing(bench: Bench) -> None:
    at_work(bench)
    stale = bench.report.arming
    bench.off()
    assert bench.report.arming not in (0, stale)
    since = bench.cycle
    bench.arm()
    bench.keep(200, 5.0, arming=stale)
    assert refused(bench, Refusal.ARMING) >= 5
    assert not bench.recording.since(since)


def test_a_replayed_frame_renews_nothing(bench: Bench) -> None:
    at_work(bench)
    replayed = encode(bench.set_point(5.0))
    began = bench.cycle
    for _ in range(40):
        bench.put(replayed)
        bench.run_ms(20)
    assert refused(bench, Refusal.SEQUENCE) >= 10
    # The first one was new; its lease ended whatever came after it.
    assert bench.recording.last_bridge_edge() - began < 0.302 * CYCLES_PER_S
    assert bench.recording.is_dead


@pytest.mark.parametrize(
    "changed",
    [
        {"amplitude_a_codes": 401},
        {"amplitude_b_codes": 3201},
        {"width_a_us": 251},
        {"width_b_us": 49},
        {"frequency_centihz": 5001},
        {"frequency_centihz": 99},
        {"lease_ms": protocol.MAX_LEASE_MS + 1},
        {"lease_ms": protocol.MIN_LEASE_MS - 1},
    ],
    ids=str,
)
def test_above_a_ceiling_nothing_more_is_delivered(bench: Bench, changed: dict[str, int]) -> None:
    ceilings = {"ceiling_codes": 400, "ceiling_us": 250, "ceiling_centihz": 5000}
    bench.arm(**ceilings)
    bench.keep(300, 5.0, **ceilings)
    since = bench.cycle
    answer = bench.ask_for(bench.set_point(5.0, **changed))
    bench.run_ms(100)
    assert answer.answer == Refusal.LIMIT and refused(bench, Refusal.LIMIT) == 1
    for pulse in bench.recording.since(since):
        assert pulse.code <= 200 and pulse.width_cycles <= 251 * 16
    assert bench.recording.since(since)


def test_a_ceiling_never_rises_while_armed(bench: Bench) -> None:
    bench.arm(ceiling_codes=200)
    answer = bench.ask_for(bench.set_point(10.0, ceiling_codes=3200))
    assert answer.answer == Refusal.LIMIT
    bench.off()
    bench.arm()
    assert bench.ask_for(bench.set_point(10.0)).answer == Refusal.NONE


def test_more_charge_than_a_phase_may_carry_is_refused(bench: Bench) -> None:
    # 80 mA times 400 us is 32 uC: no set-point within the other caps reaches 40 uC.
    assert protocol.MAX_AMPLITUDE_CODES * protocol.MAX_WIDTH_US < protocol.MAX_CHARGE_CODES_US
    bench.arm(us=400)
    assert bench.ask_for(bench.set_point(80.0, us=400)).answer == Refusal.NONE
    assert bench.ask_for(bench.set_point(us=400, amplitude_a_codes=65535)).answer == Refusal.LIMIT


def test_three_wrong_beliefs_in_a_row_are_off(bench: Bench) -> None:
    at_work(bench)
    for _ in range(3):
        bench.ask_for(bench.set_point(5.0, belief=State.OFF))
    bench.run_ms(3)
    assert bench.recording.is_dead and bench.report.reason == protocol.Reason.BELIEF


@pytest.mark.parametrize("hz", [1.0, 20.0, 120.0])
def test_the_first_pulse_is_small_and_the_rise_is_slow(bench: Bench, hz: float) -> None:
    """The host jumps from nothing to 80 mA."""
    bench.arm(hz, 400)
    bench.keep(max(2100, 3100 / hz), 80.0, hz, 400)
    for channel in "AB":
        pulses = bench.recording.of(channel)
        assert 0 < pulses[0].code <= protocol.FIRST_PULSE_CODES
        for number, pulse in enumerate(pulses[1:], 1):
            elapsed_s = (pulse.at - pulses[0].at) / CYCLES_PER_S
            by_time = protocol.RISE_CODES_PER_S * elapsed_s + 1
            most = pulses[0].code + min(by_time, protocol.STEP_CODES * number)
            assert pulse.code <= min(most, protocol.MAX_AMPLITUDE_CODES)
        # An honest board gets there as well, or the host would call it too weak.
        assert pulses[-1].code >= min(0.9 * most, protocol.MAX_AMPLITUDE_CODES)


def test_after_a_rest_the_first_pulse_is_small_again(bench: Bench) -> None:
    at_work(bench, 10.0)
    bench.keep(500, 0.0)
    rested = bench.cycle
    assert bench.recording.high_voltage
    assert bench.recording.last_bridge_edge() < rested - 0.45 * CYCLES_PER_S
    bench.keep(300, 10.0)
    for channel in "AB":
        assert bench.recording.of(channel, rested)[0].code <= protocol.FIRST_PULSE_CODES


def test_a_fall_is_immediate(bench: Bench) -> None:
    at_work(bench, 10.0)
    bench.ask_for(bench.set_point(2.0))
    since = bench.cycle
    bench.run_ms(60)
    assert {pulse.code for pulse in bench.recording.since(since)} == {80}


def test_a_set_point_is_what_the_host_meant(bench: Bench) -> None:
    """Every field of a set-point that could be taken for another one, at the pins."""
    asked = {"hz": 40.0, "us": (100, 300), "ma": (3.0, 6.0)}
    bench.arm(40.0, (100, 300))
    bench.keep(500, **asked)  # type: ignore[arg-type]
    a, b = bench.recording.of("A")[-1], bench.recording.of("B")[-1]
    assert (a.code, b.code) == (120, 240)
    assert (a.width_cycles, b.width_cycles) == (1600, 4800)
    assert abs(abs(b.at - a.at) - CYCLES_PER_S / 80) <= 16
    report = bench.report
    assert (report.amplitude_a_codes, report.amplitude_b_codes) == (120, 240)
    assert abs(report.measured_a_codes - 120) <= 5 and abs(report.measured_b_codes - 240) <= 5
