"""`person`: names that are taken in any case and tell people apart, and rows that go for good."""

import io
import json
import shlex
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from appliance.cli import main
from appliance.journal.database import open_for_reading
from appliance.journal.journal import DatedNote, Journal
from appliance.journal.timestamps import Dating
from appliance.service.parts import settings_as_json
from appliance.session.notes import Answered, StateEntered
from appliance.settings.model import Settings
from appliance.therapy.plan import GUEST, Plan
from appliance.voice.clips import clip_path, folder_beside
from tests.cli.household_journal import write_sessions


def a_start(path: Path, *people: str) -> None:
    """The box comes up with these people in its settings, and Anna is before it."""
    settings = settings_as_json(Settings().but(plan=Plan(people=people)))
    journal = Journal(path, boot_id="a start", settings=settings, durable=False)
    note = DatedNote(StateEntered(5.0, "Anna", "locked"), datetime.now().astimezone())
    journal.write([note], Dating("a start", trusted=True))
    journal.close()


def test_nobody_gets_a_name_that_looks_like_that_of_somebody_in_the_journal(say):
    assert say("person", "rename", "Ben", "Ill")[0] == 0
    code, _, error = say("person", "rename", "Anna", "lll")
    assert (code, error.count("\n")) == (2, 1)
    assert "'lll' and 'Ill' look alike on the screen; choose another" in error
    assert say("person", "rename", "Ill", "ILL")[0] == 0


def test_the_command_that_a_rename_tells_changes_the_same_settings_file(
    say, settings, tmp_path, monkeypatch
):
    monkeypatch.setenv("EMS_APPLIANCE_CONFIG", str(tmp_path / "other.toml"))
    told = say("person", "rename", "Ben", "Otto")[1].splitlines()[-1]
    assert main(shlex.split(told)[1:]) == 0
    assert 'people = ["Anna", "Otto"]' in settings.read_text("utf-8")


def test_a_rename_back_takes_the_name_from_a_row_that_the_box_has_only_shown(say, tmp_path):
    say("person", "rename", "Anna", "Otto")
    a_start(tmp_path / "journal.sqlite3", "Anna", "Ben")
    assert say("person", "rename", "Otto", "Anna")[0] == 0
    assert "Anna: 10 sessions" in say("person", "list")[1]
    with closing(open_for_reading(tmp_path / "journal.sqlite3")) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        [whose] = connection.execute(
            "SELECT DISTINCT name FROM state_changes LEFT JOIN people"
            " ON people.id = person_id WHERE name IS NOT 'Ben'"
        ).fetchall()
    assert whose == ("Anna",)


def test_a_name_with_an_answer_does_not_give_way(say, tmp_path):
    refusal = Answered(5.0, "Cleo", "pacemaker", "refused", remedy="doctor")
    journal = Journal(tmp_path / "journal.sqlite3", boot_id="a start", durable=False)
    dating = Dating("a start", trusted=True)
    journal.write([DatedNote(refusal, datetime.now().astimezone())], dating)
    journal.close()
    for new in ("Cleo", "Ben"):
        code, _, error = say("person", "rename", "Ben", new)
        assert (code, error.count("\n")) == (2, 1)
        assert f"{new} has a journal already" in error


def test_guest_keeps_the_name_because_it_may_be_several_people(say, tmp_path):
    write_sessions(tmp_path / "journal.sqlite3", GUEST, [datetime.now().astimezone()])
    code, out, error = say("person", "rename", "guest", "Cleo")
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert "Guest may be several people" in error
    assert "Guest: 1 sessions" in say("person", "list")[1]


def test_every_verb_takes_a_name_in_any_case(say, monkeypatch):
    assert "Anna: " in say("plan", "--person", "anna")[1]
    listed = say("log", "list", "--person", "BEN")
    assert listed == say("log", "list", "--person", "Ben") and listed[0] == 0
    assert "Ben is Otto now" in say("person", "rename", "ben", "Otto")[1]
    monkeypatch.setattr("sys.stdin", io.StringIO("OTTO\n"))
    assert say("person", "forget", "otto")[0] == 0
    assert "Otto" not in say("person", "list")[1]


@pytest.mark.parametrize(
    "words",
    [
        ("log", "list", "--limit", "9" * 30),
        ("log", "list", "--person", "An\nna"),
        ("programs", "new", "x\ny", "gentle"),
        ("config", "set", "limits.current_ma", "[" * 3000),
    ],
)
def test_what_is_too_large_or_has_lines_is_one_line(say, words):
    code, out, error = say(*words)
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert error.startswith("ems-appliance: ")


