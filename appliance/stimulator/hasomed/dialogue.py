"""What a leased driver needs of its protocol: a decoder, a greeting, a conversation."""

from typing import Protocol, TypeVar

from appliance.session.board import BoardState, Contact, SetPoint
from appliance.stimulator.hasomed.pending_requests import Answer
from appliance.therapy.units import Pair

PacketT = TypeVar("PacketT", bound=Answer)
InPacketT = TypeVar("InPacketT", bound=Answer, contravariant=True)
RequestT = TypeVar("RequestT")
OutRequestT = TypeVar("OutRequestT", covariant=True)


class Decoder(Protocol[PacketT]):
    """Bytes in, packets out."""

    def feed(self, data: bytes) -> list[PacketT]: ...


class Greeting(Protocol[InPacketT, OutRequestT]):
    """Identifies the device, and switches it off."""

    until: float
    """When patience ends, seconds."""
    is_done: bool

    def next_request(self, now: float) -> OutRequestT | None: ...

    def next_at(self) -> float: ...

    def hear(self, packet: InPacketT, now: float) -> None: ...

    def fault(self, heard_anything: bool) -> str: ...


class Conversation(Protocol[InPacketT, RequestT]):
    """The next request to an identified device, and the verdict on its answers."""

    heard_at: float
    """When the last valid answer came, seconds."""
    agreed_at: float | None
    """When the device last agreed to a set-point since it was last off, seconds."""
    in_force: Pair
    """Amplitude per channel, mA, that it last agreed to."""
    refusals: int

    def next_request(self, wanted: SetPoint | None, flows: bool, now: float) -> RequestT | None:
        """`flows`: whether the wanted amplitudes count. If not, zero is asked for."""

    def expect(self, request: RequestT, now: float) -> None: ...

    def hear(self, packet: InPacketT, now: float) -> None:
        """Raises WrongAnswerError."""

    @property
    def is_live(self) -> bool:
        """Whether a set-point is in force or on its way, a rest included."""

    @property
    def is_off(self) -> bool:
        """Whether the device has confirmed that it is off."""

    @property
    def state(self) -> BoardState: ...

    @property
    def contact(self) -> tuple[Contact, Contact]: ...

    def may_flow(self) -> bool:
        """Whether current flows, or may flow by now, as far as is known."""

    def silent_at(self, *, idle: bool) -> float:
        """When the device's silence becomes a fault, seconds. `idle`: nothing but off is wanted."""

    def lost_at(self) -> float:
        """When a missing answer counts as lost, seconds."""

    def is_late(self, now: float) -> bool:
        """Whether the device is behind with its answers, so that unread requests may wait in it."""

    def battery_faults(self) -> frozenset[str]: ...
