"""What the board finds of itself at power-up, and what it keeps over a reset."""

import re

import pytest

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.protocol import Capability, Cause, Check, Fault, Stage, State
from tests.firmware.bench import START_MS, Bench
from tests.firmware.board import FIRMWARE
from tests.firmware.edges import CYCLES_PER_MS, CYCLES_PER_S
from tests.firmware.metal import OFF_WITHIN_MS, came_up, work, write_about

TIMSK2 = 0x70


@pytest.fixture
def bench(metal_bench: Bench) -> Bench:
    return metal_bench


def test_the_fuses_are_those_of_the_simulated_chip() -> None:
    """ATmega328P data sheet, tables 28-5 to 28-7. A fuse bit that is 0 is programmed."""
    makefile = (FIRMWARE / "Makefile").read_text()
    fuses = {name: int(value, 16) for name, value in re.findall(r"(\w)fuse:w:(0x\w+):m", makefile)}
    assert not fuses["h"] & 1 << 4, "WDTON: the watchdog could be switched off"
    assert fuses["h"] & 1 << 0, "BOOTRST: the chip would begin in a bootloader"
    assert fuses["h"] & 1 << 7, "RSTDISBL: the reset pin would be no reset"
    assert fuses["e"] & 0b111 == 0b100, "BODLEVEL: the chip has to be reset below 4.3 V"
    assert fuses["l"] & 1 << 7, "CKDIV8: the chip would run at 2 MHz"


def test_a_board_that_does_not_sense_its_high_voltage_does_not_judge_it(bench: Bench) -> None:
    # Nothing is written in this chip's EEPROM.
    assert not bench.identity.capabilities & Capability.HIGH_VOLTAGE
    work(bench, 5.0)
    bench.ask("break high_voltage 3667")
    bench.run_ms(1500)
    assert bench.off().high_voltage_dv == pytest.approx(1100, abs=3)


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


UNUSED_VECTOR = 5 * 4
FREE_MEMORY = 0x500
SPL, SPH, SREG = 0x5D, 0x5E, 0x5F


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


@pytest.mark.parametrize(
    ("address", "bit"),
    [(0, 1), (7, 0), (15, 7), (17, 4), (24, 3), (31, 6), (SPL, 7), (SPH, 3), (SREG, 6)],
)
def test_a_core_that_is_broken_does_not_start(bench: Bench, address: int, bit: int) -> None:
    """What it would do otherwise is not known: it waits for the watchdog, again and again."""
    for level in (0, 1):
        since = bench.cycle
        bench.ask(f"jam {address:x} {bit} {CYCLES_PER_S} {level}")
        bench.ask("reset power")
        bench.run_ms(START_MS)
        assert len(bench.recording.find("reset", "watchdog", since)) >= 3
        assert bench.recording.is_dead


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


def test_over_currents_cool_down_longer_each_time_and_the_fifth_needs_power_off(
    bench: Bench,
) -> None:
    """The count goes on over a reset that is not by power, which the test takes as a short cut."""
    for first_ms in (1000, 2000, 4000, 8000, None):
        bench.ask("break extra 0")
        work(bench, 5.0)
        bench.ask("break extra 3000")
        bench.keep(40, 5.0)
        assert bench.report.faults & Fault.OVER_CURRENT and bench.recording.is_dead
        if first_ms is not None:
            assert first_ms - 60 < bench.report.cool_down_ms <= first_ms
            assert not bench.report.faults & Fault.WORN_OUT
        came_up(bench, "break extra 0", "external")
    assert bench.report.faults & Fault.WORN_OUT
    at = bench.cycle
    bench.off()
    assert bench.ask_for(bench.set_point(0.0)).state == State.FAULT
    assert not bench.recording.find("pin", "D3 1", at)
    assert came_up(bench, "break extra 0").faults == 0
    work(bench, 5.0)


def test_a_dac_that_the_adc_reads_otherwise_is_told_where_the_board_sees_it(bench: Bench) -> None:
    write_about(bench, 1, Capability.CURRENT | Capability.DAC_OUTPUTS)
    at = bench.cycle
    for output_mv in (0, 300, 1400, 1600, 1800, 3200, 5000):
        report = came_up(bench, f"break dac_output_a {output_mv}")
        assert (report.faults, report.check) == (Fault.SELF_TEST, Check.DAC), output_mv
    assert came_up(bench, "break dac_output_a -1").faults == 0
    assert bench.recording.find("dac", "A 1600", at) and bench.recording.find("dac", "B 1600", at)
    assert [e.rest for e in bench.recording.find("dac", since=at)][-2:] == ["B 1600", "B 0"]
    assert not bench.recording.find("pin", "D", at)
    work(bench, 5.0)


def test_a_board_that_does_not_see_its_dac_does_not_test_it(bench: Bench) -> None:
    assert not bench.identity.capabilities & Capability.DAC_OUTPUTS
    assert came_up(bench, "break dac_output_a 5000").faults == 0
    assert not bench.recording.find("dac", "A 1600")
