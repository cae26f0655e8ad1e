"""One fault in the metal is not enough to hurt anyone: judged at the pins."""

import pytest

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.protocol import Check, Contact, Fault, Reason, State
from tests.firmware.bench import Bench
from tests.firmware.bit_faults import memory
from tests.firmware.edges import CYCLES_PER_MS, CYCLES_PER_S, CYCLES_PER_US
from tests.firmware.metal import (
    MOST_BEYOND_UC,
    OFF_WITHIN_MS,
    come_to,
    instructions,
    is_off_and_told,
    one_way_uc,
    work,
)
from tests.firmware.rules import PASS_US

PORTD, DDRD, SPCR, SREG, GPIOR0 = 0x2B, 0x2A, 0x4C, 0x5F, 0x3E
TIMSK1, TCCR1B, GTCCR, PRR, TCCR0A = 0x6F, 0x81, 0x43, 0x64, 0x44
UCSR0B = 0xC1


@pytest.fixture
def bench(metal_bench: Bench) -> Bench:
    return metal_bench


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


@pytest.mark.parametrize("pin", ["D4", "D5", "D6", "D7"])
def test_a_compare_interrupt_that_is_lost_in_a_phase_holds_no_pin(bench: Bench, pin: str) -> None:
    # So late in a wide phase that the second clock is next, and no pass of the main loop.
    work(bench, us=400)
    bench.run_to_edge(pin, True)
    at = bench.cycle
    bench.run_us(380)
    bench.ask(f"flip {TIMSK1:x} 1")
    bench.run_ms(2)
    assert bench.recording.last_bridge_edge() - at < 450 * CYCLES_PER_US
    is_off_and_told(bench, at, Check.PULSE_LATE)


def test_interrupts_that_are_off_in_a_phase_hold_no_pin(bench: Bench) -> None:
    work(bench)
    bench.run_to_edge("D4", True)
    at = bench.cycle
    # Longer than a pass: an interrupt that runs just now would restore a bit that flips.
    bench.ask(f"jam {SREG:x} 7 {CYCLES_PER_MS} 0")
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
    assert len(bench.recording.since(at)) == 1 and bench.recording.is_dead
    assert bench.report.reason == Reason.OPEN_LEAD
    # What a pad may do once is a fault of the stage at the next try, before it shows an open lead.
    bench.wait_for_cool_down()
    again = bench.cycle
    bench.arm()
    bench.keep(200, 20.0)
    assert bench.report.faults == Fault.UNBALANCED and bench.recording.is_dead
    assert max(p.code for p in bench.recording.since(again)) < protocol.OPEN_LEAD_FROM_CODES


@pytest.mark.parametrize("after_us", range(130, 430, 60))
def test_a_pad_that_comes_off_between_two_phases_is_an_open_lead(
    bench: Bench, after_us: int
) -> None:
    """The first phase was measured and the second was not. A fault of the current would keep the
    host from this board for good."""
    work(bench, 5.0)
    bench.run_to_edge("D4", True)
    bench.run_us(after_us)
    at = bench.cycle
    bench.ask("contact A open")
    bench.keep(40, 5.0)
    assert bench.report.faults == 0 and bench.report.reason == Reason.OPEN_LEAD
    assert bench.report.contact_a == Contact.OPEN
    assert bench.recording.is_dead and not bench.recording.since(at)


