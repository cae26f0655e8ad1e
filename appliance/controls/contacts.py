"""A contact between a GPIO pin and ground: its level, and what its edges add to it.

The level decides. An edge wakes the loop and reports changes too short to be read. It may come
late, twice or never.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from appliance.controls.pins import claim, listen
from appliance.records import Fixed

SILENCE_S = 1.0
"""An edge that comes later than this after its change of level counts as lost. A busy machine may
take a third of a second."""


class Edge(Fixed, frozen=True):
    """A contact closed or opened at `at`, seconds."""

    at: float
    contact: "Contact"
    closed: bool


class Contact:
    """A contact between a pin and ground: closed pulls the pin low.

    Raises ControlsError if the pin cannot be opened.
    """

    def __init__(self, pin: int, purpose: str, factory: Any) -> None:
        from gpiozero import InputDevice  # here: takes 60 ms that commands without pins save

        self._device = claim(InputDevice, pin, purpose, factory, pull_up=True)
        self.pin = self._device.pin
        self.failed = False
        self.closed = self._is_closed()
        """The level as it was last read; the last good one while reading fails."""
        self._silent_moves = 0
        self._silent_since = 0.0

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

        A single edge can get lost. Two without any edge mean that edges no longer arrive.
        """
        return self._silent_moves >= 2 and now - self._silent_since >= SILENCE_S

    def close(self) -> None:
        with suppress(Exception):
            self._device.close()

    def _is_closed(self) -> bool:
        return not self.pin.state


class Listener:
    """The edges of several contacts, for the loop's own thread.

    Raises ControlsError if the pins tell no edges.
    """

    def __init__(self, contacts: Sequence[Contact], factory: Any, now: Callable[[], float]) -> None:
        self._contacts = {contact.pin: contact for contact in contacts}
        self._edges = listen(tuple(self._contacts), factory, now)
        self.failed = False
        """Whether the edges could not be read the last time."""

    def fileno(self) -> int | None:
        """The descriptor that can be read when edges wait; None if it is of no use.

        A descriptor that only reports its own failure would keep the loop awake.
        """
        return None if self.failed else self._edges.fileno()

    def take(self) -> list[Edge]:
        """All edges that wait, in the order in which they came."""
        try:
            edges = self._edges.take()
            self.failed = False
        except Exception:  # gpiod and the kernel each raise their own kind
            self.failed = True
            return []
        return [Edge(at, self._contacts[pin], not high) for pin, high, at in edges]

    def close(self) -> None:
        """Listen no more. It can be called twice."""
        with suppress(Exception):
            self._edges.close()
