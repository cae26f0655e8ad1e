"""A contact between a GPIO pin and ground: its level, and the queue of its edges.

The level decides. An edge wakes the loop and reports changes too short to be read. It may come
late, twice or never.
"""

import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from appliance.controls.pins import claim
from appliance.records import Fixed

QUEUE_LENGTH = 4096
"""At most this many edges are kept, so that a chattering line cannot fill the memory."""

SILENCE_S = 1.0
"""An edge that comes later than this after its change of level counts as lost. A busy machine may
take a third of a second."""


class Edge(Fixed, frozen=True):
    """One edge of one contact, and the level of the knob's other contact when it was noticed."""

    at: float
    contact: "Contact"
    closed: bool
    noticed_at: float
    partner_closed: bool = False


class EdgeQueue:
    """Edges from gpiozero's thread to the loop, and a pipe that wakes it."""

    def __init__(self) -> None:
        read_end, write_end = os.pipe()
        for end in (read_end, write_end):
            os.set_blocking(end, False)
        # File objects, not numbers: a late edge after closing must not write into another file
        # that was opened under the same number.
        self._read_end = os.fdopen(read_end, "rb", buffering=0)
        self._write_end = os.fdopen(write_end, "wb", buffering=0)
        self._edges: deque[Edge] = deque(maxlen=QUEUE_LENGTH)

    def fileno(self) -> int:
        """The descriptor that can be read when edges wait."""
        return self._read_end.fileno()

    def put(self, edge: Edge) -> None:
        """Called on another thread."""
        self._edges.append(edge)
        self._write_end.write(b"\0")

    def take(self) -> list[Edge]:
        """All edges that wait, in the order in which they came."""
        # The pipe is emptied first: an edge in between then wakes once too often, never too
        # seldom.
        while self._read_end.read(QUEUE_LENGTH):
            pass
        return [self._edges.popleft() for _ in range(len(self._edges))]

    def close(self) -> None:
        self._write_end.close()
        self._read_end.close()


class Contact:
    """A contact between a pin and ground: closed pulls the pin low.

    Raises ControlsError if the pin cannot be opened.
    """

    def __init__(self, pin: int, purpose: str, factory: Any, now: Callable[[], float]) -> None:
        from gpiozero import InputDevice  # here: takes 60 ms that commands without pins save

        self._device = claim(InputDevice, pin, purpose, factory, pull_up=True)
        self._pin = self._device.pin
        self._now = now
        self._age_s = getattr(factory, "edge_age_s", _no_age)
        self._queue: EdgeQueue | None = None
        self._partner: Contact | None = None
        self.failed = False
        self.closed = self._is_closed()
        """The level as it was last read; the last good one while reading fails."""
        self._silent_moves = 0
        self._silent_since = 0.0

    def listen(self, queue: EdgeQueue, partner: "Contact | None" = None) -> None:
        """Put every edge into the queue from now on, each with the partner's level."""
        self._queue, self._partner = queue, partner
        self._pin.edges = "both"
        self._pin.when_changed = self._moved

    def poll(self, now: float, heard: bool) -> None:
        """Read the level; `heard` is whether an edge of this contact came since the last time."""
        before = self.closed
        try:
            self.closed = self._is_closed()
            self.failed = False
        except Exception:  # gpiozero, lgpio and the kernel each raise their own kind
            self.failed = True
        if self.closed != before:
            self._silent_moves += 1
            self._silent_since = now
        if heard:
            self._silent_moves = 0

    def is_deaf(self, now: float) -> bool:
        """Whether the level changed twice without any edge.

        One missing edge may be lost; two mean that the event thread is dead.
        """
        return self._silent_moves >= 2 and now - self._silent_since >= SILENCE_S

    def close(self) -> None:
        with suppress(Exception):
            self._pin.when_changed = None
        with suppress(Exception):
            self._device.close()

    def _is_closed(self) -> bool:
        return not self._pin.state

    def _moved(self, ticks: Any, state: Any) -> None:
        # This runs on gpiozero's only thread for all pins. It must not raise and decides nothing.
        with suppress(Exception):
            self._note(self._age_s(ticks), not state)

    def _note(self, age_s: float, closed: bool) -> None:
        if self._queue is not None:
            partner_closed = self._partner is not None and self._partner._is_closed()
            now = self._now()
            self._queue.put(Edge(now - age_s, self, closed, now, partner_closed))


def _no_age(ticks: Any) -> float:
    return 0.0
