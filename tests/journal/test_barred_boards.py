"""The file of barred boards: it only grows, and what cannot be read bars everything."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from appliance.errors import JournalError
from appliance.journal import barred_boards
from appliance.journal.database import open_for_reading
from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.session.barring import EVERY_BOARD
from appliance.session.notes import BoardBarred, DateSet

NOON = datetime(2026, 3, 2, 12, 0).astimezone()
BAR = BoardBarred(5.0, "reference 7", "over_current")
AGAIN = BoardBarred(60.0, "reference 7", "over_current")


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite3"


@pytest.fixture
def path(journal: Path) -> Path:
    return barred_boards.path_beside(journal)


def barred(note: BoardBarred) -> barred_boards.Bar:
    return barred_boards.Bar(note, NOON, "boot")


def recorder_of(journal: Path) -> Recorder:
    return Recorder(Source(journal, wall_clock=lambda: NOON, boot_id="boot"), threaded=False)


def only_in_the_journal(journal: Path, *notes: BoardBarred) -> None:
    """These bars happen while something else is where their file was."""
    path, kept = barred_boards.path_beside(journal), journal.with_name("kept")
    if path.exists():
        path.rename(kept)
    path.mkdir()
    recorder = recorder_of(journal)
    recorder.put(notes)
    assert "journal_dead" in recorder.faults(5.0)
    recorder.close()
    path.rmdir()
    if kept.exists():
        kept.rename(path)


def barred_at_start(journal: Path) -> dict[str, str]:
    boards, faults = barred_boards.at_start(journal)
    assert not faults
    return boards


def test_no_file_bars_nothing(path: Path) -> None:
    assert barred_boards.read(path) == {}


def test_a_start_with_nothing_to_copy_makes_no_file(journal: Path, path: Path) -> None:
    assert barred_at_start(journal) == {}
    assert not path.exists()


def test_a_bar_holds_until_it_is_cleared_and_the_reason_stays(journal: Path, path: Path) -> None:
    barred_boards.add(path, [barred(BAR)])
    assert barred_boards.read(path) == {"reference 7": "over_current"}
    barred_boards.clear(journal, "reference 7", "new sense resistor, measured", NOON)
    assert barred_boards.read(path) == {}
    bar, cleared = barred_boards.entries(path)
    assert bar["fault"] == "over_current"
    assert cleared["cleared"] == "new sense resistor, measured"


def test_a_board_can_be_barred_again(journal: Path, path: Path) -> None:
    barred_boards.add(path, [barred(BAR)])
    barred_boards.clear(journal, "reference 7", "looked at", NOON)
    barred_boards.add(path, [barred(AGAIN)])
    assert barred_boards.read(path) == {"reference 7": "over_current"}


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"\xff\xfe",
        b"7",
        b"[]",
        b'["board", "at", "fault"]',
        b'{"board": "reference 7"}',
        b'{"at": "", "fault": "over_current"}',
        b'{"board": "reference 7", "fault": "over_current"}',
        b'{"board": "reference 7", "at": "", "fault": "", "cleared": ""}',
        b'{"board": 7, "at": "", "fault": ""}',
    ],
)
def test_a_line_that_cannot_be_read_bars_every_board(
    journal: Path, path: Path, line: bytes
) -> None:
    path.write_bytes(line)
    assert barred_boards.read(path) == {EVERY_BOARD: barred_boards.UNREADABLE}
    barred_boards.add(path, [barred(BAR)])
    assert set(barred_boards.read(path)) == {EVERY_BOARD, "reference 7"}
    barred_boards.clear(journal, EVERY_BOARD, "the line was cut in two", NOON)
    assert set(barred_boards.read(path)) == {"reference 7"}


def test_a_bar_is_on_the_disk_before_it_counts_as_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[dict[str, str]] = []
    monkeypatch.setattr("os.fsync", lambda descriptor: synced.append(barred_boards.read(path)))
    barred_boards.add(path, [barred(BAR)])
    assert synced == [{"reference 7": "over_current"}]


def test_a_line_cut_in_two_does_not_swallow_the_next_one(path: Path) -> None:
    barred_boards.add(path, [barred(BAR)])
    path.write_bytes(path.read_bytes() + b'{"board": "ref')
    barred_boards.add(path, [barred(BoardBarred(6.0, "reference 8", "over_current"))])
    assert set(barred_boards.read(path)) == {EVERY_BOARD, "reference 7", "reference 8"}


def test_a_folder_in_its_place_bars_every_board_and_is_told(path: Path) -> None:
    path.mkdir()
    assert barred_boards.read(path) == {EVERY_BOARD: barred_boards.UNREADABLE}
    with pytest.raises(JournalError, match="cannot be written"):
        barred_boards.add(path, [barred(BAR)])


def test_the_recorder_writes_the_bar_beside_the_journal(journal: Path, path: Path) -> None:
    recorder = recorder_of(journal)
    recorder.put([BAR])
    recorder.close()
    assert barred_boards.read(path) == {"reference 7": "over_current"}


def test_a_bar_that_its_file_did_not_take_is_kept_by_the_journal_until_it_is_cleared(
    journal: Path, path: Path
) -> None:
    only_in_the_journal(journal, BAR)
    assert barred_boards.read(path) == {}
    assert barred_boards.known(journal) == {"reference 7": "over_current"}
    barred_boards.clear(journal, "reference 7", "measured", NOON)
    assert [set(one) & {"fault", "cleared"} for one in barred_boards.entries(path)] == [
        {"fault"},
        {"cleared"},
    ]
    assert barred_at_start(journal) == {}


def test_a_bar_cleared_before_a_journal_was_begun_does_not_stand_for_a_new_one(
    journal: Path, path: Path
) -> None:
    barred_boards.add(path, [barred(BAR)])
    barred_boards.clear(journal, "reference 7", "measured", NOON)
    only_in_the_journal(journal, AGAIN)
    assert barred_at_start(journal) == {"reference 7": "over_current"}


def test_the_next_start_copies_into_the_file_what_only_the_journal_has(
    journal: Path, path: Path
) -> None:
    only_in_the_journal(journal, BAR, AGAIN, BoardBarred(61.0, "reference 8", "over_current"))
    assert set(barred_at_start(journal)) == {"reference 7", "reference 8"}
    journal.unlink()
    assert set(barred_boards.known(journal)) == {"reference 7", "reference 8"}
    assert len(barred_boards.entries(path)) == 3
    barred_boards.at_start(journal)
    assert len(barred_boards.entries(path)) == 3


def test_a_file_that_takes_no_copy_at_the_start_keeps_nobody_from_the_bar(
    journal: Path, path: Path
) -> None:
    only_in_the_journal(journal, BAR)
    path.mkdir()
    assert set(barred_at_start(journal)) == {EVERY_BOARD, "reference 7"}


def test_a_date_set_by_hand_neither_brings_a_bar_back_nor_hides_one(
    journal: Path, path: Path
) -> None:
    recorder = Recorder(
        Source(journal, wall_clock=lambda: NOON, boot_id="boot", trust=lambda wall, newest: False),
        threaded=False,
    )
    recorder.put([DateSet(1.0, datetime(2030, 6, 1, 9, 0))])  # noqa: DTZ001
    recorder.put([BAR])
    recorder.close()
    (line,) = barred_boards.entries(path)
    assert line["at"].startswith("2026-03-02")
    with closing(open_for_reading(journal)) as connection:
        (wall,) = connection.execute("SELECT wall FROM faults").fetchone()
    assert wall.startswith("2030-06-01")
    assert barred_boards.missing(journal) == []
    barred_boards.clear(journal, "reference 7", "measured", NOON)
    assert barred_at_start(journal) == {}


def test_a_line_from_before_bars_had_ids_goes_with_its_row(journal: Path, path: Path) -> None:
    recorder = recorder_of(journal)
    recorder.put([BAR])
    recorder.close()
    (line,) = barred_boards.entries(path)
    path.write_text(json.dumps({key: line[key] for key in ("board", "at", "fault")}))
    assert barred_boards.missing(journal) == []
    barred_boards.clear(journal, "reference 7", "measured", NOON)
    assert barred_at_start(journal) == {}


def test_a_retry_after_a_clearing_does_not_bar_again(journal: Path, path: Path) -> None:
    """The journal could not take the note, so that it comes by once more."""
    barred_boards.add(path, [barred(BAR)])
    barred_boards.clear(journal, "reference 7", "measured", NOON)
    barred_boards.add(path, [barred(BAR)])
    assert barred_boards.read(path) == {}


def test_a_journal_that_cannot_be_read_at_the_start_is_dead_until_the_next_one(
    journal: Path, path: Path
) -> None:
    """It may have the only note of a bar."""
    barred_boards.add(path, [barred(BAR)])
    journal.mkdir()
    assert barred_boards.at_start(journal) == (
        {"reference 7": "over_current"},
        frozenset({"journal_dead"}),
    )
    with pytest.raises(JournalError, match="not a file"):
        barred_boards.clear(journal, "reference 7", "measured", NOON)


def test_a_journal_that_is_set_aside_leaves_what_the_file_says(journal: Path, path: Path) -> None:
    only_in_the_journal(journal, BAR)
    barred_boards.at_start(journal)
    journal.write_bytes(b"x" * 5000)
    assert barred_at_start(journal) == {"reference 7": "over_current"}


@pytest.mark.parametrize("make", [lambda journal: None, Path.touch], ids=["none", "empty"])
def test_a_journal_that_was_not_begun_bars_nothing(
    journal: Path, make: Callable[[Path], None]
) -> None:
    make(journal)
    assert barred_at_start(journal) == {}


def test_a_journal_that_takes_nothing_does_not_keep_a_bar_from_its_file(journal: Path) -> None:
    recorder = recorder_of(journal)
    recorder.instruct("query_only = ON")
    recorder.put([BAR])
    assert "journal_dead" in recorder.faults(5.0)
    assert barred_boards.known(journal) == {"reference 7": "over_current"}
    recorder.instruct("query_only = OFF")
    recorder.close()
    assert barred_boards.missing(journal) == []


def test_a_bar_goes_into_its_file_once_that_can_be_written(journal: Path, path: Path) -> None:
    path.mkdir()
    recorder = recorder_of(journal)
    recorder.put([BAR])
    path.rmdir()
    recorder.request_histories(["Me"], 6.0)
    assert recorder.faults(6.0) == frozenset()
    recorder.close()
    assert barred_boards.read(path) == {"reference 7": "over_current"}
    assert barred_boards.missing(journal) == []
