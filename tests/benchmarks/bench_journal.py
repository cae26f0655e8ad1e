"""Ten years of sessions (5,000) against an empty journal and against a week: start, plan, log.

Run it as `python tests/benchmarks/bench_journal.py`; it prints ratios, measured side by side.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from appliance.journal.calendar_query import days_done
from appliance.journal.database import open_for_reading
from appliance.journal.history_query import histories
from appliance.journal.journal import DatedNote, Journal
from appliance.journal.session_query import sessions
from appliance.journal.timestamps import Dating, Moment
from appliance.session.notes import (
    Answered,
    ChecklistCompleted,
    Note,
    Sample,
    SessionBegan,
    SessionEnded,
    StageBegan,
    StageEnded,
    StateEntered,
)
from appliance.therapy.history import StageLeft

DAYS = 5000
"""A session each: more than ten years of the plan."""
HERE = Path(__file__).parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(HERE.parents[1])}
LEVELS_A_STAGE = 15
FIRST_DAY = datetime(2026, 1, 1, 18, 0, tzinfo=UTC)
STAGES = tuple(StageLeft(place, "work", 20.0) for place in ("hip_flexors", "lower_back", "glutes"))
PEOPLE = ("Me", "Other")
STATES = ("checklist", "choosing", "preparing", "placing", "ready", "stimulating", "stage_done")


def entries_of_a_day(day: int) -> Iterator[Note]:
    """A checklist and a whole session, as one person has it."""
    person, full_list = PEOPLE[day % 2], day % 28 < 2
    yield from (StateEntered(0.0, person, state) for state in STATES[:4])
    for number in range(22 if full_list else 8):
        yield Answered(float(number), person, f"statement {number}", "agreed", "doctor")
    if day % 30 in (2, 3):
        yield Answered(20.0, person, "skin_looked_at", "agreed")
    yield ChecklistCompleted(30.0, person, full_list)
    yield SessionBegan(60.0, person, "lower_back_session", False, 3600.0, None, STAGES)
    for index, stage in enumerate(STAGES):
        yield from entries_of_a_stage(index, stage, person)
    yield Answered(3700.0, person, "skin", "1" if day % 30 < 2 else "0")
    yield from (Answered(3700.0, person, question, "1") for question in ("comfort", "bridge"))
    yield SessionEnded(3800.0, "delivered")
    yield StateEntered(3800.0, person, "locked")


def entries_of_a_stage(index: int, stage: StageLeft, person: str) -> Iterator[Note]:
    began = 60.0 + index * 1200.0
    yield from (StateEntered(began, person, state) for state in STATES[3:])
    yield StageBegan(began, index, stage.placement, stage.program, "contracting", 1200.0)
    for number in range(1, LEVELS_A_STAGE + 1):
        level = (float(number), float(number) + 1.0)
        delivered_s = 1200.0 * number / LEVELS_A_STAGE
        yield Sample(began + delivered_s, delivered_s, level, level)
    yield StageEnded(began + 1200.0, 1200.0, "delivered")


def live(path: Path, days: int) -> None:
    """The last `days` before `now`, a boot each."""
    for day in range(DAYS - days, DAYS):
        wall = FIRST_DAY + timedelta(days=day)
        journal = Journal(path, boot_id=f"boot {day}", durable=False)
        journal.write(
            [
                DatedNote(entry, wall + timedelta(seconds=entry.at))
                for entry in entries_of_a_day(day)
            ],
            Dating(f"boot {day}", trusted=True),
        )
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
    for person in PEOPLE:
        days_done(connection, person, now().wall.date())
    connection.close()


def look(path: Path) -> None:
    """What `log` asks of the file."""
    connection = open_for_reading(path)
    sessions(connection, None, 10)
    connection.close()


def verb(*words: str) -> Callable[[Path], None]:
    """A verb as somebody types it: an interpreter of its own."""

    def typed(path: Path) -> None:
        settings = path.with_suffix(".toml")
        settings.write_text(f'[journal]\npath = "{path}"\n')
        command = [sys.executable, "-m", "appliance", *words, "--config", str(settings)]
        subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True)

    return typed


ROWS = (
    ("opened at start", start, 200),
    ("read by `plan`", plan, 200),
    ("read by `log`", look, 200),
    ("`plan`", verb("plan"), 10),
    ("`log list`", verb("log", "list"), 10),
)


def medians_ms(work: Callable[[Path], None], paths: Sequence[Path], rounds: int) -> list[float]:
    """The median processor time of each, in turn, so that a busy moment meets all of them."""
    took: list[list[float]] = [[] for _ in paths]
    for _ in range(rounds):
        for path, times in zip(paths, took, strict=True):
            began = processor_s()
            work(path)
            times.append(processor_s() - began)
    return [statistics.median(times) * 1000.0 for times in took]


def processor_s() -> float:
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{days}.sqlite3" for days in (0, 7, DAYS)]
        Journal(paths[0], boot_id="first").close()
        live(paths[1], 7)
        live(paths[2], DAYS)
        print(f"{DAYS} sessions take {paths[2].stat().st_size / 1e6:.0f} MB")
        print(
            f"{'ms':16}{'empty':>8}{'a week':>8}{'10 years':>10}{'to empty':>10}{'to a week':>11}"
        )
        for name, work, rounds in ROWS:
            empty, week, full = medians_ms(work, paths, rounds)
            print(
                f"{name:16}{empty:>8.2f}{week:>8.2f}{full:>10.2f}"
                f"{full / empty:>9.1f}x{full / week:>10.1f}x"
            )


if __name__ == "__main__":
    main()
