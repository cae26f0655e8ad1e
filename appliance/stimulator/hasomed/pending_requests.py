"""Pending requests to a HASOMED device, matched to replies by number."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from appliance.therapy.units import LONG_AGO, NEVER


class Answer(Protocol):
    """A packet that may answer a request."""

    @property
    def number(self) -> int: ...

    @property
    def command(self) -> int: ...


RequestT = TypeVar("RequestT")


class PendingRequests(Generic[RequestT]):
    """Requests by number, oldest first. A reply settles every earlier request as well."""

    def __init__(self, max_number: int, answers: Callable[[RequestT, int], bool]) -> None:
        """`answers(request, command)`: whether a packet of this command answers the request."""
        self._max_number = max_number
        self._answers = answers
        self._number = 0
        self._waiting: dict[int, tuple[RequestT, float]] = {}

    def add(self, request: RequestT, now: float) -> int:
        """Add a request that is sent now. Returns the number to send it under."""
        self._number = (self._number + 1) & self._max_number
        # A request that is still pending after a whole round of numbers has no reply to come.
        self._waiting.pop(self._number, None)
        self._waiting[self._number] = (request, now)
        return self._number

    def settle(self, packet: Answer) -> RequestT | None:
        """Remove the request that this packet answers, and return it; None if it answers none."""
        if packet.number not in self._waiting:
            return None
        request, _ = self._waiting[packet.number]
        if not self._answers(request, packet.command):
            return None
        for earlier in list(self._waiting):
            del self._waiting[earlier]
            if earlier == packet.number:
                break
        return request

    def clear(self) -> None:
        """Drop every pending request: no reply is expected any more."""
        self._waiting.clear()

    @property
    def is_owed(self) -> bool:
        """Whether any request is pending."""
        return bool(self._waiting)

    @property
    def oldest_at(self) -> float:
        """When the oldest pending request was sent, seconds; `NEVER` if there is none."""
        return next((at for _, at in self._waiting.values()), NEVER)

    @property
    def newest_at(self) -> float:
        """When the newest pending request was sent, seconds; `LONG_AGO` if there is none."""
        return max((at for _, at in self._waiting.values()), default=LONG_AGO)

    def owes(self, is_one: Callable[[RequestT], bool]) -> bool:
        """Whether a request of this kind is pending."""
        return any(is_one(request) for request, _ in self._waiting.values())
