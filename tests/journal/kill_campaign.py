"""Kills a writer of the journal at seeded random moments, and judges what each kill leaves.

`python -m tests.journal.kill_campaign 1000` runs as many; a test runs a few.
"""

import multiprocessing
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.session.notes import Sample, SessionBegan, SessionEnded, StageBegan, StageEnded
from appliance.therapy.history import StageLeft

LONGEST_S = 0.6
"""A kill comes within this time of the writer's start."""
STEP_S = 0.005
LOST_S = 1.0
"""What a kill may cost."""
BUSY_S = 1.0
"""What a busy machine adds to a commit."""
STAGES = (StageLeft("lower_back", "work", 20.0),)


def write_sessions(path: Path, told: int) -> None:
    """Write short sessions until killed; the descriptor `told` gets the time of each sample."""
    recorder = Recorder(Source(path, trust=lambda wall, newest: True))
    while True:
        began = time.monotonic()
        recorder.put([SessionBegan(began, "Me", "routine", True, 1200.0, None, STAGES)])
        recorder.put([StageBegan(began, 0, "lower_back", "work", "contracting", 1200.0)])
        for _ in range(40):
            time.sleep(STEP_S)
            now = time.monotonic()
            recorder.put([Sample(now, now - began, (12.0, 14.0), (12.0, 14.0))])
            os.write(told, f"{now}\n".encode())
        recorder.put([StageEnded(now, now - began, "ended"), SessionEnded(now, "ended")])


def kill_once(folder: Path, seed: int) -> str | None:
    """Kill one writer; what is wrong with what it leaves, or None."""
    path, moment_s = folder / f"{seed}.sqlite3", random.Random(seed).uniform(0.02, LONGEST_S)
    read_end, write_end = os.pipe()
    writer = multiprocessing.get_context("fork").Process(
        target=write_sessions, args=(path, write_end), daemon=True
    )
    writer.start()
    os.close(write_end)
    time.sleep(moment_s)
    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join()
    with os.fdopen(read_end) as pipe:
        told = [float(line) for line in pipe.read().splitlines(keepends=True) if "\n" in line]
    return judge(path, max(told, default=None))


def judge(path: Path, last_told: float | None) -> str | None:
    """Open the journal as the next start does and look at all that it holds."""
    after = Recorder(Source(path, trust=lambda wall, newest: True), threaded=False)
    problem = after.problem
    after.close()
    if problem is not None:
        return problem
    connection = sqlite3.connect(path)
    try:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            return "the file is damaged"
        if connection.execute("PRAGMA foreign_key_check").fetchall():
            return "a row refers to nothing"
        if connection.execute("SELECT count(*) FROM sessions WHERE why IS NULL").fetchone()[0]:
            return "a session is still open"
        newest = connection.execute("SELECT max(last_at_s) FROM sessions").fetchone()[0]
    finally:
        connection.close()
    if last_told is None or newest is None:
        # Killed before the first commit, which may take a second.
        return None
    lost_s = last_told - newest
    return f"the last {lost_s:.2f} s are lost" if lost_s > LOST_S + BUSY_S else None


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(count):
            problem = kill_once(Path(folder), seed)
            if problem:
                wrong += 1
                print(f"seed {seed}: {problem}")
            for leftover in Path(folder).iterdir():
                leftover.unlink()
    print(f"{count} kills, {wrong} journals with something wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
