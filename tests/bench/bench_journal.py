"""Ten years of daily sessions against an empty journal: start-up, histories, log, a sample.

Run it as `python tests/bench/bench_journal.py`; it prints ratios, measured side by side.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.journal.database import open_for_reading
from appliance.journal.journal import Journal, Told
from appliance.journal.moment import Moment
from appliance.journal.reading import histories
from appliance.journal.records import sessions
from appliance.session.entries import (
    Answered,
    ChecklistCompleted,
    Entry,
    Sample,
    SessionBegan,
    SessionEnded,
    StageBegan,
    StageEnded,
    StateEntered,
)
from appliance.therapy.history import StageLeft

DAYS = 3650
ROUNDS = 200
LEVELS_A_STAGE = 25
FIRST_DAY = datetime(2026, 1, 1, 18, 0, tzinfo=UTC)
STAGES = tuple(StageLeft(place, "work", 20.0) for place in ("hip_flexors", "lower_back", "glutes"))
PEOPLE = ("Me", "Other")
STATES = ("checklist", "choosing", "preparing", "placing", "ready", "stimulating", "stage_done")


def entries_of_a_day(day: int) -> Iterator[Entry]:
    """A checklist and a whole session, as one person has it."""
    person, full_list = PEOPLE[day % 2], day % 28 < 2
    yield from (StateEntered(0.0, person, state) for state in STATES[:4])
    for number in range(22 if full_list else 8):
        yield Answered(float(number), person, f"statement {number}", "agreed", "doctor")
    yield ChecklistCompleted(30.0, person, full_list)
    yield SessionBegan(60.0, person, "lower_back_session", False, 3600.0, None, STAGES)
    for index, stage in enumerate(STAGES):
        yield from entries_of_a_stage(index, stage, person)
    yield from (Answered(3700.0, person, question, "1") for question in ("skin", "comfort"))
    yield SessionEnded(3800.0, "delivered")
    yield StateEntered(3800.0, person, "locked")


def entries_of_a_stage(index: int, stage: StageLeft, person: str) -> Iterator[Entry]:
    began = 60.0 + index * 1200.0
    yield from (StateEntered(began, person, state) for state in STATES[3:])
    yield StageBegan(began, index, stage.placement, stage.program, "contracting", 1200.0)
    for number in range(1, LEVELS_A_STAGE + 1):
        level = (float(number), float(number) + 1.0)
        delivered_s = 1200.0 * number / LEVELS_A_STAGE
        yield Sample(began + delivered_s, delivered_s, level, level)
    yield StageEnded(began + 1200.0, 1200.0, "delivered")


def live_ten_years(path: Path) -> None:
    for day in range(DAYS):
        wall = FIRST_DAY + timedelta(days=day)
        if day % 30 == 0:
            journal = Journal(path, boot_id=f"boot {day}", durable=False)
        journal.write([Told(entry, wall) for entry in entries_of_a_day(day)], clock_trusted=True)
        if day % 30 == 29 or day == DAYS - 1:
            journal.close()


def now() -> Moment:
    return Moment(100.0, FIRST_DAY + timedelta(days=DAYS), "the last boot", True)


def start(path: Path) -> None:
    """What stands between power and `locked`: open, read everybody's history."""
    journal = Journal(path, boot_id="the last boot")
    journal.histories(PEOPLE, now())
    journal.close()


def plan(path: Path) -> None:
    """What `plan` asks of the file, as another process would."""
    connection = open_for_reading(path)
    histories(connection, PEOPLE, now())
    connection.close()


def look(path: Path) -> None:
    """What `log` asks of the file."""
    connection = open_for_reading(path)
    sessions(connection, None, 10)
    connection.close()


def median_ms(work: Callable[[Path], None], path: Path) -> float:
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work(path)
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000.0


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        full, new = Path(folder) / "full.sqlite3", Path(folder) / "new.sqlite3"
        began = time.perf_counter()
        live_ten_years(full)
        Journal(new, boot_id="first").close()
        print(
            f"{DAYS} sessions written in {time.perf_counter() - began:.0f} s,"
            f" {full.stat().st_size / 1e6:.0f} MB"
        )
        print(f"{'':10}{'empty, ms':>12}{'10 years, ms':>14}{'ratio':>8}")
        for work in (start, plan, look):
            empty_ms, full_ms = median_ms(work, new), median_ms(work, full)
            print(f"{work.__name__:10}{empty_ms:>12.2f}{full_ms:>14.2f}{full_ms / empty_ms:>8.2f}")


if __name__ == "__main__":
    main()
