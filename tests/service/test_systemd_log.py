"""Entries for systemd's journal, taken apart at the far end of a real datagram socket."""

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.log import LogHandler, LogLines, SystemdLog, Tailed, is_read_by_systemd
from appliance.session.state import State
from tests.journeys.journey import Home
from tests.service.test_log import LOST, drained

Entry = dict[str, str]


class Journald:
    """The far end: takes the datagrams apart as systemd's journal does."""

    def __init__(self, address: Path) -> None:
        self.address = address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(address))
        self._socket.setblocking(False)

    def read(self) -> list[Entry]:
        entries = []
        while True:
            try:
                entries.append(taken_apart(self._socket.recv(65536)))
            except BlockingIOError:
                return entries

    def close(self) -> None:
        self._socket.close()


def taken_apart(data: bytes) -> Entry:
    entry = {}
    while data:
        name, _, data = data.partition(b"\n")
        if b"=" in name:
            name, _, value = name.partition(b"=")
        else:
            size = int.from_bytes(data[:8], "little")
            value, data = data[8 : 8 + size], data[9 + size :]
        entry[name.decode()] = value.decode()
    return entry


@pytest.fixture
def journald(tmp_path: Path) -> Iterator[Journald]:
    journald = Journald(tmp_path / "socket")
    yield journald
    journald.close()


@pytest.fixture
def stderr() -> Iterator[tuple[int, int]]:
    reader, writer = os.pipe()
    yield reader, writer
    os.close(reader)
    os.close(writer)


@pytest.fixture
def log(journald: Journald, stderr: tuple[int, int]) -> Iterator[SystemdLog]:
    log = SystemdLog(LogLines(stderr[1]), journald.address)
    yield log
    log.close()


def test_an_entry_carries_message_priority_and_fields(journald: Journald, log: SystemdLog) -> None:
    log.write("12.500 fault pads\n", priority=3, fields={"fault": "pads", "detail": "a\nb=c"})
    assert journald.read() == [
        {
            "MESSAGE": "12.500 fault pads",
            "PRIORITY": "3",
            "SYSLOG_IDENTIFIER": "ems-appliance",
            "EMS_FAULT": "pads",
            "EMS_DETAIL": "a\nb=c",
        }
    ]


def test_a_journal_that_takes_nothing_holds_nobody_up(journald: Journald, log: SystemdLog) -> None:
    for number in range(1000):
        log.write(f"{number}")
    assert 0 < log.dropped < 1000
    messages = [entry["MESSAGE"] for entry in journald.read()]
    log.write("heard again")
    lost, last = journald.read()
    assert lost["MESSAGE"] == f"{1000 - len(messages)}{LOST}" and lost["PRIORITY"] == "4"
    assert last["MESSAGE"] == "heard again" and log.dropped == 0


def test_without_a_journal_the_line_goes_to_standard_error(
    journald: Journald, log: SystemdLog, stderr: tuple[int, int]
) -> None:
    journald.address.unlink()
    log.write("a line\n", fields={"event": "state"})
    assert drained(stderr[0]) == b"a line\n"
    assert log.dropped == 0


def test_what_threads_log_has_its_priority(journald: Journald, log: SystemdLog) -> None:
    told = logging.getLogger("appliance.test_systemd_log")
    handler = LogHandler(log)
    told.addHandler(handler)
    told.error("the disk is full:\nmake room")
    told.removeHandler(handler)
    first, second = journald.read()
    assert first["PRIORITY"] == second["PRIORITY"] == "3"
    assert second["MESSAGE"] == "make room"
    assert second["EMS_LOGGER"] == "appliance.test_systemd_log"


def test_the_service_says_state_and_fault_in_fields(
    home: Home, journald: Journald, log: SystemdLog
) -> None:
    box = home.knows().boot()
    box.wait(5.0).sees(State.LOCKED)
    box.service.ports.log = Tailed(log)
    box.unplug().sees(State.FAULT)
    heard = journald.read()
    entered = next(entry for entry in heard if entry["EMS_EVENT"] == "state")
    assert (entered["EMS_CAME_FROM"], entered["EMS_STATE"]) == ("locked", "fault")
    assert entered["MESSAGE"].startswith(entered["EMS_AT"])
    fault = next(entry for entry in heard if entry["EMS_EVENT"] == "fault")
    assert (fault["EMS_FAULT"], fault["EMS_STATE"]) == ("board_lost", "fault")
    assert fault["PRIORITY"] == "3" and fault["EMS_DETAIL"]


def test_only_a_descriptor_that_the_journal_reads_is_taken_for_one(
    stderr: tuple[int, int],
) -> None:
    status = os.fstat(stderr[1])
    named = {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}
    assert is_read_by_systemd(stderr[1], named)
    assert not is_read_by_systemd(stderr[1], {})
    # A pipe of a child, which has inherited the variable.
    reader, writer = os.pipe()
    assert not is_read_by_systemd(writer, named)
    os.close(reader)
    os.close(writer)
    assert not is_read_by_systemd(writer, named), "closed"


def test_a_process_whose_standard_error_is_a_terminal_or_a_pipe_writes_plain_lines() -> None:
    program = "from appliance.log import PROCESS_LOG; PROCESS_LOG.write('a line')"
    said = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"JOURNAL_STREAM": "1:1"}, capture_output=True, check=True,
    )  # fmt: skip
    assert said.stderr == b"a line\n"
