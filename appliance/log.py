"""Logging to standard error that never blocks the writer, even if nobody reads."""

import logging
import os
import select
import threading
from collections import deque
from typing import Protocol

LINE_BYTES = 2000
"""What a longer line has after this is cut off."""
TAIL_LINES = 32


class LogLines:
    """Writes lines to a pipe, socket, terminal or file; drops and counts lines that would block.

    A reader that stops reading, such as a pager, must not delay the control loop. The flags of
    the given descriptor stay unchanged, because other processes share them.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._own: int | None = None
        self._rest = b""
        # The journal's and the panel's threads log too, and another thread must not fill the
        # pipe between check and write. It is held only for a write that does not block.
        self._turn = threading.Lock()
        self.dropped = 0
        """Number of lines lost since the last one that was written."""

    def write(self, text: str) -> None:
        """Write `text` as a line, or count it as lost. Never blocks, never raises."""
        with self._turn:
            if self.dropped and self._put(f"{self.dropped} log lines were lost: nobody read them"):
                self.dropped = 0
            if self.dropped or not self._put(text.rstrip("\n")):
                self.dropped += 1

    def _put(self, line: str) -> bool:
        """Return whether the line was begun; its rest is written before the next line."""
        try:
            if self._rest and not self._flushed():
                return False
            self._rest = line.encode("utf-8", "replace")[:LINE_BYTES] + b"\n"
            whole = self._rest
            self._flushed()
        except OSError:
            self._rest = b""
            return False
        if self._rest == whole:
            self._rest = b""
            return False
        return True

    def _flushed(self) -> bool:
        try:
            self._rest = self._rest[self._send(self._rest) :]
        except BlockingIOError:
            return False
        return not self._rest

    def _send(self, data: bytes) -> int:
        if self._own is None:
            self._own = _reopened(self._descriptor)
        if self._own != self._descriptor:
            return os.write(self._own, data)
        # A socket, as systemd's journal uses: writable means room for far more than a line.
        poll = select.poll()
        poll.register(self._descriptor, select.POLLOUT)
        if not any(event & select.POLLOUT for _, event in poll.poll(0)):
            raise BlockingIOError
        return os.write(self._descriptor, data)


def _reopened(descriptor: int) -> int:
    """The same pipe, terminal or file, opened again so that only our descriptor is non-blocking."""
    try:
        flags = os.O_WRONLY | os.O_NONBLOCK | os.O_APPEND | os.O_NOCTTY
        return os.open(f"/dev/fd/{descriptor}", flags)
    except OSError:
        return descriptor


class Writer(Protocol):
    def write(self, text: str, /) -> object: ...


class Tailed:
    """A log that keeps its newest lines in memory, for those who look at a running service."""

    def __init__(self, log: Writer) -> None:
        self._log = log
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)

    def write(self, text: str) -> None:
        self.tail.append(text.rstrip("\n"))
        self._log.write(text)


class LogHandler(logging.Handler):
    """Sends the records of `logging` to the same lines."""

    def __init__(self, lines: Writer) -> None:
        super().__init__(logging.INFO)
        self._lines = lines
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        for line in self.format(record).splitlines():
            self._lines.write(line)


STDERR = Tailed(LogLines(2))
"""The only log of this process: two would mix their lines."""
