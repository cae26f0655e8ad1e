"""`log plot` and `log report` with sessions under a clock that nobody trusts."""

import re
from datetime import date, datetime, timedelta

import pytest

from appliance.cli import log_plot
from appliance.journal.weeks_query import Week
from appliance.settings.words import Words, languages
from tests.cli.household_journal import write_sessions


@pytest.fixture
def with_undated(tmp_path):
    """One more session of Anna, under a clock that began again in 2000."""
    began_again = datetime(2000, 1, 1, 12).astimezone()
    write_sessions(tmp_path / "journal.sqlite3", "Anna", [began_again], trusted=False)


def test_a_plot_leaves_a_session_without_a_certain_date_out_and_says_so(
    say, with_undated, tmp_path
):
    code, out, _ = say("log", "plot", "--person", "Anna")
    heading, left_out = out.splitlines()[:2]
    assert (code, "2000" in heading) == (0, False)
    assert left_out == "sessions without a certain date, left out: 1"
    target = tmp_path / "plot.svg"
    assert say("log", "plot", "--person", "Anna", "--out", str(target))[0] == 0
    assert target.stat().st_size > 1000


def test_a_plot_of_nothing_but_sessions_without_a_certain_date_is_refused(say, tmp_path):
    write_sessions(tmp_path / "journal.sqlite3", "Cleo", [datetime.now().astimezone()], False)
    code, _, error = say("log", "plot", "--person", "Cleo")
    assert code == 1 and "Cleo has no session with a certain date there yet" in error


@pytest.mark.parametrize("language", languages())
def test_a_report_leaves_a_session_without_a_certain_date_out_and_says_so(
    say, with_undated, tmp_path, language
):
    target = tmp_path / "report.html"
    say("log", "report", "--person", "Anna", "--language", language, "--out", str(target))
    text, words = target.read_text("utf-8"), Words.load(language)
    assert words("report.undated", sessions=1) in text
    summary = words("report.summary", sessions=10, minutes=600, since="SINCE").split("SINCE")
    assert all(part in text for part in summary)
    assert re.findall(r"2000-[^<]*", text) == ["2000-01-01 ?", "2000-01-01 12:00 ?"]


def test_the_days_of_a_plot_over_two_years_have_their_year():
    mondays = [date(2030, 12, 16) + timedelta(weeks=number) for number in range(6)]
    weeks = [Week(monday, 1, 20.0, 12.0, 1.0, 1.0, 0, 0) for monday in mondays]
    assert "30 Dec 30" in log_plot.in_terminal("Anna", weeks, 0)
    assert "06 Jan 31" in log_plot.in_terminal("Anna", weeks, 0)
    assert "16 Dec 30" not in log_plot.in_terminal("Anna", weeks[:2], 0)
