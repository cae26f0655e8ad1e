"""What was asked of a device and not answered yet, where each answer repeats a number."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from appliance.therapy.units import LONG_AGO, NEVER


class Answer(Protocol):
    """A packet that may be an answer."""

    @property
    def number(self) -> int: ...

    @property
    def command(self) -> int: ...


RequestT = TypeVar("RequestT")


class Asked(Generic[RequestT]):
    """Requests by number, oldest first. An answer answers every earlier one as well."""

    def __init__(self, max_number: int, answers: Callable[[RequestT, int], bool]) -> None:
        """`answers`: whether a request is answered by a packet of this command."""
        self._max_number = max_number
        self._answers = answers
        self._number = 0
        self._waiting: dict[int, tuple[RequestT, float]] = {}

    def number(self, request: RequestT, now: float) -> int:
        """The number under which this is asked now."""
        self._number = (self._number + 1) & self._max_number
        # What has waited for a whole round of numbers will not be answered any more.
        self._waiting.pop(self._number, None)
        self._waiting[self._number] = (request, now)
        return self._number

    def settle(self, packet: Answer) -> RequestT | None:
        """The request that this packet answers; None where it answers none."""
        request, _ = self._waiting.get(packet.number, (None, 0.0))
        if request is None or not self._answers(request, packet.command):
            return None
        for earlier in list(self._waiting):
            del self._waiting[earlier]
            if earlier == packet.number:
                break
        return request

    def forget(self) -> None:
        """Nothing that was asked so far is waited for any more."""
        self._waiting.clear()

    @property
    def is_owed(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._waiting)

    @property
    def oldest_at(self) -> float:
        """Since when an answer is owed, seconds."""
        return next((at for _, at in self._waiting.values()), NEVER)

    @property
    def newest_at(self) -> float:
        """When the last unanswered request was sent, seconds."""
        return max((at for _, at in self._waiting.values()), default=LONG_AGO)

    def owes(self, is_one: Callable[[RequestT], bool]) -> bool:
        """Whether a request of this kind is unanswered."""
        return any(is_one(request) for request, _ in self._waiting.values())
