"""A pseudo-terminal with a simulated board behind it."""

import contextlib
import os
import select
import signal
import threading
import tty
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from appliance.clock import SystemClock
from appliance.errors import BoardError
from appliance.simulator.boards.models import make_device
from appliance.simulator.trace import Trace

_READ_BYTES = 4096
_NAP_S = 60.0


class Device(Protocol):
    """What can sit behind a wire: bytes and time in, bytes out."""

    @property
    def is_deaf(self) -> bool:
        """Whether it leaves what arrives unread."""

    def feed(self, data: bytes, now: float) -> None: ...

    def advance(self, now: float) -> None: ...

    def take_output(self, now: float) -> bytes: ...

    def next_deadline(self) -> float: ...

    def next_output(self) -> float: ...


class Wire:
    """A pseudo-terminal in raw mode; a symlink at `link`, if given, always leads to it.

    The far side is held open here as well, so that the board goes on living while no host,
    or the next host, has the port open.
    """

    def __init__(self, device: Device, link: Path | None = None) -> None:
        self.device = device
        self.received = 0
        """Bytes that came from the host, so far."""
        self.sent = 0
        """Bytes that went to the host, so far."""
        self.pluggings = 0
        """How often the cable was plugged in."""
        self.on_heard: list[Callable[[bytes, float], None]] = []
        """Called with the host's bytes and the time, seconds."""
        self.on_said: list[Callable[[bytes, float], None]] = []
        """Called with the board's bytes and the time, seconds."""
        self.on_opened: list[Callable[[float], None]] = []
        """Called with the time when the host opens its end; in virtual time only."""
        self._link = link
        self._near = self._far = -1
        self._terminal = ""
        self.plug()

    @property
    def path(self) -> str:
        """The port for the host to open."""
        return str(self._link or self._terminal)

    @property
    def is_plugged(self) -> bool:
        return self._near >= 0

    def fileno(self) -> int:
        """The board's side; can be read when the host has written."""
        return self._near

    def plug(self) -> None:
        """Plug the cable in. Raises BoardError if the link cannot be made."""
        self._near, self._far = os.openpty()
        tty.setraw(self._far)
        os.set_blocking(self._near, False)
        self._terminal = os.ttyname(self._far)
        if self._link:
            _point(self._link, self._terminal)
        self.pluggings += 1

    def unplug(self) -> None:
        """Pull the cable: the host's port hangs up, and its name is gone."""
        if not self.is_plugged:
            return
        if self._link and self._link.is_symlink() and str(self._link.readlink()) == self._terminal:
            self._link.unlink(missing_ok=True)
        os.close(self._near)
        os.close(self._far)
        self._near = self._far = -1

    def pump(self, now: float) -> None:
        """Hand over what the host has written, and write what the board answers."""
        if self._near >= 0 and not self.device.is_deaf:
            try:
                data = os.read(self._near, _READ_BYTES)
            except BlockingIOError:
                data = b""
            self.received += len(data)
            for listener in self.on_heard if data else ():
                listener(data, now)
            self.device.feed(data, now)
        self.advance(now)

    def advance(self, now: float) -> None:
        """Let the board live until `now`, and write what it says."""
        self.device.advance(now)
        said = self.device.take_output(now)
        if said and self._near >= 0:
            for listener in self.on_said:
                listener(said, now)
            # A host that does not read loses what does not fit, as on a real line.
            with contextlib.suppress(BlockingIOError):
                self.sent += os.write(self._near, said)

    def next_deadline(self) -> float:
        """When the board does something by itself, seconds."""
        return self.device.next_deadline()

    def next_output(self) -> float:
        """When the board has something to say without being asked again, seconds."""
        return self.device.next_output()


def run_board(
    link: Path | None = None,
    trace: Path | None = None,
    announce: Callable[[str], None] | None = None,
    stop: int | None = None,
    model: str = "reference",
) -> None:
    """Serve a simulated board in real time until SIGTERM, SIGINT, or `stop` can be read.

    `announce` is called once with the port's path; `model` is one of `MODELS`. Raises
    BoardError if the link or the trace cannot be made.
    """
    board = make_device(model, int.from_bytes(os.urandom(4), "little"))
    with contextlib.ExitStack() as stack:
        if trace:
            board.output.on_change.append(stack.enter_context(Trace(trace)).write)
        wire = Wire(board, link)
        stack.callback(wire.unplug)
        stops = [stack.enter_context(_signals())] + ([] if stop is None else [stop])
        if announce:
            announce(wire.path)
        _serve(wire, stops)


def _serve(wire: Wire, stops: list[int]) -> None:
    clock = SystemClock()
    ended = select.poll()
    for descriptor in stops:
        ended.register(descriptor, select.POLLIN)
    while not ended.poll(0):
        until = min(wire.next_deadline(), clock.now() + _NAP_S)
        clock.wait([*stops, wire.fileno()], until)
        wire.pump(clock.now())


@contextlib.contextmanager
def _signals() -> Iterator[int]:
    """A descriptor that can be read after SIGTERM or SIGINT."""
    reader, writer = os.pipe()
    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            before[number] = signal.signal(number, lambda *_: os.write(writer, b"."))
    try:
        yield reader
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reader)
        os.close(writer)


def _point(link: Path, target: str) -> None:
    """Make the symlink in one step, so that it is never missing or half made."""
    if link.exists() and not link.is_symlink():
        raise BoardError(f"{link}: exists and is no symlink; choose another path for the board")
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    try:
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(target)
        fresh.replace(link)
    except OSError as error:
        raise BoardError(f"{link}: cannot be made ({error.strerror}); choose another") from error
