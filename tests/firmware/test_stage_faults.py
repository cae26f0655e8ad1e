"""The bench stage's firmware against the simulated stage's faults, at 40 mA: one of each kind.

`python -m tests.firmware.stage_faults` tries them all, at 80 mA too.
"""

from pathlib import Path

from tests.firmware.rules import broken_rules, over_budget
from tests.firmware.stage_faults import StageChip, kinds, measured, told


def test_one_fault_of_each_kind_ends_as_the_table_says(firmware: None, tmp_path: Path) -> None:
    chip = StageChip(tmp_path / "stage", 0)
    try:
        for names in kinds(0).values():
            found = list(chip.meet(names[0]))
            assert found == measured()[names[0]][0], f"{names[0]}: {found}: measure them all anew"
        assert not over_budget(chip.bench.measures())
    finally:
        chip.close()
    assert not broken_rules(chip.bench.recording)


def test_a_sound_stage_ends_nothing() -> None:
    assert all(pulse == 0 for pulse, _ in measured()["none"])


def test_every_simulated_fault_was_measured() -> None:
    assert list(measured()) == list(told()["faults"])


def test_a_fault_that_the_chip_sees_is_seen_within_two_pulses() -> None:
    assert max(pulse for seen in measured().values() for pulse, _ in seen) <= 2
