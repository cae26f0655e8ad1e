"""The disk's writes of a session, cut at every single one, leave a journal that is consistent.

Between two checkpoints SQLite only appends to its write-ahead log, frame by frame, each by two
writes: header and page. So the file with a prefix of that log is what a cut leaves behind.
"""

import shutil
import sqlite3

from appliance.journal.journal import DatedNote, Journal
from appliance.journal.timestamps import Dating
from appliance.session.notes import Sample, SessionBegan, SessionEnded, StageBegan, StageEnded
from tests.journal.conftest import MONDAY_EVENING, WHOLE

LOG_HEADER, FRAME_HEADER, PAGE = 32, 24, 4096
SECONDS = 3


def notes_of_a_session():
    yield SessionBegan(10.0, "Me", "routine", False, 3600.0, None, WHOLE)
    for index, stage in enumerate(WHOLE):
        began = 20.0 + 100.0 * index
        yield StageBegan(began, index, stage.placement, "work", "contracting", 1200.0)
        for second in range(1, SECONDS + 1):
            level = (float(second), float(second))
            yield Sample(began + second, float(second), level, level)
        yield StageEnded(began + SECONDS, float(SECONDS), "ended")
    yield SessionEnded(400.0, "ended")


def live(path):
    """A session with a commit for every note, whose log is never merged into the file."""
    journal = Journal(path, boot_id="boot", durable=False)
    journal.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    journal.connection.execute("PRAGMA wal_autocheckpoint = 0")
    at_start = path.read_bytes()
    ends = []
    log = path.with_name(path.name + "-wal")
    for note in notes_of_a_session():
        journal.write([DatedNote(note, MONDAY_EVENING)], Dating("boot", trusted=True))
        ends.append(log.stat().st_size)
    return journal, at_start, log.read_bytes(), ends


def cuts(log):
    """The length of the log after each write."""
    yield from (0, LOG_HEADER)
    for start in range(LOG_HEADER, len(log), FRAME_HEADER + PAGE):
        yield start + FRAME_HEADER
        yield start + FRAME_HEADER + PAGE


def test_every_prefix_of_the_writes_is_a_whole_journal_with_all_that_was_committed(tmp_path):
    journal, at_start, log, ends = live(tmp_path / "journal.sqlite3")
    journal.close()
    notes = [*notes_of_a_session()]
    assert len(ends) == len(notes)
    folder = tmp_path / "cut"
    for length in cuts(log):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        path = folder / "journal.sqlite3"
        path.write_bytes(at_start)
        path.with_name("journal.sqlite3-wal").write_bytes(log[:length])
        connection = sqlite3.connect(path, isolation_level=None)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",), length
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == [], length
        committed = sum(end <= length for end in ends)
        kept = notes[:committed]
        assert delivered(connection) == delivered_of(kept), length
        connection.close()


def delivered(connection):
    return connection.execute("SELECT total(delivered_s) FROM stages").fetchone()[0]


def delivered_of(notes):
    """Seconds that these notes say were delivered."""
    total = highest = 0.0
    for note in notes:
        if isinstance(note, StageBegan):
            total, highest = total + highest, 0.0
        elif isinstance(note, Sample | StageEnded):
            highest = max(highest, note.delivered_s)
    return total + highest


def test_the_service_opens_what_a_cut_leaves_and_ends_the_session(tmp_path):
    journal, at_start, log, ends = live(tmp_path / "journal.sqlite3")
    journal.close()
    for number, end in enumerate(ends[:-1]):
        path = tmp_path / f"{number}.sqlite3"
        path.write_bytes(at_start)
        path.with_name(path.name + "-wal").write_bytes(log[: end + FRAME_HEADER])
        after = Journal(path, boot_id="the next boot", durable=False)
        rows = after.connection.execute("SELECT why FROM sessions").fetchall()
        assert rows == [("power",)], number
        after.close()
