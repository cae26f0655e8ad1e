"""The log on standard error, written so that nobody who writes it ever waits for its reader."""

import logging
import os
import select
import threading

LINE_BYTES = 2000
"""What a longer line has after this is cut off."""


class LogLines:
    """Lines to a pipe, socket, terminal or file. What would have to wait is dropped and counted.

    A reader that stopped reading, such as a pager, must not hold up the loop that guards a
    person. The descriptor itself is left as it is: whether it blocks is a property that other
    processes share.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._own: int | None = None
        self._rest = b""
        # The journal's and the panel's threads log as well: no other may fill the room that
        # one has just seen. It is held for no longer than a write that cannot wait.
        self._turn = threading.Lock()
        self.dropped = 0
        """Lines lost since the last one that could be written."""

    def write(self, text: str) -> None:
        """Write `text`, which ends a line, or count it as lost. Never waits, never raises."""
        with self._turn:
            if self.dropped and self._put(f"{self.dropped} log lines were lost: nobody read them"):
                self.dropped = 0
            if self.dropped or not self._put(text.rstrip("\n")):
                self.dropped += 1

    def _put(self, line: str) -> bool:
        """Whether the line went out, or at least its beginning: the rest goes before the next."""
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
        # A socket, which is how a journal daemon reads: writable means room for far more.
        poll = select.poll()
        poll.register(self._descriptor, select.POLLOUT)
        if not any(event & select.POLLOUT for _, event in poll.poll(0)):
            raise BlockingIOError
        return os.write(self._descriptor, data)


def _reopened(descriptor: int) -> int:
    """The same pipe, terminal or file, opened once more so as not to block us alone."""
    try:
        flags = os.O_WRONLY | os.O_NONBLOCK | os.O_APPEND | os.O_NOCTTY
        return os.open(f"/dev/fd/{descriptor}", flags)
    except OSError:
        return descriptor


class LogHandler(logging.Handler):
    """What the rooms tell by `logging`, on the same lines."""

    def __init__(self, lines: LogLines) -> None:
        super().__init__(logging.INFO)
        self._lines = lines
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        for line in self.format(record).splitlines():
            self._lines.write(line)


STDERR = LogLines(2)
"""The one log of this process: two would not know of each other's writes."""
