"""`log` and `plan`: what was done, read back from the journal's file."""

import csv
import io
import json
import re
import socket
import sqlite3
from contextlib import ExitStack, closing, suppress
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from appliance.cli import looking, main
from appliance.cli.log_export import unit_of
from appliance.cli.report_plot import line_plot
from appliance.journal import export
from appliance.journal.database import open_for_reading
from appliance.service.control_socket import ControlClient, ControlServer, NoAnswerError
from appliance.settings.words import Words, languages
from appliance.stimulator.boards import CARDS


def test_the_list_has_the_newest_first_and_goes_by_person_and_day(say):
    code, out, _ = say("log", "list", "--limit", "3")
    numbers = [int(line.split()[0]) for line in out.splitlines()]
    assert (code, numbers) == (0, [12, 11, 10])
    assert len(say("log", "list", "--person", "Ben")[1].splitlines()) == 2
    assert say("log", "list", "--since", "2999-01-01")[1] == "No session since 2999-01-01.\n"


def test_an_unknown_person_or_session_is_told(say):
    code, _, error = say("log", "list", "--person", "Bem")
    assert code == 2
    assert "Bem" in error
    assert "Ben" in error
    assert say("log", "show", "99")[0] == 1


def test_a_plan_without_a_date_names_no_day(say, monkeypatch):
    monkeypatch.setattr(looking, "ClockTrust", lambda: lambda wall, newest: False)
    _, out, _ = say("plan", "--person", "Anna")
    assert "The clock is not trusted" in out
    assert "next:" not in out
    assert "no day is chosen" not in out


def test_one_session_is_shown_with_levels_measured_current_and_answers(say):
    _, out, _ = say("log", "show", "1")
    assert "hip_flexors, work: 20.0 of 20.0 min, whole" in out
    assert "A: highest level 10, mean 7.5, measured up to 9.5 mA" in out
    assert "sore before: 2" in out


def typed(text):
    return None if text == "" else float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_an_export_read_back_has_the_journals_figures(say, settings, tmp_path, kind):
    folder = tmp_path / "out"
    assert say("log", "export", "--out", str(folder), "--format", kind)[0] == 0
    with open_for_reading(tmp_path / "journal.sqlite3") as connection:
        for table in export.TABLES:
            text = (folder / f"{table.name}.{kind}").read_text("utf-8")
            if kind == "csv":
                read = list(csv.DictReader(io.StringIO(text)))
                wanted = [
                    {name: typed("" if v is None else str(v)) for name, v in row.items()}
                    for row in export.rows_of(connection, table, unit_of)
                ]
                assert [{n: typed(v) for n, v in row.items()} for row in read] == wanted
            else:
                read = [json.loads(line) for line in text.splitlines()]
                assert read == list(export.rows_of(connection, table, unit_of))
    connection.close()


def test_an_exported_level_has_the_unit_of_its_driver():
    assert {driver: unit_of(driver) for driver in CARDS} == {
        driver: card.unit.value for driver, card in CARDS.items()
    }
    assert unit_of("a driver of yesterday") is None


def test_an_export_of_one_person_has_nobody_else(say, tmp_path):
    folder = tmp_path / "out"
    say("log", "export", "--out", str(folder), "--person", "Ben")
    assert "Anna" not in "".join(path.read_text("utf-8") for path in folder.iterdir())


def test_the_document_of_the_columns_is_what_is_written():
    document = Path(export.__file__).with_name("EXPORT.md").read_text("utf-8")
    assert document == export.document()


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_a_plot_is_drawn_into_a_file(say, tmp_path, suffix):
    target = tmp_path / f"plot.{suffix}"
    assert say("log", "plot", "--person", "Anna", "--out", str(target))[0] == 0
    assert target.stat().st_size > 1000


def test_a_plot_in_the_terminal_names_each_figure(say):
    code, out, _ = say("log", "plot", "--person", "Anna")
    assert code == 0
    for title in ("minutes a week", "mean level", "comfort after", "soreness before"):
        assert title in out


def test_a_plot_in_the_terminal_has_even_ticks_and_no_colour_codes(say):
    _, out, _ = say("log", "plot", "--person", "Anna")
    assert "\x1b" not in out
    soreness = out[out.index("soreness before") :]
    assert re.findall(r"^ *(\d+)┤", soreness, re.MULTILINE) == ["10", "8", "6", "4", "2", "0"]


