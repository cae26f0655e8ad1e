"""The bench stage's firmware against the simulated stage's faults, at 40 mA: one of each kind.

`python -m tests.firmware.stage_faults` tries them all, at 80 mA too.
"""

from pathlib import Path

from appliance.stimulator.reference.protocol import CODES_PER_MA, Capability, Fault, Stage, State
from tests.firmware.edges import CYCLES_PER_MS
from tests.firmware.rules import broken_rules, over_budget
from tests.firmware.stage_faults import PULSES, StageChip, kinds
from tests.firmware.stage_self_test import pass_self_test, stage_board

EMPTY_MV = 1000
WEAKER_CODES = 40
GPIOR0 = 0x3E


def test_one_fault_of_each_kind_ends_as_the_table_says(firmware: None, tmp_path: Path) -> None:
    chip = StageChip(tmp_path / "stage", 0)
    try:
        for names in kinds(0).values():
            found = list(chip.meet(names[0]))
            assert found == PULSES.measured()[names[0]][0], (
                f"{names[0]}: {found}: measure them all anew"
            )
        assert not over_budget(chip.bench.measures())
    finally:
        chip.close()
    assert not broken_rules(chip.bench.recording)


def test_the_high_voltage_is_looked_at_once_it_had_time_to_come(
    firmware: None, tmp_path: Path
) -> None:
    """It takes the boost converter 56 ms, and falls after an off: neither is a fault."""
    with stage_board(tmp_path / "bench") as bench:
        pass_self_test(bench, tmp_path)
        bench.off()
        bench.run_ms(20)
        assert (bench.off().state, bench.report.faults) == (State.OFF, 0)
        bench.ask(f"break high_on {EMPTY_MV}")
        bench.arm(120.0)
        bench.keep(60, (1.0, 0.0), 120.0)
        assert (bench.report.state, bench.report.faults) == (State.ON, 0)
        bench.keep(80, (1.0, 0.0), 120.0)
        assert (bench.report.state, bench.report.faults) == (State.FAULT, Fault.HIGH_VOLTAGE)


def test_a_pulse_that_an_unread_frame_held_back_says_nothing_of_the_stage(
    firmware: None, tmp_path: Path
) -> None:
    """What flowed in the pulse before it is not what was asked of this one."""
    with stage_board(tmp_path / "bench") as bench:
        pass_self_test(bench, tmp_path)
        bench.keep(400, (5.0, 0.0), 120.0)
        assert bench.report.measured_a_codes > WEAKER_CODES
        at = bench.run_to_edge("D5", False)
        bench.ask(f"jam {GPIOR0:x} 0 {30 * CYCLES_PER_MS}")
        bench.keep(29, (WEAKER_CODES / CODES_PER_MA, 0.0), 120.0)
        assert not bench.recording.since(at)
        bench.keep(100, (5.0, 0.0), 120.0)
        assert (bench.report.state, bench.report.faults) == (State.ON, 0)


def test_the_stages_firmware_says_what_it_is(firmware: None, tmp_path: Path) -> None:
    with stage_board(tmp_path / "bench") as bench:
        assert (bench.identity.stage, bench.identity.channels) == (Stage.BENCH, 1)
        assert bench.identity.capabilities & Capability.HIGH_VOLTAGE


def test_a_sound_stage_ends_nothing() -> None:
    assert all(pulse == 0 for pulse, _ in PULSES.measured()["none"])


def test_every_simulated_fault_was_measured() -> None:
    assert list(PULSES.measured()) == list(PULSES.told["faults"])


def test_a_fault_that_the_chip_sees_is_seen_within_two_pulses() -> None:
    assert max(pulse for seen in PULSES.measured().values() for pulse, _ in seen) <= 2