REGISTERS = [
    ("DDRD", 0x2A, 5, Check.DIRECTIONS),
    ("DDRB", 0x24, 0, Check.DIRECTIONS),
    ("PORTB", 0x25, 1, Check.DIRECTIONS),
    ("DDRC", 0x27, 4, Check.DIRECTIONS),
    ("PORTC", 0x28, 4, Check.DIRECTIONS),
    ("MCUCR", 0x55, 4, Check.DIRECTIONS),
    ("PRR", 0x64, 7, Check.TIMER),
    ("CLKPR", 0x61, 3, Check.TIMER),
    ("GTCCR", 0x43, 7, Check.TIMER),
    ("TCCR1A", 0x80, 0, Check.TIMER),
    ("TCCR1B", 0x81, 3, Check.TIMER),
    ("TCCR0A", 0x44, 0, Check.TIMER),
    ("TCCR0B", 0x45, 0, Check.TIMER),
    ("OCR0A", 0x47, 0, Check.TIMER),
    ("TIMSK0", 0x6E, 1, Check.TIMER),
    ("TCCR2A", 0xB0, 4, Check.TIMER),
    ("TCCR2B", 0xB1, 3, Check.CLOCK),
    ("EICRA", 0x69, 0, Check.TIMER),
    ("EIMSK", 0x3D, 0, Check.TIMER),
    ("PCICR", 0x68, 0, Check.TIMER),
    ("ADCSRB", 0x7B, 0, Check.ADC),
    ("DIDR0", 0x7E, 0, Check.ADC),
    ("ADMUX", 0x7C, 5, Check.ADC),
    ("ADCSRA", 0x7A, 0, Check.ADC),
    ("SPCR", 0x4C, 0, Check.DAC),
    ("SPSR", 0x4D, 0, Check.DAC),
    ("UCSR0A", 0xC0, 0, Check.LINE),
    ("UCSR0A", 0xC0, 1, Check.LINE),
    ("UCSR0B", 0xC1, 2, Check.LINE),
    ("UCSR0C", 0xC2, 3, Check.LINE),
    ("UBRR0L", 0xC4, 0, Check.LINE),
    ("UBRR0H", 0xC5, 0, Check.LINE),
]


def test_each_register_is_compared_with_what_it_must_be_and_put_right(bench: Bench) -> None:
    for name, address, bit, check in REGISTERS:
        # A conversion may write the ADC's register anew before anything compares it.
        for later_ms in (0.0, 0.13) if name == "ADCSRA" else (0.0,):
            bench.run_ms(later_ms)
            # Always at the same place of a pass, since a clock is also compared with the other one.
            assert come_to(bench, next(instructions("checks_pass")))
            bench.ask(f"flip {address:x} {bit}")
            bench.run_ms(2)
            report = bench.ask_for(bench.set_point(0.0))
        assert (report.state, report.check) == (State.FAULT, check), name
        report = bench.off()
        assert (report.state, report.check) == (State.OFF, Check.NONE), name
    work(bench, 5.0)


def test_a_ninth_bit_that_no_frame_has_is_no_fault(bench: Bench) -> None:
    """The data sheet says nothing of it where frames have eight."""
    work(bench, 5.0)
    bench.ask(f"jam {UCSR0B:x} 1 {40 * CYCLES_PER_MS} 1")
    bench.keep(60, 5.0)
    assert (bench.report.state, bench.report.faults) == (State.ON, 0)


def test_a_current_where_none_can_flow_is_off(bench: Bench) -> None:
    work(bench, 5.0)
    at = bench.cycle
    bench.ask("break offset 200")
    is_off_and_told(bench, at, Check.OFFSET)


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
    # After 1 s the second one, and then 2 s nothing.
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


def test_a_report_does_not_praise_pulses_that_do_not_come(bench: Bench) -> None:
    work(bench, 5.0)
    assert bench.report.measured_a_codes and bench.report.contact_a == Contact.GOOD
    # As if an unread frame held every pulse back.
    bench.ask(f"jam {GPIOR0:x} 0 {CYCLES_PER_S}")
    bench.keep(25, 5.0)
    at, before = bench.cycle, bench.report
    bench.keep(280, 5.0)
    assert not bench.recording.since(at)
    report = bench.report
    assert (report.pulses_a, report.pulses_b) == (before.pulses_a, before.pulses_b)
    assert report.measured_a_codes == report.measured_b_codes == 0
    assert report.contact_a == report.contact_b == Contact.UNKNOWN