class Page(HTMLParser):
    """Collects tags, and fails on one that is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.seen, self.links = [], [], []

    def handle_starttag(self, tag, attributes):
        self.seen.append(tag)
        self.links += [value for name, value in attributes if name in ("src", "href")]
        if tag not in ("meta", "br", "line", "circle", "polyline"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in self.open:
            assert self.open.pop() == tag


@pytest.mark.parametrize("language", languages())
def test_the_report_is_one_page_with_plots_and_no_other_file(say, tmp_path, language):
    target = tmp_path / "report.html"
    say("log", "report", "--person", "Anna", "--language", language, "--out", str(target))
    page = Page()
    page.feed(target.read_text("utf-8"))
    assert not page.open
    assert not page.links
    assert page.seen.count("svg") == 5
    assert page.seen.count("tbody") == 2
    words = Words.load(language)
    text = target.read_text("utf-8")
    assert words("report.exercise_summary", days=10, repetitions=480) in text
    assert text.count(words("report.answer_flare_ups")) == 10


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (1.0, [0, 1]),
        (7.0, [0, 2, 4, 6, 8]),
        (10.0, [0, 2, 4, 6, 8, 10]),
        (38.0, [0, 10, 20, 30, 40]),
        (420.0, [0, 100, 200, 300, 400, 500]),
    ],
)
def test_a_plot_of_the_report_has_whole_ticks_up_to_the_highest_value(highest, ticks):
    drawn = line_plot([(date(2026, 3, 2), highest)], 1.0)
    assert [int(tick) for tick in re.findall(r">(\d+)</text>", drawn)] == ticks


def test_a_backup_is_a_whole_journal_and_restore_keeps_the_file_before_it(say, tmp_path):
    backup = tmp_path / "backup.sqlite3"
    assert say("log", "backup", str(backup))[0] == 0
    assert say("log", "backup", str(backup))[0] == 2
    say("person", "forget", "Ben", "--yes")
    assert "Ben" not in say("log", "list")[1]
    assert say("log", "restore", str(backup))[0] == 0
    assert "Ben" in say("log", "list")[1]
    assert len(list(tmp_path.glob("journal.before-restore-*"))) == 1
    for _ in range(2):  # In one second, perhaps: no file takes the name of another.
        assert say("log", "restore", str(backup))[0] == 0
    assert len(list(tmp_path.glob("journal.before-restore-*"))) == 3


def test_no_backup_is_put_beside_a_log_of_another_record(say, tmp_path):
    (tmp_path / "backup.sqlite3-wal").write_bytes(b"another")
    code, _, error = say("log", "backup", str(tmp_path / "backup.sqlite3"))
    assert (code, error.count("\n")) == (2, 1)
    assert "backup.sqlite3-wal exists already" in error
    assert not (tmp_path / "backup.sqlite3").exists()


def test_a_restore_names_the_log_that_it_found_without_a_journal(say, tmp_path):
    backup, journal = tmp_path / "backup.sqlite3", tmp_path / "journal.sqlite3"
    say("log", "backup", str(backup))
    before = say("log", "list")[1]
    journal.rename(tmp_path / "journal.sqlite3-wal")
    code, out, _ = say("log", "restore", str(backup))
    [kept] = tmp_path.glob("journal.before-restore-*")
    assert code == 0 and kept.name.endswith("-wal") and f"before it: {kept}\n" in out
    assert say("log", "list")[1] == before


def test_a_restored_record_does_not_know_what_was_delivered_since(say, tmp_path):
    backup = tmp_path / "backup.sqlite3"
    say("log", "backup", str(backup))
    assert json.loads(say("plan", "--json")[1])["people"][0]["day_used"] is None
    out = say("log", "restore", str(backup))[1]
    assert "this day counts as used" in out
    assert json.loads(say("plan", "--json")[1])["people"][0]["day_used"] is not None


def test_a_file_that_is_no_journal_is_not_restored(say, tmp_path):
    wrong = tmp_path / "letter.txt"
    wrong.write_text("dear diary" * 200)
    code, _, error = say("log", "restore", str(wrong))
    assert code == 1
    assert "letter.txt" in error
    assert say("log", "list")[0] == 0


def test_what_is_no_whole_backup_leaves_the_journal_in_its_place(say, tmp_path):
    backup, journal = tmp_path / "backup.sqlite3", tmp_path / "journal.sqlite3"
    say("log", "backup", str(backup))
    whole = backup.read_bytes()
    backup.write_bytes(whole[: len(whole) // 2])
    before = say("log", "list")[1]
    for wrong in (journal, tmp_path / "nothing.sqlite3", tmp_path, backup):
        code, _, error = say("log", "restore", str(wrong))
        assert code in (1, 2), wrong
        assert str(wrong) in error
        assert error.count("\n") == 1
        assert say("log", "list")[1] == before
    assert not list(tmp_path.glob("journal.*restore*"))


def test_a_restore_that_fails_says_what_is_in_the_way(say, tmp_path):
    backup = tmp_path / "backup.sqlite3"
    say("log", "backup", str(backup))
    (tmp_path / ".journal.restored.sqlite3.part").mkdir()
    code, _, error = say("log", "restore", str(backup))
    assert (code, error.count("\n")) == (1, 1)
    assert "Is a directory" in error and "use sudo" not in error
    assert say("log", "list")[0] == 0


def test_a_journal_of_a_newer_program_is_backed_up(say, tmp_path):
    with closing(sqlite3.connect(tmp_path / "journal.sqlite3")) as connection:
        connection.execute("PRAGMA user_version = 99")
    copy = tmp_path / "copy.sqlite3"
    assert say("log", "backup", str(copy)) == (0, f"{copy}\n", "")
    assert copy.exists()


def test_a_backup_into_no_folder_names_the_folder(say, tmp_path):
    code, _, error = say("log", "backup", str(tmp_path / "stick" / "copy.sqlite3"))
    assert code == 2
    assert f"there is no folder {tmp_path / 'stick'}" in error


def test_nothing_is_restored_while_the_service_runs(say, tmp_path):
    import threading

    backup = tmp_path / "backup.sqlite3"
    say("log", "backup", str(backup))
    server = ControlServer(tmp_path / "run")
    over = threading.Event()

    def serve():
        while not over.is_set():
            server.serve(lambda request: {"state": "locked"})

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        code, _, error = say("log", "restore", str(backup))
    finally:
        over.set()
        thread.join()
        server.close()
    assert code == 1
    assert "stop it first" in error


@pytest.mark.parametrize(
    "words", [("log", "restore", "backup.sqlite3"), ("config", "set", "language", "de")]
)
def test_nothing_is_changed_while_a_service_may_run_that_does_not_answer(say, settings, words):
    folder = settings.parent
    backup, run = folder / "backup.sqlite3", folder / "run"
    say("log", "backup", str(backup))
    before = {path: path.read_bytes() for path in (settings, folder / "journal.sqlite3")}
    run.mkdir()
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        listener.bind(str(run / "control.sock"))
        listener.listen(0)
        with suppress(NoAnswerError):
            while True:  # Until the queue of a service that hangs is full.
                stack.enter_context(ControlClient(run))
        code, out, error = say(*(str(folder / one) if ".sqlite3" in one else one for one in words))
    assert (code, out, error.count("\n")) == (1, "", 1)
    assert "does not answer, so nothing was changed; wait a moment, or stop it" in error
    assert {path: path.read_bytes() for path in before} == before


def test_a_backup_of_a_damaged_journal_names_the_journal(say, tmp_path):
    (tmp_path / "journal.sqlite3").write_text("dear diary" * 200)
    code, _, error = say("log", "backup", str(tmp_path / "copy.sqlite3"))
    assert code == 1
    assert f"the journal {tmp_path / 'journal.sqlite3'} is damaged" in error
    assert not list(tmp_path.glob("*copy.sqlite3*"))


def test_plan_shows_everybody_and_the_same_as_json(say):
    code, out, _ = say("plan")
    assert code == 0
    assert "Anna: today session 11 of 14, 3 x 20 min" in out
    assert "Ben: today gentle session 3 of 4, 3 x 10 min" in out
    people = json.loads(say("plan", "--json")[1])["people"]
    assert [one["daily_number"] for one in people] == [11, 3]
    assert all(len(one["calendar"]) == 57 for one in people)
    assert sum(day["kind"] == "done" for day in people[0]["calendar"]) == 10


def test_plan_before_the_first_session_needs_no_journal(tmp_path, capsys):
    settings = tmp_path / "config.toml"
    settings.write_text(f'[journal]\npath = "{tmp_path / "none.sqlite3"}"\n')
    assert main(["plan", "--config", str(settings)]) == 0
    assert "gentle session 1 of 4" in capsys.readouterr().out
