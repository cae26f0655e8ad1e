"""A box that goes on in a copy of the process, and is afterwards where it was.

What a process has in memory is copied by the fork. What two boxes would share is given to the
copy anew (the line to the board) or put back when the copy has ended (the folder with the journal).
"""

import os
import shutil
import signal
import socket
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from serial import Serial

from appliance.simulator.virtual_clock import QUIET_MS
from tests.journeys.journey import Box

SECONDS_AT_MOST = 60
"""Of the processor. A copy that takes longer hangs."""
MARK = "!"
"""Begins what a copy says that ended in an error."""
QUIET_WITHIN_STEPS = 2000


class CopyFailedError(Exception):
    """Error raised when a copy of a box broke down. Its text is the copy's traceback."""


def in_a_copy(box: Box, live: Callable[[], str]) -> str:
    """What `live` returns in a copy of this process. Raises CopyFailedError.

    The box must be quiet: see `come_to_rest`.
    """
    reading, writing = os.pipe()
    with _put_back(box.world.folder):
        child = os.fork()
        if child == 0:
            os.close(reading)
            _live_and_end(box, live, writing)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        _, status = os.waitpid(child, 0)
    if status or said.startswith(MARK):
        raise CopyFailedError(said[1:] or f"it ended with status {status}")
    return said


def come_to_rest(box: Box) -> None:
    """Step until no byte is on the way."""
    for _ in range(QUIET_WITHIN_STEPS):
        if box.clock.is_quiet:
            return
        box.step()
    raise CopyFailedError("bytes are on the way all the time")


def _live_and_end(box: Box, live: Callable[[], str], writing: int) -> None:
    """Never returns: what the parent has opened is the parent's to close."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS_AT_MOST)
    try:
        give_a_line(box)
        said = live()
    except BaseException:
        said = MARK + traceback.format_exc()
    with os.fdopen(writing, "w") as pipe:
        pipe.write(said)
    os._exit(0)


_OF_A_TERMINAL = Serial.reset_output_buffer, Serial.out_waiting


def _be_sockets() -> None:
    """Ports of pyserial are on pairs of sockets from now on.

    The bytes are the same as on a pseudo-terminal, and are there at once: no kernel thread has to
    carry them. A pseudo-terminal has nothing unsent either.
    """
    Serial.reset_output_buffer = lambda self: None
    Serial.out_waiting = property(lambda self: 0)


def _be_terminals() -> None:
    Serial.reset_output_buffer, Serial.out_waiting = _OF_A_TERMINAL


def give_a_line(box: Box) -> None:
    """A line of its own under the descriptors of the one that was shared.

    A port that is opened anew is a pseudo-terminal again.
    """
    port: Any = box.driver.port
    host = port.fileno()
    if host is None or not box.wire.is_plugged:
        return
    host_end, board_end = (end.detach() for end in socket.socketpair())
    for end, shared in ((host_end, host), (board_end, box.wire.fileno())):
        os.set_blocking(end, False)
        os.dup2(end, shared, inheritable=False)
    os.close(board_end)  # and the host's stays open: a port that closes is no end of the line
    box.clock.quiet_ms = 0
    _be_sockets()
    open_as_ever, pluggings = port.open, box.wire.pluggings

    def open_a_terminal() -> None:
        port.open = open_as_ever
        _be_terminals()
        box.clock.quiet_ms = QUIET_MS
        if box.wire.is_plugged and box.wire.pluggings == pluggings:
            box.wire.unplug()
            box.wire.plug()
        open_as_ever()

    port.open = open_a_terminal


@contextmanager
def _put_back(folder: Path) -> Iterator[None]:
    """Afterwards the files of the folder are the same ones, with the same content.

    The same inodes as well, because this process has them open, and maps one of them.
    """
    with TemporaryDirectory(dir=folder.parent) as kept_in:
        kept = Path(kept_in)
        content: dict[str, bytes] = {}
        links = {file: file.readlink() for file in folder.iterdir() if file.is_symlink()}
        for file in folder.iterdir():
            if file.is_file() and not file.is_symlink():
                os.link(file, kept / file.name)
                content[file.name] = file.read_bytes()
        yield
        for file in folder.iterdir():
            if file.is_dir() and not file.is_symlink():
                shutil.rmtree(file)
            elif file.name not in content:
                file.unlink()
        for link, leads_to in links.items():
            link.symlink_to(leads_to)
        for name, before in content.items():
            _same_again(folder / name, kept / name, before)


def _same_again(file: Path, kept: Path, before: bytes) -> None:
    if not file.exists() or not file.samefile(kept):
        file.unlink(missing_ok=True)
        os.link(kept, file)
    file.chmod(0o600)
    if file.read_bytes() != before:
        with file.open("r+b") as again:
            again.write(before)
            again.truncate()
