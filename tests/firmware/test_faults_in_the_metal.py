"""One fault in the metal is not enough to hurt anyone: judged at the pins.

Bits of the running chip flip, or stay what they are not meant to be. The benches here are
made without the rules of every run: a broken chip may break them, within what is stated here.
"""

import struct
from binascii import crc_hqx
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from cobs import cobs

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import encode
from appliance.stimulator.reference.protocol import (
    Capability,
    Cause,
    Check,
    Contact,
    Fault,
    Refusal,
    Stage,
    State,
)
from tests.firmware.bench import BYTE_US, START_MS, Bench
from tests.firmware.edges import CYCLES_PER_MS, CYCLES_PER_S, CYCLES_PER_US, RISING_CYCLES

PORTD, DDRD, SPCR, SREG = 0x2B, 0x2A, 0x4C, 0x5F
TIMSK1, TIMSK2, TCCR1B, GTCCR, PRR = 0x6F, 0x70, 0x81, 0x43, 0x64
PERIOD_US = 20_000
MOST_BEYOND_UC = 40.0
OFF_WITHIN_MS = 50


def frame(message: bytes) -> bytes:
    """A frame whose CRC is right, whatever is in it."""
    crc = crc_hqx(message, protocol.CRC_START)
    return cobs.encode(message + crc.to_bytes(2, "big")) + b"\x00"


@pytest.fixture
def bench(firmware: None, tmp_path: Path) -> Iterator[Bench]:
    with Bench(tmp_path / "bench") as made:
        yield made


def work(bench: Bench, ma: float = 20.0, us: int = 250) -> None:
    bench.arm(us=us)
    bench.keep(60 + ma * 30, ma, us=us)
    assert bench.report.state == State.ON, bench.report


def one_way_uc(bench: Bench, since: int) -> float:
    """The most charge that moved one way without the other, series capacitors absent."""
    moved = most = 0.0
    for pulse in bench.recording.since(since):
        for phase in pulse.phases:
            fell = phase.fell or bench.cycle
            uc = phase.code / protocol.CODES_PER_MA * (fell - phase.rose) / CYCLES_PER_US / 1000
            moved += -uc if phase.polarity else uc
            most = max(most, abs(moved))
    return most


def is_off_and_told(bench: Bench, since: int, check: Check | None = None) -> None:
    """Everything was off in time, and the next report says why."""
    bench.run_ms(OFF_WITHIN_MS)
    assert bench.recording.is_dead
    assert bench.recording.last_high_voltage() - since <= OFF_WITHIN_MS * CYCLES_PER_MS
    bench.say(bench.set_point(0.0))
    assert bench.report.state == State.FAULT
    assert bench.report.faults & (Fault.INTERNAL | Fault.UNBALANCED | Fault.OVER_CURRENT)
    if check is not None:
        assert bench.report.check == check


@pytest.mark.parametrize("address", [TCCR1B, GTCCR, PRR], ids=["timer off", "halted", "no clock"])
def test_a_timer_that_stops_in_a_phase_holds_no_pin(bench: Bench, address: int) -> None:
    work(bench)
    bench.run_to_edge("D4", True)
    at = bench.cycle
    bit = {TCCR1B: 0, GTCCR: 7, PRR: 3}[address]
    bench.ask(f"flip {address:x} {bit}")
    is_off_and_told(bench, at)
    assert one_way_uc(bench, at - 10) <= 20 * 0.25 + MOST_BEYOND_UC


@pytest.mark.parametrize("bit", [4, 5, 6, 7])
def test_a_pin_of_the_bridge_that_is_high_in_rest_is_low_within_a_pass(
    bench: Bench, bit: int
) -> None:
    work(bench)
    bench.run_to_edge("D7", False)
    bench.run_ms(3)
    at = bench.cycle
    bench.ask(f"flip {PORTD:x} {bit}")
    is_off_and_told(bench, at, Check.BRIDGE)
    assert bench.recording.last_bridge_edge() - at < CYCLES_PER_MS
    assert one_way_uc(bench, at) == 0, "the DAC is at zero in rest"


