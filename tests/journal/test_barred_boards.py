"""The file of barred boards: it only grows, and what cannot be read bars everything."""

from datetime import datetime
from pathlib import Path

import pytest

from appliance.errors import JournalError
from appliance.journal import barred_boards
from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.session.barring import EVERY_BOARD
from appliance.session.notes import BoardBarred

NOON = datetime(2026, 3, 2, 12, 0).astimezone()
BAR = BoardBarred(5.0, "reference 7", "over_current")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return barred_boards.path_beside(tmp_path / "journal.sqlite3")


def test_no_file_bars_nothing(path: Path) -> None:
    assert barred_boards.read(path) == {}


def test_a_bar_holds_until_it_is_cleared_and_the_reason_stays(path: Path) -> None:
    barred_boards.add(path, [(BAR, NOON)])
    assert barred_boards.read(path) == {"reference 7": "over_current"}
    barred_boards.clear(path, "reference 7", "new sense resistor, measured", NOON)
    assert barred_boards.read(path) == {}
    barred, cleared = barred_boards.entries(path)
    assert barred["fault"] == "over_current"
    assert cleared["cleared"] == "new sense resistor, measured"


def test_a_board_can_be_barred_again(path: Path) -> None:
    barred_boards.add(path, [(BAR, NOON)])
    barred_boards.clear(path, "reference 7", "looked at", NOON)
    barred_boards.add(path, [(BAR, NOON), (BAR, NOON)])
    assert barred_boards.read(path) == {"reference 7": "over_current"}


@pytest.mark.parametrize(
    "line",
    [b"{", b"\xff\xfe", b"[]", b'{"board": "reference 7"}', b'{"board": 7, "at": "", "fault": ""}'],
)
def test_a_line_that_cannot_be_read_bars_every_board(path: Path, line: bytes) -> None:
    path.write_bytes(line)
    assert barred_boards.read(path) == {EVERY_BOARD: barred_boards.UNREADABLE}
    barred_boards.add(path, [(BAR, NOON)])
    assert set(barred_boards.read(path)) == {EVERY_BOARD, "reference 7"}
    barred_boards.clear(path, EVERY_BOARD, "the line was cut in two", NOON)
    assert set(barred_boards.read(path)) == {"reference 7"}


def test_a_line_cut_in_two_does_not_swallow_the_next_one(path: Path) -> None:
    barred_boards.add(path, [(BAR, NOON)])
    path.write_bytes(path.read_bytes() + b'{"board": "ref')
    barred_boards.add(path, [(BoardBarred(6.0, "reference 8", "over_current"), NOON)])
    assert set(barred_boards.read(path)) == {EVERY_BOARD, "reference 7", "reference 8"}


def test_a_folder_in_its_place_bars_every_board_and_is_told(path: Path) -> None:
    path.mkdir()
    assert barred_boards.read(path) == {EVERY_BOARD: barred_boards.UNREADABLE}
    with pytest.raises(JournalError, match="cannot be written"):
        barred_boards.add(path, [(BAR, NOON)])


def test_the_recorder_writes_the_bar_beside_the_journal(path: Path) -> None:
    source = Source(path.with_name("journal.sqlite3"), wall_clock=lambda: NOON, boot_id="boot")
    recorder = Recorder(source, threaded=False)
    recorder.put([BAR])
    recorder.close()
    assert barred_boards.read(path) == {"reference 7": "over_current"}


def test_a_bar_that_its_file_did_not_take_is_kept_by_the_journal_until_it_is_cleared(
    path: Path,
) -> None:
    path.mkdir()
    journal = path.with_name("journal.sqlite3")
    recorder = Recorder(Source(journal, wall_clock=lambda: NOON, boot_id="boot"), threaded=False)
    recorder.put([BAR])
    assert "journal_dead" in recorder.faults(5.0)
    recorder.close()
    path.rmdir()
    assert barred_boards.read(path) == {}
    assert barred_boards.known(journal) == {"reference 7": "over_current"}
    missing = barred_boards.missing(journal)
    barred_boards.clear(path, "reference 7", "measured", NOON, missing)
    assert [set(one) - {"board", "at"} for one in barred_boards.entries(path)] == [
        {"fault"},
        {"cleared"},
    ]
    assert barred_boards.known(journal) == {}


def test_a_journal_that_takes_nothing_does_not_keep_a_bar_from_its_file(path: Path) -> None:
    journal = path.with_name("journal.sqlite3")
    recorder = Recorder(Source(journal, wall_clock=lambda: NOON, boot_id="boot"), threaded=False)
    recorder.instruct("query_only = ON")
    recorder.put([BAR])
    assert "journal_dead" in recorder.faults(5.0)
    assert barred_boards.known(journal) == {"reference 7": "over_current"}
    recorder.instruct("query_only = OFF")
    recorder.close()
    assert barred_boards.missing(journal) == []


def test_a_bar_goes_into_its_file_once_that_can_be_written(path: Path) -> None:
    path.mkdir()
    journal = path.with_name("journal.sqlite3")
    recorder = Recorder(Source(journal, wall_clock=lambda: NOON, boot_id="boot"), threaded=False)
    recorder.put([BAR])
    path.rmdir()
    recorder.request_histories(["Me"], 6.0)
    assert recorder.faults(6.0) == frozenset()
    recorder.close()
    assert barred_boards.read(path) == {"reference 7": "over_current"}
    assert barred_boards.missing(journal) == []
