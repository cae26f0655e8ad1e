"""The journal's recorder thread: the loop never waits for it, and notices when it dies."""

import os
import select
import sqlite3
import threading
import time

import pytest

from appliance.journal.database import open_for_reading, open_for_writing
from appliance.journal.journal import Journal
from appliance.journal.recorder import Recorder
from appliance.journal.reopening import ReopeningJournal, Source
from appliance.session.notes import Sample, SessionBegan, SessionEnded, StageBegan, StateEntered
from appliance.therapy.history import History

DEADLINE_S = 20.0


class Loop:
    """The control loop's side: a recorder with its thread, and the pipe that wakes."""

    def __init__(self, path):
        self.path = path
        self.awake, self.wake = os.pipe()
        self.recorders = []

    def recorder(self, monotonic=time.monotonic, **how):
        source = Source(self.path, boot_id="boot", **how)
        recorder = Recorder(source, wake=lambda: os.write(self.wake, b"."), monotonic=monotonic)
        self.recorders.append(recorder)
        return self.recorders[-1]

    def until(self, holds):
        """Sleep on the pipe, and now and then look at the disk, until `holds`."""
        deadline = time.monotonic() + DEADLINE_S
        poll = select.poll()
        poll.register(self.awake, select.POLLIN)
        while not holds():
            assert time.monotonic() < deadline, "nothing happened"
            if poll.poll(10):
                os.read(self.awake, 1000)

    def asked(self, recorder, now=0.0):
        """What the loop gets when it asks and sleeps on nothing but the pipe."""
        recorder.request_histories(["Me"], now)
        poll = select.poll()
        poll.register(self.awake, select.POLLIN)
        while (histories := recorder.take_histories()) is None:
            assert poll.poll(DEADLINE_S * 1000), "nobody woke the loop"
            os.read(self.awake, 1000)
        return histories

    def states(self):
        """What is on the disk, seen from outside."""
        if not self.path.exists():
            return []
        try:
            connection = open_for_reading(self.path)
        except OSError:
            return []
        try:
            return [s for (s,) in connection.execute("SELECT state FROM state_changes")]
        except sqlite3.Error:
            return []
        finally:
            connection.close()

    def close(self):
        for recorder in self.recorders:
            recorder.close(DEADLINE_S)
        os.close(self.awake)
        os.close(self.wake)


@pytest.fixture
def loop(tmp_path):
    loop = Loop(tmp_path / "journal.sqlite3")
    yield loop
    loop.close()


def entered(state, at=0.0):
    return StateEntered(at, "Me", state)


def test_outside_a_session_everything_is_on_the_disk_at_once(loop):
    recorder = loop.recorder()
    recorder.put([entered("locked")])
    loop.until(lambda: loop.states() == ["locked"])
    recorder.put([entered("checklist")])
    loop.until(lambda: loop.states() == ["locked", "checklist"])


def test_a_session_is_on_the_disk_before_it_ends(loop):
    recorder = loop.recorder()
    recorder.put([SessionBegan(0.0, "Me", "routine", True, 600.0)])
    recorder.put([StageBegan(0.0, 0, "lower_back", "work", "contracting", 600.0)])
    for second in range(3):
        recorder.put([Sample(float(second), float(second), (5.0, 5.0), (5.0, 5.0))])
    recorder.put([entered("paused")])
    loop.until(lambda: loop.states() == ["paused"])


def test_histories_wake_the_loop_and_know_all_that_was_put_before(loop):
    recorder = loop.recorder()
    recorder.put(
        [
            SessionBegan(0.0, "Me", "routine", True, 600.0),
            StageBegan(0.0, 0, "lower_back", "work", "contracting", 600.0),
            Sample(400.0, 400.0, (5.0, 5.0), (5.0, 5.0)),
        ]
    )
    histories = loop.asked(recorder, now=400.0)
    assert set(histories) == {"Me", "Guest"}
    assert histories["Me"].sessions_today == 1
    assert recorder.take_histories() is None


def test_close_keeps_what_waits(loop):
    recorder = loop.recorder()
    recorder.put([StageBegan(0.0, 0, "lower_back", "work", "contracting", 600.0)])
    recorder.put(entered(f"state {number}") for number in range(100))
    assert recorder.close(DEADLINE_S)
    assert len(loop.states()) == 100


def test_the_journal_survives_power_cuts_by_its_settings(loop):
    loop.asked(loop.recorder())
    outside = sqlite3.connect(loop.path)
    assert outside.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    outside.close()
    # How hard a commit presses is a property of a connection: look at one made the same way.
    same = open_for_writing(loop.path)
    assert same.execute("PRAGMA synchronous").fetchone() == (2,)
    same.close()