def test_a_compare_interrupt_that_is_lost_in_a_phase_holds_no_pin(bench: Bench) -> None:
    work(bench)
    bench.run_to_edge("D4", True)
    at = bench.cycle
    bench.ask(f"flip {TIMSK1:x} 1")
    bench.run_ms(2)
    assert bench.recording.last_bridge_edge() - at < 450 * CYCLES_PER_US
    is_off_and_told(bench, at, Check.PULSE_LATE)


def test_interrupts_that_are_off_in_a_phase_hold_no_pin(bench: Bench) -> None:
    work(bench)
    bench.run_to_edge("D4", True)
    bench.run_us(23)  # in the main loop: an interrupt would restore the bit itself
    at = bench.cycle
    bench.ask(f"flip {SREG:x} 7")
    is_off_and_told(bench, at)
    assert one_way_uc(bench, at - 10) <= 20 * 0.25 + MOST_BEYOND_UC


def test_the_zero_of_the_compiler_is_right_again_in_the_next_pass(bench: Bench) -> None:
    work(bench)
    bench.run_to_edge("D5", True)
    at = bench.cycle
    bench.ask("flip 1 4")
    bench.keep(200, 20.0)
    if bench.report.state == State.ON:
        assert {pulse.code for pulse in bench.recording.since(at)} == {800}
    else:
        assert bench.recording.is_dead
        assert bench.recording.last_high_voltage() - at < OFF_WITHIN_MS * CYCLES_PER_MS


def test_a_negative_phase_that_is_missing_is_seen_in_the_first_pulse(bench: Bench) -> None:
    work(bench)
    at = bench.cycle
    bench.ask("break no_negative 1")
    bench.keep(60, 20.0)
    assert bench.report.faults == Fault.UNBALANCED
    assert len(bench.recording.since(at)) <= 2


def test_a_direction_bit_that_is_lost_is_off(bench: Bench) -> None:
    work(bench)
    at = bench.cycle
    bench.ask(f"flip {DDRD:x} 5")
    is_off_and_told(bench, at, Check.DIRECTIONS)


def test_a_bridge_pin_that_is_stuck_high_is_no_open_lead(bench: Bench) -> None:
    work(bench)
    bench.run_to_edge("D7", False)
    bench.run_ms(2)
    bench.ask("stick D4 1")
    bench.keep(40, 20.0)
    assert not bench.recording.high_voltage
    assert bench.report.check == Check.BRIDGE
    assert bench.report.contact_a != Contact.OPEN


def test_over_current_cannot_be_pumped(bench: Bench) -> None:
    work(bench)
    bench.ask("break extra 3000")
    at = bench.cycle
    for _ in range(60):
        bench.off()
        bench.say(bench.set_point(0.0))
        bench.keep(40, 20.0)
    # After 1 s the second one, and then 2 s nothing. The fifth needs power off: tests of the core.
    assert len(bench.recording.since(at)) == 2
    assert bench.report.faults & Fault.OVER_CURRENT


def test_too_much_current_ends_the_pulse_in_its_first_phase(bench: Bench) -> None:
    work(bench, us=400)
    bench.run_to_edge("D7", False)
    at = bench.cycle
    bench.ask("break extra 3000")
    bench.keep(30, 20.0, us=400)
    assert bench.report.faults & Fault.OVER_CURRENT
    (pulse,) = bench.recording.since(at)
    (phase,) = pulse.phases
    assert phase.cycles < 240 * CYCLES_PER_US


def test_spi_that_is_switched_off_is_repaired_and_the_code_taken_back(bench: Bench) -> None:
    work(bench)
    bench.run_to_edge("D5", True)
    at = bench.cycle
    bench.ask(f"flip {SPCR:x} 6")
    is_off_and_told(bench, at, Check.DAC)
    assert bench.recording.find("dac", "A 0", at)


