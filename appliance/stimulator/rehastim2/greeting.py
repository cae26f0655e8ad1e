"""Identifying a RehaStim2, and switching it off, before the link is up.

The device says Init by itself, and ignores everything until Init is answered. The driver sends
nothing before it has heard Init, so that it disturbs no other board. A device that another host
left running says Init when its watchdog has run out.
"""

from appliance.stimulator.hasomed.pending_requests import PendingRequests
from appliance.stimulator.rehastim2.codec import Packet
from appliance.stimulator.rehastim2.messages import (
    INIT_EVERY_S,
    VERSION,
    WATCHDOG_S,
    GetMode,
    Init,
    InitAck,
    Mode,
    ModeAck,
    Request,
    Result,
    StopList,
    read_reply,
)
from appliance.therapy.units import LONG_AGO, NEVER

AGAIN_S = 0.15
"""Time to wait for an answer before the next question, seconds."""
PATIENCE_S = WATCHDOG_S + INIT_EVERY_S + 0.1
"""Longest time for the device to say Init, and again to be off, seconds."""


class Greeting:
    """Waits for Init, answers it, asks for the mode, and stops a list that runs."""

    def __init__(self, pending: PendingRequests[Request], now: float, is_known: bool) -> None:
        """`is_known`: this device has said Init before, on this opening of the port."""
        self.until = now + PATIENCE_S
        """When patience ends, seconds."""
        self.is_done = False
        """The device is identified and in its start mode."""
        self._pending = pending
        self._may_ask = is_known
        self._owes_ack = False
        self._said_at = LONG_AGO
        self._mode: Mode | None = None
        self._was_active = False
        self._version: int | None = None
        self._spoke = False

    def next_request(self, now: float) -> Request | None:
        """The answer to Init, the next question, or the stop; None while there is none."""
        if self._owes_ack:
            self._owes_ack = False
            return InitAck()
        if self.is_done or now < self.next_at():
            return None
        self._said_at = now
        mode, self._mode = self._mode, None
        return GetMode() if mode is None else StopList()

    def next_at(self) -> float:
        """When there is something to ask, seconds. A question is not repeated sooner."""
        return self._said_at + AGAIN_S if self._may_ask else NEVER

    def hear(self, packet: Packet, now: float) -> None:
        """Take in a packet: an Init or a mode."""
        reply = read_reply(packet)
        if reply is None:
            return
        self._spoke = True
        request = self._pending.settle(packet)
        match reply:
            case Init(version):
                self._version = version
                if version == VERSION:
                    self._greeted(now)
            case ModeAck(mode, Result.OK) if isinstance(request, GetMode):
                self._mode = mode
                self.is_done = mode is Mode.START
                self._was_active |= not self.is_done
                self._said_at = LONG_AGO

    def _greeted(self, now: float) -> None:
        self._pending.clear()
        self._owes_ack = self._may_ask = True
        self._mode = None
        self._said_at = LONG_AGO
        self.until = now + PATIENCE_S

    def fault(self, heard_anything: bool) -> str:
        """The id of the fault if the device is not identified and off in time."""
        if self._version not in (None, VERSION):
            return "board_layout"
        if self._was_active:
            return "board_disagrees"
        return "board_not_the_one" if heard_anything and not self._spoke else "board_silent"
