"""The log never makes its writer wait, whatever became of its reader. Real descriptors."""

import logging
import os
import pty
import socket
from collections.abc import Iterator

import pytest

from appliance.log import LINE_BYTES, LogHandler, LogLines
from appliance.session.state import State
from tests.journeys.journey import Home

MOST = 20_000
"""More lines of 80 bytes than any pipe or socket holds unless somebody made it so."""
LOST = " log lines were lost: nobody read them"


@pytest.fixture(params=["pipe", "socket", "terminal"])
def ends(request: pytest.FixtureRequest) -> Iterator[tuple[int, int]]:
    """A reader's and a writer's descriptor, the writer's blocking as standard error is."""
    if request.param == "socket":
        left, right = socket.socketpair()
        reader, writer = left.detach(), right.detach()
    else:
        reader, writer = pty.openpty() if request.param == "terminal" else os.pipe()
    assert os.get_blocking(writer)
    yield reader, writer
    os.close(reader)
    os.close(writer)


def fill(lines: LogLines) -> int:
    """Write until nothing more goes in; how many lines did."""
    for written in range(MOST):
        lines.write(f"{written:079}\n")
        if lines.dropped:
            return written
    raise AssertionError("it never got full")


def words(read: bytes) -> list[str]:
    """Its lines, whatever a terminal ends them with."""
    return read.decode().replace("\r", "").splitlines()


def drained(reader: int) -> bytes:
    os.set_blocking(reader, False)
    read = b""
    while True:
        try:
            data = os.read(reader, 65536)
        except BlockingIOError:
            return read
        if not data:
            return read
        read += data


def test_a_full_log_drops_lines_and_says_how_many(ends: tuple[int, int]) -> None:
    reader, writer = ends
    lines = LogLines(writer)
    # A terminal goes on taking a little for a moment after it was full.
    for number in range(MOST):
        lines.write(f"{number:079}\n")
    assert 0 < lines.dropped < MOST
    read = drained(reader)
    lines.write(f"{MOST:079}\n")
    # What was begun is ended: whole lines in order, and every gap is told by its size.
    expected = 0
    for line in words(read + drained(reader)):
        if LOST in line:
            expected += int(line.removesuffix(LOST))
        else:
            assert int(line) == expected
            expected += 1
    assert expected == MOST + 1
    assert lines.dropped == 0


def test_the_descriptor_itself_is_left_as_it_was(ends: tuple[int, int]) -> None:
    writer = ends[1]
    LogLines(writer).write("a line\n")
    assert os.get_blocking(writer)


def test_a_long_line_is_cut_to_what_a_full_pipe_can_take_at_once() -> None:
    reader, writer = os.pipe()
    LogLines(writer).write("x" * 70000 + "\n")
    assert drained(reader) == b"x" * LINE_BYTES + b"\n"
    os.close(reader)
    os.close(writer)


def test_a_reader_that_went_away_ends_nothing() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    lines = LogLines(writer)
    lines.write("to nobody\n")
    assert lines.dropped == 1
    os.close(writer)


def test_what_threads_log_takes_the_same_way() -> None:
    reader, writer = os.pipe()
    told = logging.getLogger("appliance.test_log")
    handler = LogHandler(LogLines(writer))
    told.addHandler(handler)
    told.error("the disk is full:\nmake room")
    told.removeHandler(handler)
    assert drained(reader) == b"ERROR appliance.test_log: the disk is full:\nmake room\n"
    os.close(reader)
    os.close(writer)


def test_the_loop_goes_on_while_nobody_reads_its_log(home: Home) -> None:
    """A pipe that is full from the start: STOP is off as fast as ever, and nothing hangs."""
    reader, writer = os.pipe()
    lines = LogLines(writer)
    fill(lines)
    box = home.knows().boot()
    box.service.ports.log = lines
    box.to_current(6).press_stop().sees(State.STOPPED, output="off")
    assert lines.dropped > 5
    os.close(reader)
    os.close(writer)
