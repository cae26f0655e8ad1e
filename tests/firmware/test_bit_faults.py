"""Flipped and stuck bits of the running chip: 300 of them; many more by command."""

from pathlib import Path

import pytest

from appliance.stimulator.reference.protocol import WATCHDOG_MS
from tests.firmware.bit_faults import (
    MA,
    MOST_BEYOND_UC,
    OFF_WITHIN_MS,
    VOLTS_TIMES_MICROFARADS,
    Fault,
    Outcome,
    campaign,
    faults,
    read,
)

COUNT, SEED = 300, 7
WATCHDOG_TOLERANCE = 1.1


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
    assert [f"{fault}: {o.breaks()}" for fault, o in mine if o.breaks()] == []


def test_a_broken_core_is_off_and_told_within_the_watchdogs_time(
    tried: list[tuple[Fault, Outcome]],
) -> None:
    """A chip that stands still in a phase, with its interrupts off, holds the pin for this long."""
    core = [outcome for fault, outcome in tried if fault.group == "core"]
    assert all(o.verdict != "not followed" and o.is_told for o in core)
    assert all(o.off_ms <= OFF_WITHIN_MS for o in core)
    assert all(o.beyond_uc <= MA * WATCHDOG_MS * WATCHDOG_TOLERANCE for o in core)
    assert all(o.beyond_held_uc <= VOLTS_TIMES_MICROFARADS for o in core)
    assert sum(o.beyond_uc > MOST_BEYOND_UC for o in core) <= COUNT / 100
