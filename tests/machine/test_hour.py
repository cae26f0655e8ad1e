"""An hour, half of it with current and half of it at rest: memory and restarts stay as they were.

    EMS_APPLIANCE_MACHINE=hour pytest -n 0 -s tests/machine/test_hour.py

`EMS_APPLIANCE_MINUTES` shortens or lengthens it.
"""

import os
import time

from tests.machine.box import Box

NEEDS = "hour"
MINUTES = float(os.environ.get("EMS_APPLIANCE_MINUTES", "60"))
EVERY_S = 30
GROWTH = 1.1


def memory_kib(box: Box) -> int:
    return int(box.run(f"grep ^VmRSS /proc/{box.main_pid()}/status | tr -dc 0-9"))


def test_memory_and_restarts_stay_as_they_were(box: Box):
    box.boot()
    box.raise_current()
    pid, began = box.main_pid(), time.monotonic()
    figures: list[int] = []
    told: list[str] = []
    while time.monotonic() - began < 60 * MINUTES:
        box.run(f"sleep {EVERY_S}")
        figures.append(memory_kib(box))
        told.append(f"{figures[-1]} {box.status()['state']} {' '.join(sorted(box.faults()))}")
    print("\nKiB every five minutes:", *told[:: round(300 / EVERY_S)], told[-1], sep="\n  ")
    assert max(figures) < GROWTH * figures[0]
    assert box.main_pid() == pid and box.shown("NRestarts") == "0"
    assert "Traceback" not in box.log()
