"""`plan`, and the calendar of the report: the day and the board are those of the box."""

import json
from datetime import datetime, timedelta

import pytest

from appliance.cli import looking, main
from appliance.journal.journal import DatedNote, Journal
from appliance.journal.timestamps import Dating, read_boot_id
from appliance.session.notes import DateSet
from tests.cli.conftest import UP_FOR_S
from tests.cli.household_journal import notes_of_a_session

LATER = timedelta(days=100)
"""How far the date that a person sets is after the machine's."""


def by_no_clock(wall, newest):
    return False


@pytest.fixture
def set_by_hand(settings, tmp_path, monkeypatch):
    """The day of a session of Anna's, which a person set where the machine is months behind."""
    monkeypatch.setattr(looking, "ClockTrust", lambda: by_no_clock)
    at, machine = UP_FOR_S, datetime.now().astimezone()
    noon = machine.replace(hour=12, tzinfo=None) + LATER
    journal = Journal(tmp_path / "journal.sqlite3", boot_id=read_boot_id(), durable=False)
    journal.write([DatedNote(DateSet(at, noon), machine)], Dating(read_boot_id(), trusted=False))
    began = at - notes_of_a_session("Anna")[-1].at
    notes = [
        DatedNote(note.but(at=began + note.at), machine) for note in notes_of_a_session("Anna")
    ]
    journal.write(notes, journal.dating(machine, by_no_clock))
    journal.close()
    return noon.date()


def test_the_calendar_of_plan_is_of_a_date_that_was_set_by_hand(say, set_by_hand):
    _, out, _ = say("plan", "--person", "Anna")
    assert "Anna: done for today" in out
    assert f"{set_by_hand:%b %y}" in out and "The clock is not trusted" not in out
    assert "[*]" in out
    (anna, _) = json.loads(say("plan", "--json")[1])["people"]
    assert anna["clock_trusted"]
    today = anna["calendar"][28]
    assert (today["date"], today["kind"]) == (set_by_hand.isoformat(), "done")


def test_the_calendar_of_the_report_is_of_a_date_that_was_set_by_hand(say, set_by_hand, tmp_path):
    page = tmp_path / "report.html"
    assert say("log", "report", "--person", "Anna", "--out", str(page))[0] == 0
    monday = set_by_hand - timedelta(days=set_by_hand.weekday())
    (week,) = [row for row in page.read_text("utf-8").split("<tr>") if f"<th>{monday}</th>" in row]
    assert week.count('class="done"') == 1


@pytest.mark.parametrize("known", [True, False])
def test_before_the_first_session_plan_trusts_the_clock_as_the_box_will(
    tmp_path, capsys, monkeypatch, known
):
    monkeypatch.setattr(looking, "ClockTrust", lambda: lambda wall, newest: known)
    settings = tmp_path / "config.toml"
    settings.write_text(f'[journal]\npath = "{tmp_path / "none.sqlite3"}"\n')
    assert main(["plan", "--json", "--config", str(settings)]) == 0
    (me,) = json.loads(capsys.readouterr().out)["people"]
    assert me["clock_trusted"] is known
    assert (me["next_weekday"] is not None) is known


@pytest.mark.parametrize("routine", ["bench", "lower_back_session"])
def test_on_a_board_for_dummy_loads_plan_offers_what_the_box_does(say, settings, routine):
    text = settings.read_text().replace("[plan]\n", f'[plan]\nroutine = "{routine}"\n')
    settings.write_text(
        f'{text}[stimulator]\ndriver = "openemsstim"\naccept_research_board = true\n'
    )
    (anna, _) = json.loads(say("plan", "--json")[1])["people"]
    offered = (anna["offer"], anna["stages"], anna["stage_minutes"])
    assert offered == ("routine", 1, 5.0)
    out = say("plan", "--person", "Anna")[1]
    assert "1 x 5 min" in out and "comfort" not in out
