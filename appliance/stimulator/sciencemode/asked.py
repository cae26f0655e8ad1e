"""What was asked of the device and not answered yet."""

from appliance.stimulator.sciencemode.codec import MAX_NUMBER, Packet
from appliance.stimulator.sciencemode.messages import Command, Request, command_of
from appliance.stimulator.sciencemode.pulses import Update

NEVER = float("inf")
_ERRORS = (Command.GENERAL_ERROR, Command.UNKNOWN_COMMAND)


class Asked:
    """Requests by number, oldest first. An answer answers every earlier one as well."""

    def __init__(self) -> None:
        self._number = 0
        self._waiting: dict[int, tuple[Request, float]] = {}

    def number(self, request: Request, now: float) -> int:
        """The number under which this is asked now."""
        self._number = (self._number + 1) & MAX_NUMBER
        # What has waited for a whole round of numbers will not be answered any more.
        self._waiting.pop(self._number, None)
        self._waiting[self._number] = (request, now)
        return self._number

    def settle(self, packet: Packet) -> Request | None:
        """The request that this packet answers; None where it answers none."""
        request, _ = self._waiting.get(packet.number, (None, 0.0))
        if request is None:
            return None
        if packet.command != command_of(request) + 1 and packet.command not in _ERRORS:
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
        return max((at for _, at in self._waiting.values()), default=-NEVER)

    def may_set_going(self) -> bool:
        """Whether an unanswered request asks for current."""
        return any(isinstance(one, Update) and one.trains for one, _ in self._waiting.values())
