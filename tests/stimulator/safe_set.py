"""What a driver may put on the wire, written from the board's tables and not from the driver.

Each set decodes the bytes by itself, as slowly and plainly as it likes. It knows nothing of
the driver's codec, units or conversation.
"""

from typing import Protocol

from appliance.simulator.wire import Wire


class SafeSet(Protocol):
    """Listens to a wire. `broken` is every rule that was broken, with the time."""

    broken: list[str]
    is_late: bool
    """What comes next was written some time ago: the board did not read meanwhile."""

    def host_says(self, data: bytes, now: float) -> None: ...

    def board_says(self, data: bytes, now: float) -> None: ...

    def ended(self, now: float) -> None:
        """The host has closed the port, and everything that it wrote has come through."""


def watch(wire: Wire, safe_set: SafeSet) -> None:
    """Hold whatever the host writes to this wire against its safe set."""
    wire.on_heard.append(safe_set.host_says)
    wire.on_said.append(safe_set.board_says)


class AnythingGoes:
    """The safe set of a driver that has none of its own: nothing is forbidden."""

    is_late = False

    def __init__(self) -> None:
        self.broken: list[str] = []

    def host_says(self, data: bytes, now: float) -> None:
        return None

    def board_says(self, data: bytes, now: float) -> None:
        return None

    def ended(self, now: float) -> None:
        return None
