"""The bench stage's firmware asks its stage before it delivers anything: a fault a question.

`python -m tests.firmware.stage_self_test` tries every fault that no pulse shows.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.stimulator.reference.protocol import CODES_PER_MA, Check, Fault, Refusal, State
from tests.firmware.bench import Bench
from tests.firmware.edges import CYCLES_PER_US, Phase
from tests.firmware.rules import broken_rules, over_budget
from tests.firmware.stage_self_test import (
    REST_MS,
    SELF_TEST,
    StartingChip,
    look_at_relay,
    pass_self_test,
    stage_board,
    write_points,
)

STEPS = 17
LOAD_STEP = 17
WEAK_CODES, TEN_CODES = 560, 400
WEAK_US = 14
MOST_WEAK_UC = 0.2
"""Of a phase as long as that, of all that the DAC lets through; the load takes less."""
NEVER_FIRST = {6, 8, 13}
"""What these would show fails an earlier step already."""
LOOKS_MS, OPEN_MS = 590, 120
"""After the host's first words: until the relay is looked at, and until that is over."""


@pytest.fixture
def bench(firmware: None, tmp_path: Path) -> Iterator[Bench]:
    with stage_board(tmp_path / "bench") as board:
        yield board


def test_one_fault_for_each_question_ends_as_the_table_says(firmware: None, tmp_path: Path) -> None:
    of_step = {found[0]: name for name, found in SELF_TEST.measured().items()}
    assert set(of_step) | NEVER_FIRST == set(range(STEPS + 1))
    chip = StartingChip(tmp_path / "chip")
    for step, name in of_step.items():
        assert chip.meet(name).step == step, f"{name}: measure them all anew"
    chip.close()


def test_every_fault_that_no_pulse_shows_was_tried() -> None:
    assert list(SELF_TEST.measured()) == list(SELF_TEST.told["faults"])


def test_a_sound_stage_passes_and_delivers(bench: Bench, tmp_path: Path) -> None:
    pass_self_test(bench, tmp_path)
    assert (bench.report.state, bench.report.faults) == (State.ARMED, 0)
    bench.keep(100, (1.0, 0.0), 120.0)
    assert bench.report.pulses_a > 5
    assert not broken_rules(bench.recording)
    assert not over_budget(bench.measures())


def test_a_full_line_makes_no_pass_too_long_and_no_stage_broken(
    bench: Bench, tmp_path: Path
) -> None:
    """What comes late is tried again; where it always does, the board goes off."""
    look_at_relay(bench, tmp_path)
    bench.arm()
    bench.crowd(600, 0.0)
    assert bench.report.faults in (0, Fault.HIGH_VOLTAGE)
    assert bench.report.pulses_a == 0
    assert not over_budget(bench.measures())


@pytest.mark.parametrize("fault", ["load: 3 kOhm beside it", "load: open"])
def test_where_the_load_is_not_alone_or_missing_a_weak_phase_is_all_that_comes(
    bench: Bench, tmp_path: Path, fault: str
) -> None:
    look_at_relay(bench, tmp_path, fault)
    bench.arm()
    bench.keep(REST_MS, 0.0)
    report = bench.report
    assert (report.state, report.faults) == (State.FAULT, Fault.SELF_TEST)
    assert (report.check, report.reserved[0]) == (Check.BRIDGE, LOAD_STEP)
    phases = delivered(bench)
    assert 1 <= len(phases) <= 2
    assert all(charge_uc(phase) <= MOST_WEAK_UC for phase in phases)
    bench.off()
    bench.keep(REST_MS, 0.0)
    assert bench.report.state == State.FAULT
    assert delivered(bench) == phases


def test_a_sound_stage_is_asked_weakly_first_while_its_high_voltage_is_off(
    bench: Bench, tmp_path: Path
) -> None:
    look_at_relay(bench, tmp_path)
    bench.arm()
    bench.keep(REST_MS, 0.0)
    first, second, third, *_ = delivered(bench)
    assert [first.polarity, second.polarity] == [0, 1]
    assert max(charge_uc(first), charge_uc(second)) <= MOST_WEAK_UC
    assert (first.code, third.code) == (WEAK_CODES, TEN_CODES)
    off, on = (event.cycle for event in bench.recording.find("pin", "D3")[-2:])
    assert off < first.rose < second.fell < on < third.rose