def test_a_journal_that_hangs_makes_nobody_wait_and_is_a_fault_after_five_seconds(loop):
    recorder = loop.recorder()
    loop.asked(recorder)
    other = sqlite3.connect(loop.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    recorder.put([entered("locked", at=100.0)])
    recorder.request_histories(["Me"], 100.0)
    assert recorder.faults(104.9) == frozenset()
    assert recorder.faults(105.1) == {"journal_dead"}
    loop.until(lambda: recorder.problem is not None)
    assert recorder.faults(100.1) == {"journal_dead"}
    assert loop.states() == []
    other.execute("ROLLBACK")
    other.close()
    loop.until(lambda: recorder.problem is None)
    assert recorder.faults(106.0) == frozenset()
    assert loop.states() == ["locked"]


class SlowDisk:
    """Stands before a journal's `write`: each one takes two seconds of this clock."""

    def __init__(self, write):
        self.write, self.seconds, self.passed = write, 2.0, threading.Event()
        self.begun = threading.Event()

    def __call__(self, journal, notes, dating):
        self.begun.set()
        assert self.passed.wait(DEADLINE_S)
        clock[0] += self.seconds
        return self.write(journal, notes, dating)


clock = [0.0]
"""The thread's clock in the test of the slow disk, seconds."""


def test_a_disk_of_two_seconds_a_write_delays_no_call_and_is_told(loop, monkeypatch):
    recorder = loop.recorder(monotonic=lambda: clock[0])
    loop.asked(recorder)
    disk = SlowDisk(Journal.write)
    monkeypatch.setattr(Journal, "write", lambda *arguments: disk(*arguments))
    for number in range(5):
        # The disk stands still: a call that waited for it would never return.
        recorder.put([entered("locked", at=100.0 + number)])
        assert disk.begun.wait(DEADLINE_S)
        recorder.request_histories(["Me"], 100.0 + number)
        assert recorder.take_histories() is None
    assert recorder.faults(102.0) == frozenset()
    disk.passed.set()
    loop.until(lambda: loop.states() == ["locked"] * 5)
    loop.until(lambda: recorder.faults(106.0) == {"journal_slow"})
    disk.seconds = 0.01
    recorder.put([entered("locked", at=107.0)])
    loop.until(lambda: recorder.faults(107.0) == frozenset())


def test_a_thread_that_dies_is_a_fault_and_wakes_the_loop(loop):
    def fails(wall, newest):
        raise RuntimeError("the clock has gone")

    recorder = loop.recorder(trust=fails)
    loop.until(lambda: recorder.problem is not None)
    loop.until(lambda: "journal" not in {thread.name for thread in threading.enumerate()})
    assert recorder.faults(0.0) == {"journal_dead"}
    recorder.put([entered("locked")])
    assert not recorder.close(DEADLINE_S)


def test_a_dead_journal_still_answers_with_the_strictest(loop):
    loop.path.mkdir()
    histories = loop.asked(loop.recorder())
    assert histories == {"Me": History(), "Guest": History()}


def test_damage_found_by_the_thread_wakes_the_loop(loop):
    loop.path.write_bytes(b"x" * 5000)
    recorder = loop.recorder()
    loop.until(lambda: recorder.faults(0.0) == {"journal_set_aside"})
    assert loop.asked(recorder)["Me"].readable


def test_the_end_of_a_session_is_not_held_back(loop):
    recorder = loop.recorder()
    recorder.put([SessionBegan(0.0, "Me", "routine", True, 600.0)])
    recorder.put([StageBegan(0.0, 0, "lower_back", "work", "contracting", 600.0)])
    recorder.put([SessionEnded(1.0, "ended"), entered("locked")])
    loop.until(lambda: loop.states() == ["locked"])


def test_a_reading_that_failed_is_a_fault_until_a_reading_succeeds(loop):
    """What else is written in between mends nothing, and the history comes once it can."""
    before = loop.recorder()
    before.put([entered("locked")])
    before.close(DEADLINE_S)
    other = sqlite3.connect(loop.path, isolation_level=None)
    other.execute("ALTER TABLE answers RENAME TO gone")
    recorder = Recorder(Source(loop.path, boot_id="boot"), threaded=False)
    recorder.request_histories(["Me"], 100.0)
    assert recorder.take_histories() == {"Me": History(), "Guest": History()}
    recorder.put([entered("fault", at=101.0)])
    assert "fault" in loop.states()
    assert recorder.faults(101.0) == {"journal_dead"}
    assert recorder.take_histories() is None
    other.execute("ALTER TABLE gone RENAME TO answers")
    other.close()
    recorder.put([entered("fault", at=102.0)])
    assert recorder.faults(102.0) == frozenset()
    assert recorder.take_histories()["Me"].readable
    recorder.close()


def test_a_reading_that_failed_is_tried_again_with_nothing_else_to_do(loop, monkeypatch):
    monkeypatch.setattr("appliance.journal.recorder.RETRY_S", 0.01)
    recorder = loop.recorder()
    recorder.put([entered("locked")])
    loop.asked(recorder)
    other = sqlite3.connect(loop.path, isolation_level=None)
    other.execute("ALTER TABLE answers RENAME TO gone")
    assert loop.asked(recorder, now=1.0)["Me"] == History()
    tried = threading.Event()
    histories = ReopeningJournal.histories

    def counted(journal, people, at):
        try:
            return histories(journal, people, at)
        finally:
            tried.set()

    monkeypatch.setattr(ReopeningJournal, "histories", counted)
    assert tried.wait(DEADLINE_S)
    assert recorder.problem is not None
    other.execute("ALTER TABLE gone RENAME TO answers")
    other.close()
    loop.until(lambda: recorder.problem is None)
    assert recorder.take_histories()["Me"].readable