def test_the_dac_is_at_zero_between_pulses_and_sent_anew_before_each(bench: Bench) -> None:
    work(bench)
    since = bench.cycle
    bench.keep(200, 20.0)
    for pulse in bench.recording.since(since)[1:-1]:
        before = bench.recording.find("dac", f"{pulse.channel} {pulse.code}", since)
        assert any(0 < pulse.at - e.cycle < 2 * CYCLES_PER_MS for e in before)
        after = bench.recording.find("dac", f"{pulse.channel} 0", pulse.end)
        assert after and after[0].cycle - pulse.end < 2 * CYCLES_PER_MS


WORST_FRAMES = {
    "two bytes": b"\x01\x00",
    "damaged": b"\x06\x03\x01\x01\x01\x01\x00",
    "unknown": frame(b"\x70\x01\x02"),
    "longest": b"\x55" * (protocol.MAX_FRAME_BYTES + 8) + b"\x00",
    "hello to another layout": encode(protocol.Hello(1, 0)),
    "no zeros": b"\x55",
}


@pytest.mark.parametrize("name", WORST_FRAMES)
@pytest.mark.parametrize("before_bytes", [0, 37, 250, 700])
def test_no_full_line_loses_an_off(bench: Bench, name: str, before_bytes: int) -> None:
    """The line is full to the last bit, before the off and after it."""
    work(bench, 5.0)
    worst = WORST_FRAMES[name]
    before = (worst * before_bytes)[: before_bytes - before_bytes % len(worst)] + b"\x00"
    after = worst * (4000 // len(worst))
    off = protocol.Off(bench.next_sequence())
    bench.put(before + encode(off) + after)
    bench.run_ms((len(before) + len(after)) * BYTE_US / 1000 + 20)
    heard = next(f.cycle for f in bench.recording.heard if f.message == off)
    assert not bench.recording.since(heard + RISING_CYCLES)
    assert bench.recording.last_high_voltage() - heard < 5 * CYCLES_PER_MS
    assert bench.recording.is_dead


def test_a_report_does_not_praise_pulses_that_do_not_come(bench: Bench) -> None:
    work(bench, 5.0)
    before = bench.report.pulses_a
    for _ in range(14):
        # An unread frame that may be an off holds every pulse back.
        bench.put(encode(bench.set_point(5.0)) + b"\x01\x02\x03\x00" * 110)
        bench.run_ms(20)
    if bench.report.pulses_a == before:
        assert bench.report.measured_a_codes == 0
        assert bench.report.contact_a == Contact.UNKNOWN


@pytest.mark.parametrize("lease_ms", [0, 1, 49])
def test_a_lease_that_is_too_short_never_switches_the_high_voltage_on(
    bench: Bench, lease_ms: int
) -> None:
    bench.say(bench.set_point(0.0, lease_ms=lease_ms))
    bench.run_ms(20)
    assert bench.report.state == State.OFF
    assert not bench.recording.find("pin", "D3 1")


def test_a_board_that_does_not_sense_its_high_voltage_does_not_judge_it(bench: Bench) -> None:
    # Nothing is written in this chip's EEPROM.
    assert not bench.identity.capabilities & Capability.HIGH_VOLTAGE
    work(bench, 5.0)
    bench.ask("break high_voltage 3667")
    bench.run_ms(1500)
    assert bench.off().high_voltage_dv == pytest.approx(1100, abs=3)


def write_about(bench: Bench, serial: int, capabilities: int) -> None:
    about = struct.pack("<IBBBB", serial, 2, Stage.BENCH, 2, capabilities)
    crc = crc_hqx(about, protocol.CRC_START)
    bench.ask(f"eeprom 4 {about.hex()}{crc.to_bytes(2, 'little').hex()}")
    bench.ask("reset power")
    bench.run_ms(START_MS)
    bench.hello()
    bench.off()


SEES_ALL = Capability.CURRENT | Capability.BOTH_PHASES | Capability.HIGH_VOLTAGE


def test_the_board_is_what_was_written_into_it(bench: Bench) -> None:
    assert (bench.identity.serial, bench.identity.stage) == (0, Stage.UNKNOWN)
    write_about(bench, 123_456_789, SEES_ALL)
    identity = bench.identity
    assert (identity.serial, identity.hardware, identity.stage) == (123_456_789, 2, Stage.BENCH)
    assert (identity.channels, identity.capabilities) == (2, SEES_ALL)


def test_a_high_voltage_that_is_too_high_is_off(bench: Bench) -> None:
    write_about(bench, 1, SEES_ALL)
    work(bench, 5.0)
    at = bench.cycle
    bench.ask("break high_voltage 4400")
    bench.keep(60, 5.0)
    assert bench.report.faults == Fault.HIGH_VOLTAGE and bench.recording.is_dead
    assert bench.recording.last_high_voltage() - at < OFF_WITHIN_MS * CYCLES_PER_MS


def test_a_high_voltage_that_stays_after_off_is_a_fault(bench: Bench) -> None:
    write_about(bench, 1, SEES_ALL)
    work(bench, 5.0)
    bench.ask("break high_voltage 3667")
    bench.off()
    assert bench.report.state == State.OFF
    bench.run_ms(protocol.HIGH_VOLTAGE_FALLS_MS + 10)
    assert bench.off().faults == Fault.HIGH_VOLTAGE


def test_no_arming_number_comes_again_over_power_ups(bench: Bench) -> None:
    seen = []
    for _ in range(6):
        bench.ask("reset power")
        bench.run_ms(START_MS)
        bench.hello()
        seen += [bench.off().arming for _ in range(3)]
    assert len(set(seen)) == len(seen)
    assert len({arming >> 16 for arming in seen}) == 6


# At power-up


def came_up(bench: Bench, command: str) -> protocol.Report:
    """Power up again with this wrong; what the board says to an off."""
    bench.ask(command)
    bench.ask("reset power")
    bench.run_ms(START_MS)
    bench.hello()
    return bench.off()


UNUSED_VECTOR = 5 * 4
FREE_MEMORY = 0x500


@pytest.mark.parametrize(
    ("command", "check"),
    [
        (f"corrupt {UNUSED_VECTOR:x} 3", Check.FLASH),
        (f"jam {FREE_MEMORY:x} 4 {CYCLES_PER_S}", Check.MEMORY),
        ("stick D5 1", Check.BRIDGE),
        ("stick D3 1", Check.BRIDGE),
        ("stick B2 0", Check.DAC),
        ("break band_gap 1400", Check.ADC),
        ("break band_gap 800", Check.ADC),
    ],
)
def test_a_self_test_that_fails_is_told_and_nothing_arms(
    bench: Bench, command: str, check: Check
) -> None:
    report = came_up(bench, command)
    assert report.faults & Fault.SELF_TEST
    assert report.check == check
    bench.say(bench.set_point(0.0))
    assert bench.report.state == State.FAULT and bench.recording.is_dead | ("stick D" in command)


def test_the_board_tells_the_crc_of_its_program(bench: Bench) -> None:
    before = bench.identity.flash_crc
    assert before not in (0, 0xFFFF)
    came_up(bench, f"corrupt {UNUSED_VECTOR:x} 3")
    assert bench.identity.flash_crc != before


def test_an_interrupt_that_nothing_uses_is_off_at_once_and_told(bench: Bench) -> None:
    work(bench)
    bench.run_to_edge("D4", True)
    bench.run_us(20)
    at = bench.cycle
    bench.ask(f"flip {TIMSK2:x} 0")
    bench.run_ms(2)
    assert bench.recording.is_dead
    assert bench.recording.last_bridge_edge() - at < CYCLES_PER_MS
    bench.run_ms(2 * START_MS)
    bench.hello()
    bench.say(bench.set_point(0.0))
    told = bench.report
    assert told.check == Check.INTERRUPT or told.cause & Cause.WRONG_INTERRUPT


def test_the_count_of_over_currents_goes_on_over_a_reset_that_is_not_by_power(
    bench: Bench,
) -> None:
    work(bench)
    bench.ask("break extra 3000")
    bench.keep(40, 20.0)
    assert bench.report.faults & Fault.OVER_CURRENT
    bench.ask("reset external")
    bench.run_ms(START_MS)
    bench.hello()
    bench.off()
    bench.arm()
    bench.keep(60, 20.0)
    assert 1000 < bench.report.cool_down_ms <= 2000


# The host


@pytest.mark.parametrize("before_us", range(60, 640, 20))
def test_a_weaker_set_point_shortly_before_a_pulse_never_drops_it(
    bench: Bench, before_us: int
) -> None:
    bench.arm()
    bench.keep(140, (5.0, 0.0))
    weaker = bench.set_point((3.0, 0.0))
    edge = bench.run_to_edge("D4", True)
    bench.run_us(PERIOD_US - before_us - len(encode(weaker)) * BYTE_US)
    bench.send(weaker)
    bench.run_ms(25)
    pulses = bench.recording.since(edge + 1)
    assert len(pulses) == 2
    assert pulses[0].code in (200, 120) and pulses[1].code == 120
    assert not bench.recording.violations


def test_a_wider_pulse_has_at_most_two_microcoulombs_more(bench: Bench) -> None:
    bench.arm(us=50)
    bench.keep(2300, 80.0, us=50)
    since = bench.cycle
    bench.keep(400, 80.0, us=400)
    charge = 3200 * 50
    for pulse in bench.recording.of("A", since):
        now = pulse.code * pulse.width_cycles // CYCLES_PER_US
        assert now <= charge + protocol.STEP_CHARGE_CODES_US
        charge = now
    assert charge > 3200 * 60


@pytest.mark.parametrize("channel", ["A", "B"])
def test_the_frequency_at_most_doubles_from_pulse_to_pulse(bench: Bench, channel: str) -> None:
    bench.arm(hz=1.0)
    bench.keep(2500, 3.0, hz=1.0)
    bench.keep(4000, 3.0, hz=120.0)
    begins = [pulse.at for pulse in bench.recording.of(channel)]
    gaps = [later - earlier for earlier, later in pairwise(begins)]
    assert all(gap > 0.49 * before for before, gap in pairwise(gaps))
    assert gaps[-1] == pytest.approx(CYCLES_PER_S / 120, rel=0.01)


def test_a_dac_that_lost_its_code_has_it_again_for_the_next_pulse(bench: Bench) -> None:
    """An upset of +12.5 % in rest, and of a register within a pulse."""
    work(bench)
    bench.run_to_edge("D7", False)
    bench.run_ms(2)
    at = bench.cycle
    bench.ask("break dac_a 900")
    bench.keep(60, 20.0)
    assert bench.report.state == State.ON
    assert {pulse.code for pulse in bench.recording.of("A", at)} == {800}


def test_a_one_way_link_ends_the_lease(bench: Bench) -> None:
    work(bench, 5.0)
    heard = bench.report.sequence
    at = bench.cycle
    for _ in range(30):
        bench.send(bench.set_point(5.0, heard=heard))
        bench.run_ms(20)
    assert bench.recording.last_bridge_edge() - at <= (protocol.LEASE_MS + 21) * CYCLES_PER_MS
    assert bench.recording.is_dead


def test_a_set_point_more_than_64_numbers_ahead_is_refused(bench: Bench) -> None:
    work(bench, 5.0)
    bench.sequence += protocol.SEQUENCE_WINDOW
    assert bench.ask_for(bench.set_point(5.0)).answer == Refusal.SEQUENCE
    bench.sequence -= 2
    assert bench.ask_for(bench.set_point(5.0)).answer == Refusal.NONE
