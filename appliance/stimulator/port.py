"""The port of every board driver: what any board can do, without blocking."""

from collections.abc import Mapping
from typing import Protocol

from appliance.session.board import Report, SetPoint


class Stimulator(Protocol):
    """One board on one wire.

    Nothing here waits: every verb does what it can at once and returns. The control
    loop calls `poll` whenever `fileno` can be read and at `next_deadline`, and sends a
    set-point at least every 50 ms, or an off at least once a second. A set-point holds for the
    board's lease only, so that a loop that hangs relaxes the muscle.
    """

    @property
    def details(self) -> Mapping[str, str]:
        """By fault of port or link: where the trouble was, and what was seen."""

    def fileno(self) -> int | None:
        """The descriptor to wait on; None while no port is open."""

    def connect(self, now: float) -> None:
        """Open the port and begin to identify the board. Call outside `stimulating` only.

        Does nothing while connected or connecting. A failure is a fault in the next report.
        """

    def poll(self, now: float) -> Report:
        """Read everything that is waiting, judge the link, and say what is known now."""

    def apply(self, set_point: SetPoint, now: float) -> None:
        """Send one absolute set-point. Replaces any frame that could not be sent yet."""

    def off(self, now: float) -> None:
        """Send off, ahead of anything unsent. Never raises: a dead wire is a fault in `poll`."""

    def close(self, now: float) -> None:
        """Discard what is unsent, send off, close the port."""

    def next_deadline(self, now: float) -> float:
        """When `poll` has something to judge even if nothing arrives, seconds."""


class CountedPort(Protocol):
    """The host's end of a wire. The virtual clock reads its counters."""

    written: int
    """Bytes that the system took, so far."""
    read: int
    """Bytes that came in, so far."""
    discards: int
    """How often written bytes may have been thrown away, so far."""
    openings: int
    """How often the port was opened, so far."""

    def fileno(self) -> int | None:
        """The descriptor to wait on; None while closed."""


class Driver(Stimulator, Protocol):
    """A stimulator on a serial port."""

    @property
    def port(self) -> CountedPort: ...