def delivered(bench: Bench) -> list[Phase]:
    """Every phase so far, in the order of time."""
    return [phase for pulse in bench.recording.pulses for phase in pulse.phases]


def charge_uc(phase: Phase) -> float:
    """The most that the phase can have sent: as much as the DAC let through, all the time."""
    us = phase.cycles / CYCLES_PER_US
    assert us <= WEAK_US or phase.code != WEAK_CODES
    return phase.code / CODES_PER_MA * us / 1000


def test_nothing_arms_before_the_relay_was_looked_at(bench: Bench) -> None:
    answer = bench.ask_for(bench.set_point())
    assert answer.answer == Refusal.COOL_DOWN
    assert 500 < answer.cool_down_ms < 700
    assert not bench.recording.high_voltage
    bench.run_ms(LOOKS_MS + OPEN_MS / 2)
    assert bench.recording.high_voltage
    assert bench.ask_for(bench.set_point()).answer == Refusal.COOL_DOWN
    bench.run_ms(OPEN_MS)
    assert not bench.recording.high_voltage


def test_no_pulse_comes_before_it_has_passed(bench: Bench, tmp_path: Path) -> None:
    look_at_relay(bench, tmp_path)
    bench.arm()
    bench.keep(100, (2.0, 0.0), 120.0)
    assert (bench.report.state, bench.report.amplitude_a_codes) == (State.ON, 0)
    assert bench.report.pulses_a == 0
    bench.keep(REST_MS, (2.0, 0.0), 120.0)
    assert bench.report.amplitude_a_codes == 80


def test_an_off_breaks_it_off_and_the_next_arming_begins_it_anew(
    bench: Bench, tmp_path: Path
) -> None:
    look_at_relay(bench, tmp_path)
    bench.arm()
    bench.run_to_edge("D4", True)
    bench.off()
    assert bench.recording.is_dead
    assert (bench.report.state, bench.report.faults) == (State.OFF, 0)
    edges = len(bench.recording.events)
    bench.run_ms(50)
    assert not [e for e in bench.recording.events[edges:] if e.kind == "pin" and e.rest[1] in "345"]


@pytest.mark.parametrize("pin", ["D4", "D5"])
def test_the_emergency_stop_ends_it_in_the_middle_of_a_phase(
    bench: Bench, tmp_path: Path, pin: str
) -> None:
    look_at_relay(bench, tmp_path)
    bench.arm()
    bench.run_to_edge(pin, True)
    bench.ask("stop 1")
    bench.run_us(20)
    assert bench.recording.is_dead
    bench.run_ms(5)
    assert bench.off().faults == Fault.EMERGENCY_STOP


def test_a_relay_that_does_not_close_is_told_and_lets_the_board_try_again(
    bench: Bench, tmp_path: Path
) -> None:
    look_at_relay(bench, tmp_path)
    bench.ask("silence")
    bench.ask("break high_voltage 0")
    bench.arm()
    bench.keep(900, 0.0)
    assert bench.report.state == State.ARMED
    bench.keep(200, 0.0)
    assert (bench.report.state, bench.report.faults) == (State.FAULT, Fault.HIGH_VOLTAGE)
    assert bench.off().state == State.OFF
    bench.arm()


def test_a_failed_self_test_names_its_step_and_no_off_clears_it(
    bench: Bench, tmp_path: Path
) -> None:
    write_points(tmp_path / "points.txt", "K1 welded")
    bench.ask(f"sound {tmp_path / 'points.txt'}")
    bench.run_ms(LOOKS_MS + OPEN_MS)
    bench.ask("silence")
    for _ in range(2):
        report = bench.off()
        assert (report.state, report.faults, report.reserved[0]) == (
            State.FAULT,
            Fault.SELF_TEST,
            1,
        )
    assert bench.recording.is_dead