def test_a_forgotten_name_is_in_no_settings_of_the_journal_and_does_not_come_back(say, tmp_path):
    journal, folder = tmp_path / "journal.sqlite3", tmp_path / "out"
    for people in (("Anna", "Ben"), ("Anna", "Ben", "Cleo"), ("Anna", "Ben")):
        a_start(journal, *people)
    code, out, _ = say("person", "forget", "Ben", "--yes")
    assert code == 0 and "[plan] people in the settings still has Ben" in out
    # The file may still have the name, and a box that is on has it.
    a_start(journal, "Anna", "Ben")
    a_start(journal, "Anna", "Cleo")
    assert b"Ben" not in journal.read_bytes()
    assert say("log", "export", "--out", str(folder), "--format", "jsonl")[0] == 0
    lines = (folder / "setting_changes.jsonl").read_text("utf-8").splitlines()
    changes = [one for one in map(json.loads, lines) if one["name"] == "plan.people"]
    assert [(json.loads(one["old_value"]), json.loads(one["new_value"])) for one in changes] == [
        (None, ["Anna", "(forgotten)"]),
        (["Anna", "(forgotten)"], ["Anna", "(forgotten)", "Cleo"]),
        (["Anna", "(forgotten)", "Cleo"], ["Anna", "(forgotten)"]),
        (["Anna", "(forgotten)"], ["Anna", "Cleo"]),
    ]


def test_a_renamed_person_is_told_a_command_that_a_shell_reads_whole(say):
    _, out, _ = say("person", "rename", "Ben", "D'Arcy")
    words = shlex.split(out.splitlines()[-1])
    assert "D'Arcy" in json.loads(words[-1])


def test_a_forgotten_person_leaves_no_row_and_a_backup(say, tmp_path):
    assert say("person", "forget", "Ben", "--yes")[0] == 0
    assert b"Ben" not in (tmp_path / "journal.sqlite3").read_bytes()
    [backup] = tmp_path.glob("journal.before-forget-*")
    assert b"Ben" in backup.read_bytes()
    assert "Anna: 10 sessions" in say("person", "list")[1]
    connection = open_for_reading(tmp_path / "journal.sqlite3")
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_nobody_is_forgotten_without_a_yes(say, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    assert say("person", "forget", "Ben")[0] == 1
    assert "Ben: 2 sessions" in say("person", "list")[1]


def test_a_person_with_a_session_of_today_is_not_forgotten(say, tmp_path):
    write_sessions(tmp_path / "journal.sqlite3", "Ben", [datetime.now().astimezone()])
    code, _, error = say("person", "forget", "Ben", "--yes")
    assert code == 1
    assert "limits of the day" in error
    assert "Ben: 3 sessions" in say("person", "list")[1]


def test_a_person_who_has_told_soreness_today_is_not_forgotten(say, tmp_path):
    now = datetime.now().astimezone()
    journal = Journal(tmp_path / "journal.sqlite3", boot_id="this morning", durable=False)
    notes = [DatedNote(Answered(30.0, "Ben", "soreness_before", "7"), now)]
    journal.write(notes, Dating("this morning", trusted=True))
    journal.close()
    code, _, error = say("person", "forget", "Ben", "--yes")
    assert (code, error.count("\n")) == (1, 1)
    assert "limits of the day" in error
    assert "Ben: 2 sessions" in say("person", "list")[1]


def test_nobody_gets_a_name_that_the_settings_refuse(say):
    for name in ("a\nb", "x" * 100, " Ben", "Guest", "ANNA", ""):
        code, _, error = say("person", "rename", "Ben", name)
        assert (code, error.count("\n")) == (2, 1), name
    assert "Ben: " in say("person", "list")[1]


def test_a_renamed_person_keeps_the_sessions(say):
    assert say("person", "rename", "Ben", "Benedikt")[0] == 0
    assert "Benedikt: 2 sessions" in say("person", "list")[1]
    assert say("person", "rename", "Benedikt", "Anna")[0] == 2


def test_no_clip_that_speaks_a_forgotten_name_is_left(say, tmp_path):
    folder = folder_beside(tmp_path / "journal.sqlite3")
    folder.mkdir()
    clips = [clip_path(folder, language, "Ben.", 150) for language in ("de", "en")]
    half = folder / f".{clips[0].name}.x7w3"
    mine = folder / "music.wav"
    for path in (*clips, half, mine):
        path.write_bytes(b"clip")
    code, out, _ = say("person", "forget", "Ben", "--yes")
    assert code == 0 and "the voice had rendered was deleted" in out
    assert [*folder.iterdir()] == [mine]


def test_a_clip_that_cannot_be_deleted_leaves_every_row(say, tmp_path):
    clip = clip_path(folder_beside(tmp_path / "journal.sqlite3"), "en", "Ben.", 150)
    clip.mkdir(parents=True)  # In the way, also of root.
    code, _, error = say("person", "forget", "Ben", "--yes")
    assert (code, error.count("\n")) == (1, 1) and "so no row was removed" in error
    assert "Ben" in say("person", "list")[1]
