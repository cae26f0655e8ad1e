"""Flipped and stuck bits of the running chip: 300 of them; many more by command."""

from pathlib import Path

import pytest

from tests.firmware.bit_faults import MOST_BEYOND_UC, Fault, Outcome, campaign, faults, read

COUNT, SEED = 300, 7
LATE_MS = {"TCCR0A": 160.0, "board": 60.0}
"""The exceptions that the firmware's README names: off this much later than 50 ms, and told."""


@pytest.fixture(scope="module")
def tried(firmware: None, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Fault, Outcome]]:
    results: Path = tmp_path_factory.mktemp("bits") / "results.jsonl"
    campaign(COUNT, SEED, results, workers=2)
    return list(read(results).values())


def test_each_fault_is_tried_once_and_is_the_same_every_time(
    tried: list[tuple[Fault, Outcome]],
) -> None:
    assert sorted(fault for fault, _ in tried) == sorted(faults(SEED, COUNT))


@pytest.mark.parametrize("group", ["register", "pulse engine", "main loop"])
def test_no_bit_beside_the_core_breaks_the_aim(
    tried: list[tuple[Fault, Outcome]], group: str
) -> None:
    """What a broken core may do is in the README, by name."""
    mine = [(fault, outcome) for fault, outcome in tried if fault.group == group]
    assert [f"{f}: {o.breaks()}" for f, o in mine if o.breaks() and not _is_named(f, o)] == []


def _is_named(fault: Fault, outcome: Outcome) -> bool:
    late_ms = LATE_MS.get(fault.name.partition("[")[0], 0.0)
    return outcome.breaks() == f"off after {outcome.off_ms:.0f} ms" and outcome.off_ms <= late_ms


def test_a_broken_core_is_bounded_by_the_watchdog(tried: list[tuple[Fault, Outcome]]) -> None:
    """At 60 mA a pin that stays high moves 60 uC a millisecond, and the watchdog takes 30."""
    assert all(o.beyond_held_uc < 110 * 2.35 for f, o in tried if f.group == "core")
    assert sum(o.beyond_uc > MOST_BEYOND_UC for f, o in tried if f.group == "core") <= COUNT / 100
