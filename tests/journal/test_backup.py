"""Copies before an upgrade, and the way back to an older program."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.errors import JournalError
from appliance.journal import backup
from appliance.journal.database import free_name, open_for_reading, open_for_writing
from appliance.journal.ledger import REPLACED
from appliance.journal.schema import MIGRATIONS

NOON = datetime(2030, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "journal.sqlite3"
    with closing(open_for_writing(path)) as connection:
        connection.execute("INSERT INTO people (name) VALUES ('A')")
    return path


def people(path: Path) -> list[str]:
    with closing(open_for_reading(path)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM people")]


def doubts(path: Path) -> list[str]:
    with closing(open_for_reading(path)) as connection:
        return [why for (why,) in connection.execute("SELECT why FROM doubts")]


def log_of_another_record(folder: Path) -> bytes:
    """A whole write-ahead log, which SQLite would replay into any database beside it."""
    other = folder / "other.sqlite3"
    with closing(open_for_writing(other)) as connection:
        connection.execute("INSERT INTO people (name) VALUES ('Stranger')")
        return other.with_name("other.sqlite3-wal").read_bytes()


def written_by_a_newer_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO people (name) VALUES ('B')")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
        connection.commit()


def test_a_copy_is_whole_also_while_the_journal_is_written(journal: Path):
    with closing(open_for_writing(journal)) as connection:
        connection.execute("INSERT INTO people (name) VALUES ('B')")
        assert (copy := backup.back_up(journal, "1.0", NOON)) is not None
    assert people(copy) == ["A", "B"]
    assert copy.stat().st_mode & 0o777 == 0o640
    assert copy.name == "journal-1.0-20300131T120000.sqlite3"


def test_the_newest_five_copies_stay(journal: Path):
    for number in range(7):
        backup.back_up(journal, f"1.{number}", NOON + timedelta(days=number))
    assert sorted(path.name.split("-")[1] for path in backup.copies_of(journal)) == [
        "1.2", "1.3", "1.4", "1.5", "1.6",
    ]  # fmt: skip


def test_a_copy_that_is_made_under_an_earlier_date_stays(journal: Path):
    for number in range(5):
        backup.back_up(journal, f"1.{number}", NOON)
    for copy in backup.copies_of(journal):
        os.utime(copy, (4e9, 4e9))
    made = backup.back_up(journal, "2.0", NOON)
    assert made is not None and made.exists()
    assert len(backup.copies_of(journal)) == backup.KEPT


def test_the_newest_copy_is_known_by_its_rows_and_not_by_a_clock_that_was_slow(household):
    journal = household.path
    copies = []
    for number in range(3):
        household.off()
        household.whole_session()
        copies.append(backup.back_up(journal, f"1.{number}", NOON - timedelta(days=number)))
        os.utime(copies[-1], (1e9 - number, 1e9 - number))
    broken = backup.backup_folder(journal) / "journal-9.9.sqlite3"
    broken.write_bytes(b"broken")
    assert backup.copies_of(journal) == [*reversed(copies), broken]


def test_a_copy_of_a_journal_that_was_replaced_is_older_than_one_of_the_journal(household):
    journal = household.path
    for _ in range(3):
        household.whole_session()
        household.off()
    before = backup.back_up(journal, "1.0", NOON)
    household.close()
    journal.rename(journal.with_name("damaged"))
    household.off()
    household.whole_session()
    after = backup.back_up(journal, "1.0", NOON - timedelta(days=1))
    os.utime(after, (1e9, 1e9))
    assert backup.copies_of(journal) == [after, before]


def test_without_a_journal_there_is_nothing_to_copy(tmp_path: Path):
    assert backup.back_up(tmp_path / "journal.sqlite3", "1.0", NOON) is None
    assert backup.go_back(tmp_path / "journal.sqlite3", NOON) is None
    assert list(tmp_path.iterdir()) == []


def test_a_journal_that_fits_stays(journal: Path):
    backup.back_up(journal, "1.0", NOON)
    assert backup.go_back(journal, NOON) is None
    assert people(journal) == ["A"]


def test_going_back_takes_the_newest_copy_that_fits_and_deletes_nothing(journal: Path):
    backup.back_up(journal, "1.0", NOON)
    written_by_a_newer_program(journal)
    too_new = backup.back_up(journal, "2.0", NOON + timedelta(days=1))
    went = backup.go_back(journal, NOON)
    assert went is not None and went.restored is not None
    assert went.restored.name.startswith("journal-1.0-")
    assert people(journal) == ["A"]
    with closing(sqlite3.connect(went.newer)) as connection:
        assert connection.execute("SELECT count(*) FROM people").fetchone() == (2,)
    assert too_new is not None and too_new.exists()


def test_going_back_without_a_copy_begins_a_new_journal(journal: Path):
    written_by_a_newer_program(journal)
    went = backup.go_back(journal, NOON)
    assert went is not None and went.restored is None
    assert went.newer.exists() and people(journal) == []


def test_what_takes_the_place_of_a_newer_journal_does_not_know_the_day(journal: Path):
    for has_copy in (False, True):
        if has_copy:
            backup.back_up(journal, "1.0", NOON)
        written_by_a_newer_program(journal)
        backup.go_back(journal, NOON)
        assert doubts(journal) == [REPLACED] * (2 if has_copy else 1)


def test_going_back_without_room_for_the_copy_leaves_the_newer_journal(journal: Path):
    backup.back_up(journal, "1.0", NOON)
    written_by_a_newer_program(journal)
    before = journal.read_bytes()
    journal.with_name(".journal.restored.sqlite3.part").mkdir()  # In the way of the copy.
    with pytest.raises(JournalError):
        backup.go_back(journal, NOON)
    assert journal.read_bytes() == before


def test_what_root_restores_has_the_owner_and_mode_of_the_file_before_it(
    journal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "chown", lambda path, user, group: given.append((user, group)))
    copy = backup.back_up(journal, "1.0", NOON)
    journal.chmod(0o600)
    backup.replace(journal, copy, tmp_path / "kept.sqlite3", NOON)
    assert journal.stat().st_mode & 0o777 == 0o600
    journal.unlink()
    backup.replace(journal, copy, tmp_path / "none.sqlite3", NOON)
    before, folder = (tmp_path / "kept.sqlite3").stat(), tmp_path.stat()
    assert given == [(before.st_uid, before.st_gid), (folder.st_uid, folder.st_gid)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_the_service_may_write_what_root_restores(journal: Path, tmp_path: Path):
    copy = backup.back_up(journal, "1.0", NOON)
    os.chown(journal, 1234, 1235)
    backup.replace(journal, copy, tmp_path / "kept.sqlite3", NOON)
    assert (journal.stat().st_uid, journal.stat().st_gid) == (1234, 1235)


def test_a_file_that_is_no_journal_is_not_moved(tmp_path: Path):
    path = tmp_path / "journal.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE mine (a)")
        connection.execute("PRAGMA user_version = 99")
    assert backup.go_back(path, NOON) is None
    assert path.exists()


def test_a_log_without_its_journal_gives_way_and_is_not_replayed(journal: Path, tmp_path: Path):
    copy = backup.back_up(journal, "1.0", NOON)
    left = log_of_another_record(tmp_path)
    journal.unlink()
    journal.with_name("journal.sqlite3-wal").write_bytes(left)
    kept = free_name(journal, "before")
    backup.replace(journal, copy, kept, NOON)
    assert (people(journal), doubts(journal)) == (["A"], [REPLACED])
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == left
    assert free_name(journal, "before") != kept


def test_a_log_that_an_earlier_restore_left_is_not_replayed(journal: Path, tmp_path: Path):
    copy = backup.back_up(journal, "1.0", NOON)
    journal.with_name("journal.restored.sqlite3-wal").write_bytes(log_of_another_record(tmp_path))
    backup.replace(journal, copy, free_name(journal, "before"), NOON)
    assert (people(journal), doubts(journal)) == (["A"], [REPLACED])
