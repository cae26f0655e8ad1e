"""Every way to off, timed from its cause to the last edge."""

import random
from binascii import crc_hqx

import pytest
from cobs import cobs

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import encode
from appliance.stimulator.reference.protocol import Cause, Fault, Reason, Refusal, State
from tests.firmware.bench import BYTE_US, START_MS, Bench
from tests.firmware.board import HANG_ELF
from tests.firmware.conftest import NewBench
from tests.firmware.edges import CYCLES_PER_MS, CYCLES_PER_US, RISING_CYCLES

PULSE_US = 850
BITTEN_MS = 60
"""By then the watchdog has bitten."""
HANG = 0x70
"""What the test build takes for the command to hang; no other build knows it."""
WITHIN_A_PULSE_US = (3, 60, 140, 240, 255, 290, 310, 420, 540)
"""After the first edge of a pulse of 250 us: in both phases, in the gap, and near every edge."""


def at_work(bench: Bench, ma: float = 5.0, hz: float = 50.0, us: int = 250) -> None:
    bench.arm(hz, us)
    bench.keep(max(140, 1100 / hz), ma, hz, us)
    assert bench.report.state == State.ON


def into_a_pulse(bench: Bench, us: float) -> int:
    """Go so far into a pulse of channel A; the cycle of its first edge."""
    edge = bench.run_to_edge("D4", True)
    bench.run_us(us)
    return edge


def comes_back_off(bench: Bench) -> None:
    """What was in force is forgotten: nothing flows until hello, off, and a new arming."""
    since = bench.cycle
    bench.keep(100, 5.0)
    assert bench.recording.is_dead and not bench.recording.since(since)


@pytest.mark.parametrize("message", ["off", "hello"])
@pytest.mark.parametrize("phase_us", [*range(0, 20_000, 2_700), *range(40, 600, 90)])
def test_after_an_off_the_running_pulse_is_finished_and_no_other_begins(
    bench: Bench, phase_us: int, message: str
) -> None:
    at_work(bench)
    off = protocol.Off(bench.next_sequence())
    hello = protocol.Hello(bench.sequence, protocol.LAYOUT)
    into_a_pulse(bench, phase_us)
    bench.send(off if message == "off" else hello)
    bench.run_ms(45)
    heard = bench.recording.heard[-1].cycle
    assert not bench.recording.since(heard + 1)
    assert bench.recording.last_bridge_edge() <= heard + PULSE_US * CYCLES_PER_US
    assert bench.recording.is_dead
    assert bench.recording.last_high_voltage() <= heard + 2 * CYCLES_PER_MS
    assert message == "hello" or bench.report.reason == Reason.OFF


@pytest.mark.parametrize("message", ["off", "hello"])
@pytest.mark.parametrize("before_us", [5, 15, 30, 60, 100, 160, 240, 330])
def test_an_off_that_arrives_just_before_a_pulse_prevents_it(
    bench: Bench, message: str, before_us: int
) -> None:
    """The main loop may not have read it yet when the timer is about to raise the pin."""
    at_work(bench)
    number = bench.next_sequence()
    frame = encode(
        protocol.Off(number) if message == "off" else protocol.Hello(number, protocol.LAYOUT)
    )
    # B's pulses begin 10 ms after those of A.
    into_a_pulse(bench, 10_000 - before_us - len(frame) * BYTE_US)
    bench.put(frame)
    bench.run_ms(25)
    heard = bench.recording.heard[-1].cycle
    assert not bench.recording.since(heard + RISING_CYCLES) and bench.recording.is_dead


def test_an_off_is_obeyed_whatever_its_sequence(bench: Bench) -> None:
    at_work(bench)
    bench.say(protocol.Off((bench.sequence - 100) & 0xFFFF))
    bench.run_ms(3)
    assert bench.recording.is_dead


def test_an_off_between_damaged_frames_is_obeyed(bench: Bench) -> None:
    at_work(bench)
    torn = encode(bench.set_point(5.0))[:11]
    bench.put(torn + b"\0" + encode(protocol.Off(bench.next_sequence())) + torn)
    bench.run_ms(6)
    assert bench.recording.is_dead and bench.report.reason == Reason.OFF


