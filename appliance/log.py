"""Logging that never blocks the writer, even if nobody reads.

Lines go to standard error. Where that is systemd's journal, they go there as entries with fields,
which `journalctl EMS_EVENT=fault` finds. The libraries for that wait until the journal takes an
entry, which the control loop may not; hence the few lines of its protocol here.
"""

import logging
import os
import select
import socket
import syslog
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, TextIO

LINE_BYTES = 2000
"""Longest line; the rest of a longer one is cut off."""
TAIL_LINES = 32
SYSTEMD_SOCKET = Path("/run/systemd/journal/socket")
IDENTIFIER = "ems-appliance"

INFO = syslog.LOG_INFO
WARNING = syslog.LOG_WARNING
ERROR = syslog.LOG_ERR

Fields = Mapping[str, object]
NO_FIELDS: Fields = {}


class Writer(Protocol):
    """An object that takes lines. If it takes only text, it ignores priority and fields."""

    def write(
        self, text: str, /, *, priority: int = INFO, fields: Fields = NO_FIELDS
    ) -> object: ...


class LossyLog(ABC):
    """Drops and counts what would block; a reader that stops must not delay the control loop."""

    def __init__(self) -> None:
        # The journal's and the panel's threads log too, and another thread must not fill the
        # pipe between check and write. It is held only for a write that does not block.
        self._turn = threading.Lock()
        self.dropped = 0
        """Number of lines lost since the last one that was written."""

    def write(self, text: str, /, *, priority: int = INFO, fields: Fields = NO_FIELDS) -> None:
        """Write `text` as a line, or count it as lost. Never blocks, never raises."""
        with self._turn:
            lost = f"{self.dropped} log lines were lost: nobody read them"
            if self.dropped and self._put(lost.encode(), WARNING, NO_FIELDS):
                self.dropped = 0
            line = text.rstrip("\n").encode("utf-8", "replace")[:LINE_BYTES]
            if self.dropped or not self._put(line, priority, fields):
                self.dropped += 1

    @abstractmethod
    def _put(self, line: bytes, priority: int, fields: Fields) -> bool:
        """Return whether the line was taken. Never blocks, never raises."""


class LogLines(LossyLog):
    """Writes lines to a pipe, socket, terminal or file.

    The flags of the given descriptor stay unchanged, because other processes share them.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._own: int | None = None
        self._rest = b""

    def _put(self, line: bytes, priority: int, fields: Fields) -> bool:
        """Return whether the line was begun; its rest is written before the next line."""
        try:
            if self._rest and not self._flushed():
                return False
            self._rest = line + b"\n"
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


class SystemdLog(LossyLog):
    """Sends entries to systemd's journal, by its native protocol (systemd.io).

    What the journal refuses, or cannot be asked to take, goes to `otherwise` as a plain line.
    """

    def __init__(self, otherwise: Writer, address: Path = SYSTEMD_SOCKET) -> None:
        super().__init__()
        self._otherwise, self._address = otherwise, str(address)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)

    def _put(self, line: bytes, priority: int, fields: Fields) -> bool:
        entry: dict[str, object] = {
            "MESSAGE": line, "PRIORITY": priority, "SYSLOG_IDENTIFIER": IDENTIFIER
        }  # fmt: skip
        entry |= {f"EMS_{name.upper()}": value for name, value in fields.items()}
        data = b"".join(_field(name, value) for name, value in entry.items())
        try:
            # To an address each time: the journal may be started anew.
            self._socket.sendto(data, socket.MSG_DONTWAIT, self._address)
        except BlockingIOError:
            return False
        except OSError:
            self._otherwise.write(line.decode("utf-8", "replace"))
        return True

    def close(self) -> None:
        self._socket.close()


def _field(name: str, value: object) -> bytes:
    data = value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
    if b"\n" not in data:
        return b"%s=%s\n" % (name.encode(), data)
    return b"%s\n%s%s\n" % (name.encode(), len(data).to_bytes(8, "little"), data)


class TextLines:
    """Lines in a text file, which has room for everything."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str, /, *, priority: int = INFO, fields: Fields = NO_FIELDS) -> None:
        self._file.write(text)


class Tailed:
    """A log that keeps its newest lines in memory, for those who look at a running service."""

    def __init__(self, log: Writer) -> None:
        self._log = log
        self.tail: deque[str] = deque(maxlen=TAIL_LINES)

    def write(self, text: str, /, *, priority: int = INFO, fields: Fields = NO_FIELDS) -> None:
        self.tail.append(text.rstrip("\n"))
        self._log.write(text, priority=priority, fields=fields)


class LogHandler(logging.Handler):
    """Sends the records of `logging` to the same lines."""

    def __init__(self, lines: Writer) -> None:
        super().__init__(logging.INFO)
        self._lines = lines
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        priority, fields = _priority(record.levelno), {"logger": record.name}
        for line in self.format(record).splitlines():
            self._lines.write(line, priority=priority, fields=fields)


def _priority(level: int) -> int:
    if level >= logging.ERROR:
        return ERROR
    return WARNING if level >= logging.WARNING else INFO


def is_read_by_systemd(descriptor: int, environ: Mapping[str, str]) -> bool:
    """Whether what is written there ends in systemd's journal, as `systemd.exec(5)` has it."""
    try:
        status = os.fstat(descriptor)
    except OSError:
        return False
    return environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


def _log_of_process() -> Writer:
    lines = LogLines(2)
    return SystemdLog(lines) if is_read_by_systemd(2, os.environ) else lines


PROCESS_LOG = Tailed(_log_of_process())
"""The only log of this process: two would mix their lines."""
