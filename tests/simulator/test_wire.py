"""The simulated board on a real pseudo-terminal, in real time, and its trace."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.errors import BoardError
from appliance.session.board import Ceilings, Link, Report, SetPoint
from appliance.simulator.boards.reference.board import Board
from appliance.simulator.process import BoardProcess
from appliance.simulator.pulses import Change
from appliance.simulator.trace import Trace
from appliance.simulator.wire import Wire, run_board
from appliance.stimulator.reference.driver import ReferenceStimulator
from appliance.stimulator.sciencemode.messages import GetStatus, HighVoltage, Level, ask
from appliance.stimulator.sciencemode.replies import Status, answer

WORK = SetPoint(50, (2, 2), 250, Ceilings(60, 400, 120))
PATIENCE_S = 10.0


class Served:
    """`run_board` in a thread of its own, ended through its stop descriptor."""

    def __init__(self, link: Path | None, trace: Path | None = None) -> None:
        self.path = ""
        self.reader, self.writer = os.pipe()
        self._is_up = threading.Event()
        self._thread = threading.Thread(
            target=run_board, args=(link, trace, self._announce, self.reader)
        )
        self._thread.start()
        self._is_up.wait(PATIENCE_S)

    def _announce(self, path: str) -> None:
        self.path = path
        self._is_up.set()

    def end(self) -> None:
        os.close(self.writer)
        self._thread.join(PATIENCE_S)
        os.close(self.reader)
        assert not self._thread.is_alive()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path / "board", tmp_path / "trace.jsonl")
    yield served
    served.end()


def drive(
    driver: ReferenceStimulator, is_done: Callable[[Report], bool], asked: SetPoint | None = None
) -> Report:
    """Stand for the control loop in real time until the report is as wanted."""
    clock = SystemClock()
    give_up, send_at = clock.now() + PATIENCE_S, clock.now()
    while not is_done(report := driver.poll(clock.now())):
        now = clock.now()
        assert now < give_up, report
        if now >= send_at:
            send_at = now + 0.02
            driver.connect(now)
            driver.apply(asked, now) if asked else driver.off(now)
        descriptor = driver.fileno()
        clock.wait([] if descriptor is None else [descriptor], send_at)
    return report


def is_up(report: Report) -> bool:
    return report.link is Link.UP


def flows(report: Report) -> bool:
    return report.in_force == WORK.amplitude


def test_the_link_leads_to_the_board_and_goes_when_it_ends(tmp_path: Path) -> None:
    served = Served(tmp_path / "board")
    assert served.path == str(tmp_path / "board")
    assert (tmp_path / "board").is_symlink()
    assert (tmp_path / "board").is_char_device()
    served.end()
    assert list(tmp_path.iterdir()) == []


def test_the_board_lives_on_when_the_host_closes_and_opens_the_port(served: Served) -> None:
    for _ in range(3):
        driver = ReferenceStimulator(served.path)
        drive(driver, is_up)
        drive(driver, flows, WORK)
        driver.close(0)


def test_each_change_of_output_is_a_line_of_the_trace_at_once(
    served: Served, tmp_path: Path
) -> None:
    driver, before = ReferenceStimulator(served.path), time.monotonic()
    drive(driver, is_up)
    drive(driver, flows, WORK)
    lines = [json.loads(line) for line in (tmp_path / "trace.jsonl").read_text().splitlines()]
    assert {tuple(line) for line in lines} == {("t", "channel", "ma", "hz", "us", "why")}
    assert {line["channel"] for line in lines} == {"A", "B"}
    assert (lines[0]["ma"], lines[0]["why"]) == (1.0, "ramp")
    assert [line["ma"] for line in lines if line["why"] == "set_point"] == [2.0, 2.0]
    assert all(before < line["t"] < time.monotonic() for line in lines)
    drive(driver, lambda report: report.in_force == (0, 0))
    lines = [json.loads(line) for line in (tmp_path / "trace.jsonl").read_text().splitlines()]
    assert [(line["ma"], line["why"]) for line in lines[-2:]] == [(0, "off"), (0, "off")]
    driver.close(0)


def test_a_silent_host_is_seen_in_the_trace_within_the_lease(tmp_path: Path) -> None:
    # The trace is a pipe here: each line can be waited for.
    os.mkfifo(tmp_path / "trace")
    lines = os.open(tmp_path / "trace", os.O_RDONLY | os.O_NONBLOCK)
    served = Served(tmp_path / "board", tmp_path / "trace")
    driver = ReferenceStimulator(served.path)
    drive(driver, is_up)
    drive(driver, flows, WORK)
    asked_last, told = time.monotonic(), b""
    while b"lease" not in told:
        assert select.select([lines], [], [], PATIENCE_S)[0]
        told += os.read(lines, 4096)
    last = json.loads(told.splitlines()[-1])
    assert (last["ma"], last["why"]) == (0, "lease")
    assert last["t"] <= asked_last + 0.35
    driver.close(0)
    served.end()
    os.close(lines)


def test_a_link_replaces_an_old_one_and_nothing_else(tmp_path: Path) -> None:
    link = tmp_path / "board"
    link.symlink_to("/dev/stale")
    wire = Wire(Board(), link)
    assert link.is_char_device()
    wire.unplug()
    link.write_text("somebody's file")
    with pytest.raises(BoardError, match="exists and is no symlink"):
        Wire(Board(), link)
    assert link.read_text() == "somebody's file"


def test_a_link_that_now_leads_elsewhere_is_left_alone(tmp_path: Path) -> None:
    link = tmp_path / "board"
    older = Wire(Board(), link)
    newer = Wire(Board(), link)
    older.unplug()
    assert link.is_char_device()
    newer.unplug()
    assert not link.is_symlink()


def test_a_link_in_a_folder_that_is_missing_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(BoardError, match="cannot be made"):
        Wire(Board(), tmp_path / "none" / "board")


def test_a_trace_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(BoardError, match="cannot be written"):
        Trace(tmp_path)


def test_a_line_of_the_trace_is_as_promised(tmp_path: Path) -> None:
    with Trace(tmp_path / "trace") as trace:
        trace.write(Change(12.3456789, 1, 10.025, 35.0, 250, "ramp"))
        assert (tmp_path / "trace").read_text() == (
            '{"t": 12.345679, "channel": "B", "ma": 10.025, "hz": 35.0, "us": 250, "why": "ramp"}\n'
        )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    code = (
        "import sys; from pathlib import Path; from appliance.simulator.wire import run_board;"
        "run_board(Path(sys.argv[1]), announce=lambda path: print(path, flush=True))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "board")],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    assert process.stdout
    with process.stdout:
        assert process.stdout.readline().strip() == str(tmp_path / "board").encode()
        process.send_signal(number)
        assert process.wait(PATIENCE_S) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_board_of_its_own_process_serves_and_ends_with_stop(tmp_path: Path) -> None:
    with BoardProcess(tmp_path / "board", "reference") as board:
        driver = ReferenceStimulator(board.path, "simulated")
        report = drive(driver, is_up)
        assert report.identity is not None
        assert report.identity.driver == "simulated"
        driver.close(0)
    assert list(tmp_path.iterdir()) == []


def test_it_ends_with_its_parent_even_when_that_one_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from appliance.simulator.process import *;"
        "b = BoardProcess(Path(sys.argv[1]), 'reference'); b.start();"
        "print(b._process.pid, flush=True);"
        "sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "board")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert parent.stdout and parent.stdin
    with parent.stdout, parent.stdin:
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
        parent.wait(PATIENCE_S)
        # The descriptor of a process can be read once it has ended.
        assert select.select([child], [], [], PATIENCE_S)[0]
        os.close(child)
    assert list(tmp_path.iterdir()) == []


def test_a_board_that_cannot_start_is_a_clear_error(tmp_path: Path) -> None:
    board = BoardProcess(tmp_path / "none" / "board", "reference")
    with pytest.raises(BoardError, match="did not start"):
        board.start()


@pytest.mark.parametrize("model", ["p24", "rehamove3"])
def test_another_model_lives_in_a_process_of_its_own_too(tmp_path: Path, model: str) -> None:
    with BoardProcess(tmp_path / "board", model) as board:
        port = os.open(board.path, os.O_RDWR | os.O_NOCTTY)
        try:
            os.write(port, ask(4, GetStatus()))
            arrived = select.poll()
            arrived.register(port, select.POLLIN)
            assert arrived.poll(PATIENCE_S * 1000)
            assert os.read(port, 100) == answer(4, Status(Level.NONE, HighVoltage.OFF))
        finally:
            os.close(port)