def test_an_off_with_a_flipped_bit_is_no_off(bench: Bench) -> None:
    at_work(bench)
    frame = bytearray(encode(protocol.Off(bench.next_sequence() + 0x0100)))
    # The bytes before the CRC and the delimiter: the sequence of the off.
    frame[-4] ^= 0x40
    bench.put(bytes(frame))
    bench.run_ms(6)
    assert not bench.recording.is_dead
    bench.keep(40, 5.0)
    assert bench.report.state == State.ON
    assert bench.report.refusals[Refusal.DAMAGED] == 1


@pytest.mark.parametrize("lease_ms", [protocol.MIN_LEASE_MS, 100, 300, 500])
@pytest.mark.parametrize("hz", [10.0, 120.0])
def test_when_the_link_is_silent_the_last_edge_is_within_the_lease(
    bench: Bench, lease_ms: int, hz: float
) -> None:
    at_work(bench, hz=hz, us=400)
    bench.send(bench.set_point(5.0, hz, 400, lease_ms=lease_ms))
    bench.run_ms(lease_ms + 200)
    heard = bench.recording.heard[-1].cycle
    assert bench.recording.last_bridge_edge() <= heard + lease_ms * CYCLES_PER_MS
    assert bench.recording.last_high_voltage() <= heard + (lease_ms + 2) * CYCLES_PER_MS
    assert bench.recording.is_dead
    bench.off()
    assert bench.report.reason == Reason.OFF


@pytest.mark.parametrize("seed", range(3))
def test_ten_thousand_noisy_bytes_end_as_silence_does(bench: Bench, seed: int) -> None:
    at_work(bench)
    heard = bench.recording.heard[-1].cycle
    bench.put(random.Random(seed).randbytes(10_000))
    bench.run_ms(420)
    assert bench.recording.last_bridge_edge() <= heard + protocol.LEASE_MS * CYCLES_PER_MS
    assert bench.recording.is_dead
    bench.put(b"\0")
    bench.off()
    assert bench.report.refusals[Refusal.DAMAGED] > 0
    assert bench.report.reason == Reason.OFF


@pytest.mark.parametrize("us", WITHIN_A_PULSE_US)
def test_the_emergency_stop_ends_a_running_pulse(bench: Bench, us: int) -> None:
    at_work(bench)
    into_a_pulse(bench, us)
    bench.ask("stop 1")
    opened = bench.cycle
    bench.run_ms(50)
    assert bench.recording.is_dead
    assert bench.recording.last_bridge_edge() <= opened + 10 * CYCLES_PER_US
    assert bench.recording.last_high_voltage() <= opened + 10 * CYCLES_PER_US
    assert not bench.recording.since(opened)


@pytest.mark.parametrize("before_cycles", range(104, 137, 4))
@pytest.mark.parametrize("edge_us", [0, 250, 300, 550])
def test_the_emergency_stop_is_off_within_10_us_while_an_edge_is_awaited(
    bench: Bench, edge_us: int, before_cycles: int
) -> None:
    """The interrupt of an edge waits for its cycle, and nothing can interrupt it."""
    at_work(bench)
    edge = into_a_pulse(bench, 1_000)
    bench.ask(f"until {edge + (20_000 + edge_us) * CYCLES_PER_US - before_cycles}")
    bench.ask("stop 1")
    opened = bench.cycle
    bench.run_ms(1)
    assert bench.recording.is_dead
    assert bench.recording.last_bridge_edge() <= opened + 10 * CYCLES_PER_US
    assert bench.recording.last_high_voltage() <= opened + 10 * CYCLES_PER_US


@pytest.mark.parametrize("phase_us", range(700, 20_000, 3_300))
def test_the_emergency_stop_lets_no_pulse_begin(bench: Bench, phase_us: int) -> None:
    at_work(bench)
    into_a_pulse(bench, phase_us)
    bench.ask("stop 1")
    opened = bench.cycle
    bench.run_ms(50)
    assert bench.recording.is_dead and not bench.recording.since(opened)
    assert bench.recording.last_high_voltage() <= opened + CYCLES_PER_MS


def test_the_emergency_stop_is_latched(bench: Bench) -> None:
    at_work(bench)
    bench.ask("stop 1")
    bench.run_ms(2)
    bench.ask("stop 0")
    bench.keep(100, 5.0)
    assert bench.report.state == State.FAULT
    assert bench.report.faults == Fault.EMERGENCY_STOP
    assert bench.report.refusals[Refusal.FAULT] >= 3
    assert bench.recording.is_dead
    assert bench.off().state == State.OFF
    at_work(bench)


