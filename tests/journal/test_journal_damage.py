"""Damaged and foreign journal files: set aside, refused or reported, never deleted."""

import errno
import shutil
import sqlite3
from datetime import timedelta
from types import SimpleNamespace

import pytest

from appliance.errors import JournalError
from appliance.journal import schema
from appliance.journal.database import (
    open_for_reading,
    open_for_writing,
    set_aside,
    translated,
)
from appliance.journal.journal import Journal
from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.session.notes import Sample, StateEntered
from appliance.therapy.history import History, StageLeft

HIPS = StageLeft("hip_flexors", "work", 20.0)
BACK = StageLeft("lower_back", "work", 20.0)
SIDE = "journal.damaged-2026-03-02T180000.sqlite3"


def spoil(path):
    """Spoil every page but the first, which holds the schema; also while a journal is open."""
    connection = sqlite3.connect(path, isolation_level=None)
    # Another writer's commit makes the journal forget the pages that it has in memory.
    connection.execute("UPDATE people SET name = name")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (path.stat().st_size - 4096))
    connection.close()


def names(household):
    return {path.name for path in household.path.parent.iterdir()}


def test_a_file_that_is_no_database_is_set_aside_and_a_new_one_begun(household):
    household.recorder.close()
    household.path.write_bytes(b"this was a journal once " * 500)
    household.crash()
    assert household.recorder.faults(household.at) == {"journal_set_aside"}
    aside = household.path.with_name(SIDE)
    assert aside.read_bytes().startswith(b"this was a journal once")
    household.whole_session()
    assert household.history().sessions_today == 1


def test_a_malformed_page_is_noticed_when_something_is_told(household):
    household.whole_session()
    spoil(household.path)
    household.put(StateEntered(household.at, "Me", "locked"))
    assert household.recorder.faults(household.at) == {"journal_set_aside"}
    assert household.rows("SELECT state FROM state_changes") == [("locked",)]


def test_a_malformed_page_is_noticed_when_histories_are_read(household):
    household.whole_session()
    spoil(household.path)
    assert household.history().sessions_counted == 0
    assert household.recorder.faults(household.at) == {"journal_set_aside"}


def test_a_malformed_page_is_noticed_when_the_box_starts(household):
    household.begin()
    spoil(household.path)
    household.off()
    assert household.history().sessions_counted == 0
    assert household.recorder.faults(household.at) == {"journal_set_aside"}


def test_after_damage_the_person_is_asked_what_was_done_today(household):
    household.recorder.close()
    household.path.write_bytes(b"x" * 5000)
    household.crash()
    history = household.history()
    assert history.readable
    assert not history.clock_trusted


@pytest.mark.parametrize("trusted", [True, False])
def test_the_doubt_after_damage_lasts_a_day_on_a_clock_that_runs_over_every_restart(
    household, trusted
):
    household.whole_session()
    household.recorder.close()
    spoil(household.path)
    household.trusted = trusted
    household.off()
    assert household.history().ledger.doubt
    for _ in range(3):
        household.off(timedelta(minutes=5))
        household.answer("no_session_today", "agreed")
        household.wait(hours=7.5)
        household.answer("no_session_today", "agreed")
        assert household.history().ledger.doubt
    household.off(timedelta(minutes=5))
    household.wait(hours=2)
    assert not household.history().ledger.doubt


def test_damage_in_a_session_carries_the_session_into_the_new_file(household):
    household.begin((HIPS, BACK))
    household.deliver(0, HIPS, 20.0)
    household.end_stage(20.0)
    household.deliver(1, BACK, 5.0, levels=((10.0, 10.0), (12.0, 12.0)))
    spoil(household.path)
    household.wait(minutes=1)
    household.put(Sample(household.at, 360.0, (12.0, 12.0), (0.0, 0.0)))
    household.end()
    assert household.recorder.faults(household.at) == {"journal_set_aside"}
    assert household.rows("SELECT placement, delivered_s, why FROM stages") == [
        ("hip_flexors", 1200.0, "delivered"),
        ("lower_back", 360.0, "delivered"),
    ]
    assert household.history().contracting_minutes_today == pytest.approx(26.0)
    # Of the samples before, the last one says it all.
    assert household.rows("SELECT level_a FROM levels ORDER BY stage_id") == [(12.0,), (12.0,)]


def test_another_programs_database_is_set_aside_untouched(tmp_path):
    path = tmp_path / "journal.sqlite3"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE songs (title TEXT)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(JournalError, match="is a database, but not a journal"):
        Journal(path, boot_id="x")
    recorder = Recorder(Source(path, boot_id="x"), threaded=False)
    assert recorder.faults(0.0) == {"journal_set_aside"}
    recorder.close()
    (aside,) = tmp_path.glob("journal.damaged-*.sqlite3")
    assert aside.read_bytes() == before


def test_two_that_were_set_aside_in_one_second_do_not_overwrite_each_other(household):
    for content in (b"one", b"two", b"three"):
        household.path.write_bytes(content)
        set_aside(household.path, household.wall)
    found = {path.read_bytes() for path in household.path.parent.glob("journal.damaged-*.sqlite3")}
    assert found == {b"one", b"two", b"three"}


def test_a_log_is_set_aside_with_its_database(household):
    household.put(StateEntered(household.at, "Me", "locked"))
    assert household.path.with_name("journal.sqlite3-wal").exists()
    target = set_aside(household.path, household.wall)
    assert names(household) >= {SIDE, f"{SIDE}-wal", f"{SIDE}-shm"}
    assert not household.path.exists()
    assert target.name == SIDE


