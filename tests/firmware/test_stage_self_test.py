"""The bench stage's firmware asks its stage before it delivers anything: a fault a question.

`python -m tests.firmware.stage_self_test` tries every fault that no pulse shows.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.stimulator.reference.protocol import Fault, Refusal, State
from tests.firmware.bench import Bench
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

STEPS = 16
NEVER_FIRST = {6, 13, 15}
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