def test_a_flicker_of_the_emergency_stop_is_enough(bench: Bench) -> None:
    at_work(bench)
    into_a_pulse(bench, 100)
    bench.ask("stop 1")
    bench.run_us(2)
    bench.ask("stop 0")
    opened = bench.cycle
    bench.run_ms(50)
    assert bench.recording.is_dead and not bench.recording.since(opened)
    assert bench.off().state == State.OFF


def test_an_off_does_not_clear_a_stop_that_is_still_open(bench: Bench) -> None:
    bench.ask("stop 1")
    bench.run_ms(2)
    assert bench.off().state == State.FAULT
    bench.ask_for(bench.set_point())
    assert bench.report.refusals[Refusal.FAULT] == 1
    assert bench.recording.is_dead


@pytest.mark.parametrize("interrupts_off", [0, 1])
@pytest.mark.parametrize("phase_us", [0, 100, 300, 2_000, 9_000])
def test_a_hung_main_loop_is_off_within_50_ms(
    bench: Bench, interrupts_off: int, phase_us: int
) -> None:
    """The instruction that feeds the watchdog becomes a jump to itself, in the shipped ELF."""
    at_work(bench)
    into_a_pulse(bench, phase_us)
    bench.ask(f"hang {interrupts_off}")
    hung = bench.cycle
    bench.run_ms(BITTEN_MS)
    assert bench.recording.find("reset", "watchdog", hung)
    assert bench.recording.last_bridge_edge() <= hung + 50 * CYCLES_PER_MS
    assert bench.recording.last_high_voltage() <= hung + 50 * CYCLES_PER_MS
    assert bench.recording.is_dead
    # The DAC still had its code.
    assert [e.rest for e in bench.recording.find("dac", since=hung)][-2:] == ["A 0", "B 0"]
    bench.run_ms(START_MS)
    comes_back_off(bench)
    bench.hello()
    assert bench.off().state == State.OFF
    at_work(bench)


def test_the_test_build_hangs_on_command_and_comes_back_off(new_bench: NewBench) -> None:
    bench = new_bench(elf=HANG_ELF)
    at_work(bench)
    body = bytes([HANG, 1, 2])
    bench.put(cobs.encode(body + crc_hqx(body, protocol.CRC_START).to_bytes(2, "big")) + b"\0")
    sent = bench.cycle
    bench.run_ms(BITTEN_MS)
    assert bench.recording.find("reset", "watchdog", sent)
    assert bench.recording.last_bridge_edge() <= sent + 50 * CYCLES_PER_MS
    assert bench.recording.last_high_voltage() <= sent + 50 * CYCLES_PER_MS
    bench.run_ms(START_MS)
    comes_back_off(bench)


def test_a_watchdog_reset_is_told(bench: Bench) -> None:
    at_work(bench)
    before = bench.report.arming
    bench.ask("hang 0")
    bench.run_ms(BITTEN_MS + START_MS)
    report = bench.ask_for(bench.set_point(5.0))
    assert (report.state, report.faults) == (State.FAULT, Fault.WATCHDOG)
    assert not report.flags & protocol.Flag.GREETED
    assert report.arming not in (0, before)


@pytest.mark.parametrize(
    ("cause", "told", "faults"),
    [
        ("brown_out", Cause.BROWN_OUT, Fault.BROWN_OUT),
        ("external", Cause.RESET_PIN, 0),
        ("power", Cause.POWER, 0),
        ("slow_power", Cause.POWER | Cause.BROWN_OUT, 0),
    ],
)
@pytest.mark.parametrize("phase_us", [100, 280, 5_000])
def test_a_reset_is_off_at_once_and_comes_back_off(
    bench: Bench, cause: str, told: int, faults: int, phase_us: int
) -> None:
    at_work(bench)
    into_a_pulse(bench, phase_us)
    before = bench.cycle
    bench.ask(f"reset {cause}")
    bench.run_ms(5)
    assert bench.recording.is_dead and bench.recording.last_bridge_edge() <= before
    bench.run_ms(START_MS)
    # Not by an off, which clears what a start has told.
    report = bench.ask_for(bench.set_point())
    assert (report.cause, report.faults) == (told, faults)
    assert not report.flags & protocol.Flag.GREETED
    bench.run_ms(START_MS)
    comes_back_off(bench)
