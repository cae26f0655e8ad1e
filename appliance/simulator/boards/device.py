"""What every simulated board has in common: bytes and time in, bytes and pulses out."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar, Protocol

from appliance.simulator.boards.reply_queue import Replies, WireTroubles
from appliance.simulator.body import Body
from appliance.simulator.pulses import Change, Pulse


class Output(Protocol):
    """A simulated output stage."""

    on_pulse: list[Callable[[Pulse], None]]
    on_change: list[Callable[[Change], None]]

    @property
    def in_force(self) -> Sequence[float]:
        """Amplitude of each channel's pulses now, in units of its own; 0 in rest and when off."""


class SimulatedDevice(ABC):
    """A board behind a wire. `now` is in seconds of the caller's clock; nothing here waits."""

    driver: ClassVar[str]
    """The driver that speaks to it, as `[stimulator] driver` names it."""

    body: Body
    output: Output
    troubles: WireTroubles
    _replies: Replies

    @property
    def is_deaf(self) -> bool:
        """Whether it leaves what arrives unread."""
        return self.troubles.deaf

    def port_opened(self, now: float) -> None:
        """The host has opened its end of the wire. Most boards do not notice."""
        return

    @abstractmethod
    def feed(self, data: bytes, now: float) -> None:
        """Bytes have come in from the host."""

    @abstractmethod
    def advance(self, now: float) -> None:
        """Live until `now`."""

    @abstractmethod
    def reset(self, now: float) -> None:
        """Power up anew, as after a dip of the supply."""

    def take_output(self, now: float) -> bytes:
        """What it has to say by now."""
        return self._replies.take(now)

    def next_deadline(self) -> float:
        """When it does something by itself, seconds; `NEVER` if it does not."""
        return min(self._next_event(), self._replies.next_due())

    def next_output(self) -> float:
        """When it says something that it was not just asked, seconds."""
        return self._replies.next_due()

    @abstractmethod
    def _next_event(self) -> float:
        """When it does something by itself other than to reply, seconds."""
