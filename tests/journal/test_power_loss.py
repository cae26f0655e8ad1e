"""A writer that is killed in the middle of a session loses at most its last second."""

import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source

ROOT = Path(__file__).parents[2]
DEADLINE_S = 30.0
LONG_ENOUGH_S = 2.5
A_SECOND_AND_A_BUSY_DISK_S = 1.5

WRITER = """
import sys
from pathlib import Path
from appliance.clock import SystemClock
from appliance.journal.reopening import Source
from appliance.journal.recorder import Recorder
from appliance.session.notes import Sample, SessionBegan, StageBegan

clock, recorder = SystemClock(), Recorder(Source(Path(sys.argv[1])))
began = clock.now()
recorder.put([SessionBegan(began, "Me", "routine", True, 1200.0)])
recorder.put([StageBegan(began, 0, "lower_back", "work", "contracting", 1200.0)])
while True:
    now = clock.now()
    recorder.put([Sample(now, now - began, (12.0, 14.0), (12.0, 14.0))])
    print(now - began, flush=True)
    clock.wait((), now + 0.02)
"""


def delivered_before_the_kill(path):
    """Let a writer run, kill it, and return what it had delivered when it died, seconds."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    poll = select.poll()
    poll.register(writer.stdout, select.POLLIN)
    deadline, delivered_s = time.monotonic() + DEADLINE_S, 0.0
    while delivered_s < LONG_ENOUGH_S:
        assert poll.poll(max(0.0, deadline - time.monotonic()) * 1000), "the writer says nothing"
        delivered_s = float(writer.stdout.readline())
    writer.send_signal(signal.SIGKILL)
    rest, _ = writer.communicate(timeout=DEADLINE_S)
    assert writer.returncode == -signal.SIGKILL
    whole_lines = rest.splitlines(keepends=True)
    return max([delivered_s, *(float(line) for line in whole_lines if line.endswith("\n"))])


def test_a_killed_writer_loses_at_most_its_last_second(tmp_path):
    path = tmp_path / "journal.sqlite3"
    delivered_s = delivered_before_the_kill(path)
    after = Recorder(Source(path), threaded=False)
    after.request_histories(["Me"], time.monotonic())
    histories = after.take_histories()
    after.close()
    assert histories is not None
    kept_s = histories["Me"].contracting_minutes_today * 60.0
    assert delivered_s - A_SECOND_AND_A_BUSY_DISK_S <= kept_s <= delivered_s
    unfinished = histories["Me"].unfinished
    assert unfinished is not None
    assert unfinished.stages[0].placement == "lower_back"