def test_damaged_twice_in_one_run_is_told_and_fills_no_disk(household):
    household.begin()
    for _ in range(2):
        spoil(household.path)
        household.put(StateEntered(household.at, "Me", "locked"))
    assert household.recorder.faults(household.at) == {"journal_set_aside", "journal_dead"}
    household.put(StateEntered(household.at, "Me", "locked"))
    assert len(list(household.path.parent.glob("journal.damaged-*.sqlite3"))) == 1


def test_an_empty_file_is_a_new_journal(tmp_path):
    path = tmp_path / "journal.sqlite3"
    path.touch()
    Journal(path, boot_id="x").close()
    version = open_for_reading(path).execute("PRAGMA user_version").fetchone()
    assert version == (len(schema.MIGRATIONS),)


def test_a_newer_journal_is_refused_and_left_where_it_is(household):
    household.recorder.close()
    newer = sqlite3.connect(household.path)
    newer.execute("PRAGMA user_version = 70")
    newer.close()
    before = household.path.read_bytes()
    household.crash()
    assert household.recorder.faults(household.at) == {"journal_dead"}
    known = len(schema.MIGRATIONS)
    assert f"is of version 70, this program knows {known}: update the program" in str(
        household.recorder.problem
    )
    assert household.history() == History()
    household.recorder.close()
    assert household.path.read_bytes() == before


def test_an_older_journal_is_brought_up_and_keeps_what_it_has(household):
    household.whole_session()
    household.recorder.close()
    connection = sqlite3.connect(household.path, isolation_level=None)
    later = (*schema.MIGRATIONS, "ALTER TABLE people ADD COLUMN height_cm REAL;")
    schema.migrate(connection, later)
    assert schema.version_of(connection) == len(later)
    assert connection.execute("SELECT name, height_cm FROM people").fetchall() == [("Me", None)]
    connection.close()


def test_a_journal_of_the_first_version_gets_its_table_of_boards(household):
    connection = sqlite3.connect(":memory:", isolation_level=None)
    schema.migrate(connection, schema.MIGRATIONS[:1])
    schema.migrate(connection)
    assert connection.execute("SELECT count(*) FROM boards").fetchone() == (0,)


def test_a_step_that_fails_leaves_the_version_before(household):
    household.recorder.close()
    connection = sqlite3.connect(household.path, isolation_level=None)
    broken = (*schema.MIGRATIONS, "CREATE TABLE half (id INTEGER); SELECT nonsense;")
    with pytest.raises(sqlite3.OperationalError):
        schema.migrate(connection, broken)
    connection.close()
    again = sqlite3.connect(household.path)
    assert schema.version_of(again) == len(schema.MIGRATIONS)
    assert again.execute("SELECT * FROM sqlite_schema WHERE name = 'half'").fetchall() == []
    again.close()


def test_a_full_disk_is_told_and_what_waits_is_kept_once_there_is_room(household):
    household.begin()
    ((pages,),) = household.rows("PRAGMA page_count")
    household.recorder.instruct(f"max_page_count = {pages}")
    for number in range(400):
        household.put(StateEntered(household.at + number, "Me", f"a state with a name {number}"))
    at = household.at + 400
    assert household.recorder.faults(at) == {"journal_dead"}
    assert "the disk is full" in str(household.recorder.problem)
    assert household.history() == History()
    household.recorder.instruct("max_page_count = 1000000")
    household.put(StateEntered(at, "Me", "locked"))
    assert household.recorder.faults(at) == frozenset()
    assert household.rows("SELECT count(*), count(DISTINCT state) FROM state_changes") == [
        (401, 401)
    ]


def test_what_waits_for_a_dead_journal_is_bounded(tmp_path, caplog):
    in_the_way = tmp_path / "journal"
    in_the_way.touch()
    path = in_the_way / "journal.sqlite3"
    recorder = Recorder(Source(path, boot_id="x"), threaded=False, monotonic=lambda: 0.0)
    recorder.put(StateEntered(float(n), "Me", "locked") for n in range(6000))
    assert recorder.faults(6000.0) == {"journal_dead"}
    assert "1000 lost" in caplog.text
    in_the_way.unlink()
    recorder.put([StateEntered(6000.0, "Me", "checklist")])
    assert recorder.faults(6000.0) == frozenset()
    recorder.close()
    connection = open_for_reading(path)
    assert connection.execute("SELECT count(*) FROM state_changes").fetchone() == (5000,)
    connection.close()


def test_a_directory_in_the_way_is_told(tmp_path):
    with pytest.raises(JournalError, match="is not a file"):
        open_for_writing(tmp_path)


def test_a_verb_that_only_looks_says_that_there_is_no_journal(tmp_path):
    with pytest.raises(JournalError, match="No such file"):
        open_for_reading(tmp_path / "none.sqlite3")


def test_a_full_card_is_named_where_sqlite_only_says_disk_io_error(tmp_path, monkeypatch):
    path = tmp_path / "journal.sqlite3"
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    with pytest.raises(JournalError, match="disk I/O error"), translated(path):
        raise error
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    with pytest.raises(JournalError) as caught, translated(path):
        raise error
    assert str(caught.value) == f"the disk is full, the journal {path} cannot grow: make room"
    with pytest.raises(JournalError, match="the disk is full"), translated(path):
        raise OSError(errno.ENOSPC, "No space left on device")
