"""A signal in the middle of a stage: the real service, the real board process, real time."""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.log import LogLines
from appliance.service.control_socket import NotRunningError
from appliance.session.lease import LEASE_S
from appliance.session.notes import ChecklistCompleted
from tests.service.processes import Process, status_of, write_settings


class Hand:
    """Moves the pins of the service's process, one move at a time, and looks at `status`."""

    def __init__(self, run: Process, folder: Path) -> None:
        self._run = run
        self._folder = folder

    def __call__(self, after_s: float, what: str, number: float) -> dict[str, Any]:
        self._run.say(f"{after_s} {what} {number}")
        assert self._run.line() == "done"
        return self.sees()

    def sees(self) -> dict[str, Any]:
        return status_of(self._folder)

    def until(self, state: str, after_s: float, what: str, number: float) -> dict[str, Any]:
        """The same move over and over, as long as something else is on the screen."""
        for _ in range(40):
            if (seen := self.sees())["state"] == state:
                return seen
            self(after_s, what, number)
        raise AssertionError(f"{state} did not come: {seen}")


@pytest.fixture
def journal(tmp_path: Path) -> None:
    """Who uses the box has just been through the full list; it is half a minute long."""
    recorder = Recorder(Source(tmp_path / "journal.sqlite3"), threaded=False)
    recorder.put([ChecklistCompleted(time.monotonic(), "Me", True)])
    recorder.close()


def delivered(trace: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in trace.read_text().splitlines()]


def flows(trace: Path) -> Iterator[str]:
    """The channels that carry current after the last change."""
    last = {change["channel"]: change["ma"] for change in delivered(trace)}
    return (channel for channel, ma in last.items() if ma > 0)


def end_while_current_flows(tmp_path: Path, number: signal.Signals) -> None:
    """Lead a person into a stage, send the signal, and judge what the board delivered."""
    settings, trace = write_settings(tmp_path), tmp_path / "trace.jsonl"
    with Process("board", "--link", str(tmp_path / "board"), "--trace", str(trace)) as board:
        board.line()
        with Process(str(settings), module="tests.service.handled_run") as run:
            run.told("state self_test -> locked")
            hand = Hand(run, tmp_path)
            hand.until("checklist", 1.2, "confirm", 0.1)
            hand.until("choosing", 1.6, "confirm", 0.8)
            hand.until("preparing", 0.4, "confirm", 0.1)
            while hand.sees()["step"] != "stop_test":
                hand(0.4, "confirm", 0.1)
            hand.until("placing", 0.4, "stop", 0.3)
            hand.until("ready", 1.2, "confirm", 0.1)
            hand.until("stimulating", 1.2, "confirm", 1.3)
            while len(list(flows(trace))) < 2:
                hand(0.5, "turn", 1)
            signalled_at = time.monotonic()
            assert run.terminate(number) == 0
            ended_at = time.monotonic()
            assert run.err.splitlines()[-1].endswith(" end")
            enable = json.loads(run.out)
        changes = [change for change in delivered(trace) if change["t"] > signalled_at]
        off = {change["channel"]: change for change in changes if change["ma"] == 0}
        assert set(off) == {"A", "B"}
        # The service said so: the board did not have to notice that its lease ran out.
        assert {change["why"] for change in off.values()} == {"off"}
        assert all(change["t"] - signalled_at < LEASE_S for change in off.values())
        assert all(change["t"] < ended_at for change in changes)
        assert not list(flows(trace))
        assert board.terminate() == 0
    assert not enable["level"] and enable["edges"] > 20


@pytest.mark.usefixtures("journal")
def test_sigterm_while_current_flows_is_off_then_enable_low_then_the_end(tmp_path: Path) -> None:
    end_while_current_flows(tmp_path, signal.SIGTERM)


@pytest.mark.usefixtures("journal")
def test_a_terminal_that_hangs_up_while_current_flows_is_off_first_too(tmp_path: Path) -> None:
    end_while_current_flows(tmp_path, signal.SIGHUP)


def test_under_nohup_the_service_outlives_its_terminal(tmp_path: Path) -> None:
    settings = write_settings(tmp_path, driver="simulated")
    with Process("run", "--config", str(settings), inside=("nohup",)) as run:
        run.told("state self_test -> locked")
        run.process.send_signal(signal.SIGHUP)
        # A service that took the signal would end before it serves another request.
        assert status_of(tmp_path)["state"] == "locked"
        assert run.terminate() == 0


def test_a_service_whose_log_nobody_reads_starts_serves_and_ends(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    log = LogLines(writer)
    while not log.dropped:
        log.write("x" * 79)
    settings = write_settings(tmp_path, driver="simulated")
    with Process("run", "--config", str(settings), stderr=writer) as run:
        deadline = time.monotonic() + 30.0
        state = None
        while state != "locked" and time.monotonic() < deadline:
            with suppress(NotRunningError):
                state = status_of(tmp_path)["state"]
        assert state == "locked"
        assert run.terminate() == 0
    os.close(reader)
    os.close(writer)
