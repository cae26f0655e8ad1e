"""Identifying a ScienceMode device, and switching it off, before the link is up.

Until a device has identified itself, it is asked only questions that no device acts upon. A USB
id proves nothing: a P24 has the generic one of its chip's maker.
"""

from appliance.stimulator.hasomed.pending_requests import PendingRequests
from appliance.stimulator.sciencemode.codec import Packet
from appliance.stimulator.sciencemode.messages import (
    GetStatus,
    Level,
    LowStop,
    Request,
    Result,
    Stop,
)
from appliance.stimulator.sciencemode.models import P24, REHAMOVE3, Model
from appliance.stimulator.sciencemode.replies import (
    Ack,
    ExtendedVersion,
    GeneralError,
    MainVersion,
    Status,
    UnknownCommand,
    Version,
    read_reply,
)
from appliance.therapy.units import LONG_AGO

AGAIN_S = 0.15
"""Time to wait for an answer before the next question, seconds."""
PATIENCE_S = 0.6
"""Longest time for the device to identify itself, and again to be off, seconds."""


class Greeting:
    """Asks for the version, then for the status, and stops a level that runs."""

    def __init__(self, pending: PendingRequests[Request], now: float) -> None:
        self.until = now + PATIENCE_S
        """When patience ends, seconds."""
        self.model: Model | None = None
        self.firmware: Version
        """Of the model, once that is known."""
        self.is_done = False
        """The device is identified and no level is active."""
        self._pending = pending
        self._turn = 0
        self._said_at: dict[Request, float] = {}
        self._level: Level | None = None
        self._was_active = False
        self._refused: set[Request] = set()
        self._spoke = False

    def next_request(self, now: float) -> Request | None:
        """The next question, or the stop; None while it is not the time for it."""
        if self.is_done or now < self.next_at():
            return None
        request = self._next()
        self._said_at[request] = now
        self._turn += 1
        self._level = None
        return request

    def next_at(self) -> float:
        """When there is something to ask, seconds. A question is not repeated sooner."""
        said_at = self._said_at.get(self._next(), LONG_AGO)
        return max(self._pending.newest_at, said_at) + AGAIN_S

    def _next(self) -> Request:
        if self.model is None:
            return (REHAMOVE3 if self._turn % 2 else P24).who
        if self._level is None:
            return GetStatus()
        return LowStop() if self._level is Level.LOW_INITIALISED else Stop()

    def hear(self, packet: Packet, now: float) -> None:
        """Take in a packet: a version, a status, or a refusal."""
        reply = read_reply(packet)
        if reply is None:
            return
        self._spoke = True
        request = self._pending.settle(packet)
        if request is None:
            return
        match reply:
            case ExtendedVersion(result=Result.OK):
                self._know(P24, reply.firmware, now)
            case MainVersion(result=Result.OK):
                self._know(REHAMOVE3, reply.firmware, now)
            case Status(result=Result.OK):
                self._level = reply.level
                self.is_done = reply.level is Level.NONE
                self._was_active |= not self.is_done
            case Ack() | UnknownCommand() | GeneralError():
                self._refused.add(request)

    def fault(self, heard_anything: bool) -> str:
        """The id of the fault if the device is not identified and off in time."""
        if self._was_active:
            return "board_disagrees"
        refuses = GetStatus() in self._refused or {P24.who, REHAMOVE3.who} <= self._refused
        is_other = refuses or (heard_anything and not self._spoke)
        return "board_not_the_one" if is_other else "board_silent"

    def _know(self, model: Model, firmware: Version, now: float) -> None:
        self.model, self.firmware = model, firmware
        self.until = now + PATIENCE_S
