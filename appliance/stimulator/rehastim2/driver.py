"""The driver of HASOMED's RehaStim2."""

from collections.abc import Callable

from appliance.session.board import Identity, Link
from appliance.stimulator.hasomed.leased_driver import LeasedStimulator
from appliance.stimulator.rehastim2.card import CARD
from appliance.stimulator.rehastim2.codec import Decoder, Packet
from appliance.stimulator.rehastim2.conversation import Conversation
from appliance.stimulator.rehastim2.greeting import Greeting
from appliance.stimulator.rehastim2.messages import (
    BAUD_RATE,
    VERSION,
    WATCHDOG_S,
    Init,
    Request,
    StopList,
    ask,
    new_pending_requests,
    read_reply,
)
from appliance.stimulator.serial_port import Line, SerialPort

QUIET_S = WATCHDOG_S + 0.2
_LINE = Line(BAUD_RATE, parity="E")


class RehaStim2Stimulator(LeasedStimulator[Packet, Request]):
    """A `Stimulator`: a RehaStim2 on a serial port. Channel A is its channel 1, B its channel 2."""

    _stop_request = StopList()
    _talk: Conversation

    def __init__(
        self, path: str, read_clock: Callable[[], float], accept_research_board: bool = False
    ) -> None:
        """`read_clock` is read right before anything that keeps current flowing is sent."""
        port = SerialPort(path, _LINE)
        super().__init__(port, QUIET_S, new_pending_requests(), read_clock, accept_research_board)
        self._greeting = self._new_greeting(0.0)
        self._talk = Conversation(self._pending, 0.0)

    def _new_decoder(self) -> Decoder:
        return Decoder()

    def _new_greeting(self, now: float) -> Greeting:
        return Greeting(self._pending, now, self._is_known)

    def _ask(self, number: int, request: Request) -> bytes:
        return ask(number, request)

    def _new_identity(self) -> Identity:
        """The device says nothing of itself but a version."""
        return CARD.identity(f"RehaStim2, ScienceMode 2 version {VERSION}")

    def _new_conversation(self, now: float) -> Conversation:
        return Conversation(self._pending, now)

    def _hear(self, packet: Packet, now: float) -> None:
        faults = self._link.faults
        is_why = "board_silent" in faults and "board_reset" not in faults
        if self._link.state is Link.DOWN and is_why and isinstance(read_reply(packet), Init):
            # It was silent because it restarted, and says so only now.
            self._link.lose("board_reset", now)
        super()._hear(packet, now)
