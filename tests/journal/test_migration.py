"""An older journal is migrated with every row and a copy kept; a newer one is refused."""

import sqlite3

import pytest

from appliance.errors import JournalError
from appliance.journal.database import open_for_writing
from appliance.journal.schema import APPLICATION_ID, MIGRATIONS, migrate, version_of


def rows_of(connection):
    tables = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
        )
    ]
    return {
        name: connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in tables
    }


@pytest.fixture
def old_journal(tmp_path, household):
    """A session of today's program, as the schema of version 2 held it."""
    household.whole_session()
    household.close()
    path = tmp_path / "old.sqlite3"
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection, MIGRATIONS[:2])
    connection.execute("ATTACH ? AS new", (str(household.path),))
    for (name,) in connection.execute(
        "SELECT name FROM main.sqlite_schema WHERE type = 'table'"
    ).fetchall():
        columns = ", ".join(
            column[1] for column in connection.execute(f"PRAGMA main.table_info({name})")
        )
        connection.execute(f"INSERT INTO main.{name} ({columns}) SELECT {columns} FROM new.{name}")
    connection.close()
    return path


def test_an_older_journal_keeps_every_row_and_a_copy_of_the_old_file(old_journal):
    before = sqlite3.connect(old_journal)
    old = rows_of(before)
    before.close()
    assert old["stages"]

    connection = open_for_writing(old_journal)
    new = rows_of(connection)
    assert version_of(connection) == len(MIGRATIONS)
    for table, rows in old.items():
        assert [row[: len(rows[0])] for row in new[table]] == rows if rows else not new[table]
    connection.close()

    copy = sqlite3.connect(old_journal.with_name("old.version-2.sqlite3"))
    assert version_of(copy) == 2
    assert rows_of(copy) == old
    copy.close()


def test_a_new_journal_leaves_no_copy(tmp_path):
    open_for_writing(tmp_path / "journal.sqlite3").close()
    assert not list(tmp_path.glob("*.version-*"))


def test_a_newer_journal_is_refused_with_words_and_left_as_it_is(tmp_path):
    path = tmp_path / "journal.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.execute("CREATE TABLE later (x)")
    connection.close()
    with pytest.raises(JournalError, match="update the program"):
        open_for_writing(path)
    connection = sqlite3.connect(path)
    assert version_of(connection) == len(MIGRATIONS) + 1
    connection.close()
