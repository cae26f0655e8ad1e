"""A journal of which only some pages are damaged, or that this user may not read."""

import errno
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

Say = Callable[..., tuple[int, str, str]]


def damage(journal: Path) -> None:
    """Leave no page of `sessions` and `people` whole, and the schema as it is."""
    with closing(sqlite3.connect(journal, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((size,),) = connection.execute("PRAGMA page_size")
        roots = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name IN ('sessions', 'people')"
        ).fetchall()
    with journal.open("r+b") as file:
        for (page,) in roots:
            file.seek((page - 1) * size)
            file.write(b"\xa5" * size)


@pytest.fixture
def damaged(settings: Path) -> Path:
    journal = settings.with_name("journal.sqlite3")
    damage(journal)
    return journal


@pytest.mark.parametrize(
    "words",
    [
        ("log", "list"),
        ("log", "show", "1"),
        ("log", "export", "--out", "{out}"),
        ("log", "plot"),
        ("log", "plot", "--out", "{out}.png"),
        ("log", "report", "--out", "{out}.html"),
        ("plan",),
        ("plan", "--json"),
        ("person", "list"),
        ("person", "rename", "Ben", "Otto"),
        ("person", "forget", "Ben", "--yes"),
    ],
    ids=" ".join,
)
def test_a_verb_that_meets_a_damaged_page_says_so_in_one_line(
    say: Say, damaged: Path, tmp_path: Path, words: tuple[str, ...]
):
    code, out, error = say(*(word.format(out=tmp_path / "out") for word in words))
    assert (code, out, error.count("\n")) == (1, "", 1)
    assert error.startswith(f"ems-appliance: the journal {damaged} is damaged")


def test_a_backup_of_a_damaged_journal_is_made_and_says_so(say: Say, damaged: Path, tmp_path: Path):
    copy = tmp_path / "copy.sqlite3"
    code, out, error = say("log", "backup", str(copy))
    assert (code, out, error.count("\n")) == (1, f"{copy}\n", 1)
    assert f"the journal {copy} is damaged" in error
    assert copy.exists()


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("sessions.began_wall", ("log", "list")),
        ("sessions.last_wall", ("plan",)),
        ("sessions.last_day", ("log", "plot", "--person", "Anna")),
        ("answers.wall", ("log", "plot", "--person", "Anna")),
        ("sessions.last_day", ("plan", "--json")),
        ("settings.json", ("person", "forget", "Ben", "--yes")),
    ],
)
@pytest.mark.parametrize("nonsense", ["\x01", "7"])
def test_a_value_that_is_nonsense_is_damage(
    say: Say, settings: Path, column: str, words: tuple[str, ...], nonsense: str
):
    table, name = column.split(".")
    journal = settings.with_name("journal.sqlite3")
    with closing(sqlite3.connect(journal)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(f"UPDATE {table} SET {name} = ?", (nonsense,))
    code, _, error = say(*words)
    assert (code, error.count("\n")) == (1, 1), error
    assert f"the journal {journal} is damaged" in error


def test_an_answer_that_is_no_number_is_damage(say: Say, settings: Path):
    journal = settings.with_name("journal.sqlite3")
    with closing(sqlite3.connect(journal)) as connection, connection:
        connection.execute("UPDATE answers SET answer = 'x' WHERE question = 'soreness_before'")
    code, _, error = say("plan")
    assert (code, error.count("\n")) == (1, 1)
    assert f"the journal {journal} is damaged" in error


def test_doctor_tells_of_a_damaged_page_beside_all_that_it_finds(say: Say, settings: Path):
    before = {one["part"] for one in json.loads(say("doctor", "--json")[1])}
    journal = settings.with_name("journal.sqlite3")
    damage(journal)
    code, out, _ = say("doctor", "--json")
    found = json.loads(out)
    assert (code, {one["part"] for one in found}) == (1, before)
    [told] = [one for one in found if one["part"] == "storage" and one["verdict"] == "bad"]
    assert told["seen"] == f"the journal {journal} is damaged"
    assert "log restore" in told["to_do"]


def test_a_restore_by_somebody_who_may_not_read_the_folder_is_one_line(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    backup, journal = tmp_path / "backup.sqlite3", tmp_path / "journal.sqlite3"
    say("log", "backup", str(backup))
    stat = Path.stat

    def refuse(path: Path, **options: bool) -> object:
        if path == journal:
            raise PermissionError(errno.EACCES, "Permission denied")
        return stat(path, **options)

    # The tests may run as root, who may look anywhere.
    monkeypatch.setattr(Path, "stat", refuse)
    code, _, error = say("log", "restore", str(backup))
    assert (code, error) == (
        1, f"ems-appliance: the journal {journal} is not open to you: use sudo\n",
    )  # fmt: skip
