"""Edges of pins, handed to the loop's own thread through one descriptor.

The GPIO chip's edges come from the kernel (`kernel_edges.py`). All other pins, mock pins among
them, report theirs by a callback, and `CalledEdges` passes those on in the same way.
"""

import os
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple, Protocol

QUEUE_LENGTH = 1024
"""At most this many edges wait, so that a chattering line cannot fill the memory. The kernel keeps
no more for one request."""


class PinEdge(NamedTuple):
    """A gpiozero pin changed to high or low at `at`, seconds of the loop's clock."""

    pin: Any
    high: bool
    at: float


class Edges(Protocol):
    """Both edges of some pins, as long as it is open."""

    def fileno(self) -> int:
        """The descriptor that can be read when edges wait."""

    def take(self) -> list[PinEdge]:
        """The edges that wait, in the order in which they came. Raises OSError."""

    def close(self) -> None:
        """Listen no more. It can be called twice."""


class CalledEdges:
    """Edges that gpiozero calls back for, on a thread of its own, and a pipe that wakes the loop.

    Mock pins call back on the thread that moves them.
    """

    def __init__(self, pins: Sequence[Any], now: Callable[[], float]) -> None:
        read_end, write_end = os.pipe()
        for end in (read_end, write_end):
            os.set_blocking(end, False)
        # File objects, not numbers: a late edge after closing must not write into another file
        # that was opened under the same number.
        self._read_end = os.fdopen(read_end, "rb", buffering=0)
        self._write_end = os.fdopen(write_end, "wb", buffering=0)
        self._now = now
        self._edges: deque[PinEdge] = deque(maxlen=QUEUE_LENGTH)
        # gpiozero keeps no callback alive.
        self._callbacks = {pin: partial(self._called, pin) for pin in pins}
        for pin, callback in self._callbacks.items():
            pin.edges = "both"
            pin.when_changed = callback

    def fileno(self) -> int:
        return self._read_end.fileno()

    def take(self) -> list[PinEdge]:
        # The pipe is emptied first: an edge in between then wakes once too often, never too
        # seldom.
        while self._read_end.read(QUEUE_LENGTH):
            pass
        return [self._edges.popleft() for _ in range(len(self._edges))]

    def close(self) -> None:
        for pin in self._callbacks:
            with suppress(Exception):
                pin.when_changed = None
        self._write_end.close()
        self._read_end.close()

    def _called(self, pin: Any, ticks: Any, state: Any) -> None:
        # This may be the only thread for all pins. It must not raise and decides nothing.
        with suppress(Exception):
            self._edges.append(PinEdge(pin, bool(state), self._now()))
            self._write_end.write(b"\0")
