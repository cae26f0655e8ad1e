"""Years on record cost a start no more than weeks do."""

import sqlite3
from pathlib import Path

import pytest

from appliance.journal.database import open_for_reading
from appliance.journal.history_query import histories
from appliance.journal.journal import Journal
from tests.benchmarks.bench_journal import PEOPLE, live, now

WEEKS, MONTHS = 30, 240


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("records")
    paths = {days: folder / f"{days}.sqlite3" for days in (WEEKS, MONTHS)}
    for days, path in paths.items():
        live(path, days)
    return paths


def test_a_long_record_is_read_with_as_many_queries_and_steps(records: dict[int, Path]) -> None:
    queries_of_weeks, steps_of_weeks = _cost_of_reading(records[WEEKS])
    queries, steps = _cost_of_reading(records[MONTHS])
    assert queries == queries_of_weeks
    assert steps < 1.5 * steps_of_weeks


def test_skin_that_was_never_looked_at_again_costs_few_looks_at_the_clock(
    records: dict[int, Path],
) -> None:
    path = records[MONTHS]
    before, _ = _cost_of_reading(path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE answers SET answer = '1' WHERE question = 'skin'")
        connection.execute("DELETE FROM answers WHERE question = 'skin_looked_at'")
    after, _ = _cost_of_reading(path)
    assert after < 1.2 * before


def _cost_of_reading(path: Path) -> tuple[int, int]:
    """Queries, and thousands of steps of SQLite's machine, that the histories take."""
    Journal(path, boot_id="the last boot").close()
    connection = open_for_reading(path)
    queries: list[str] = []
    ticks: list[int] = []
    connection.set_trace_callback(queries.append)
    connection.set_progress_handler(lambda: ticks.append(1) and 0, 10)
    histories(connection, PEOPLE, now())
    connection.close()
    return len(queries), len(ticks)