def test_a_register_that_cannot_be_put_right_leaves_the_pins_inputs(bench: Bench) -> None:
    """Timer 0 then drives a pin of the bridge past its port. Which check sees it first depends on
    where the main loop is."""
    work(bench)
    at = bench.cycle
    bench.ask(f"jam {TCCR0A:x} 6 {CYCLES_PER_S}")
    bench.run_ms(2)
    assert bench.recording.last_bridge_edge() - at < CYCLES_PER_MS
    is_off_and_told(bench, at)


@pytest.mark.parametrize("bit", range(4, 8))
def test_a_register_of_the_core_that_is_broken_cannot_hold_a_pin(bench: Bench, bit: int) -> None:
    """The interrupts that raise and drop the pins use this one."""
    work(bench, 60.0, 300)
    bench.run_to_edge("D4", True)
    bench.run_us(30)
    at = bench.cycle
    bench.ask(f"jam 18 {bit} {CYCLES_PER_S}")
    bench.run_ms(100)
    assert one_way_uc(bench, at - 40 * CYCLES_PER_US) <= 60 * 0.3 + MOST_BEYOND_UC
    assert bench.recording.is_dead
    assert bench.recording.last_high_voltage() - at < OFF_WITHIN_MS * CYCLES_PER_MS


@pytest.mark.parametrize("phase_us", [30, 280, 330])
def test_an_emergency_stop_whose_edge_goes_unseen_is_off_in_the_next_pass(
    bench: Bench, phase_us: int
) -> None:
    """Its level is read as well, and ends a running pulse too."""
    work(bench, us=400)
    bench.run_to_edge("D4", True)
    bench.run_us(phase_us)
    at = bench.cycle
    bench.ask("stop_unseen 1")
    bench.run_ms(1)
    assert bench.recording.is_dead
    assert bench.recording.last_high_voltage() - at <= PASS_US * CYCLES_PER_US
    assert bench.recording.last_bridge_edge() - at <= PASS_US * CYCLES_PER_US


@pytest.mark.parametrize(("byte", "bit"), [(13, 3), (8, 2), (4, 0), (17, 5)])
def test_an_edge_that_the_memory_does_not_keep_is_not_made(
    bench: Bench, byte: int, bit: int
) -> None:
    """An edge that is 128 us late would move 7 uC one way with every pulse."""
    work(bench, 60.0, 300)
    bench.run_to_edge("D7", False)
    address = memory(("edges",))[f"edges[{byte}]"]
    at = bench.cycle
    for level in (0, 1):
        bench.ask(f"jam {address:x} {bit} {40 * CYCLES_PER_MS} {level}")
        bench.keep(50, 60.0, us=300)
        if bench.recording.is_dead:
            break
    assert one_way_uc(bench, at) <= 60 * 0.3 + MOST_BEYOND_UC
    assert bench.report.check == Check.MEMORY and bench.recording.is_dead


def test_a_pin_that_its_port_does_not_drop_becomes_an_input(bench: Bench) -> None:
    work(bench, 60.0, 300)
    bench.run_to_edge("D7", False)
    bench.run_us(3700)
    at = bench.cycle
    bench.ask(f"jam {PORTD:x} 5 {CYCLES_PER_S}")
    bench.run_ms(5)
    assert bench.recording.is_dead
    assert bench.recording.last_bridge_edge() - at < CYCLES_PER_MS
    assert one_way_uc(bench, at) <= MOST_BEYOND_UC


def test_a_timer_that_asks_for_an_edge_for_good_drives_no_pin(bench: Bench) -> None:
    work(bench, 5.0)
    bench.keep(60, 0.0)
    at = bench.cycle
    bench.ask(f"jam {TIMSK1:x} 1 {CYCLES_PER_S}")
    bench.run_ms(100)
    assert bench.recording.is_dead
    assert max(bench.recording.last_bridge_edge(), bench.recording.last_high_voltage()) - at < (
        OFF_WITHIN_MS * CYCLES_PER_MS
    )
