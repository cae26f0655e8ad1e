"""The driver of HASOMED's P24 and RehaMove3."""

from collections.abc import Callable

from appliance.session.board import Identity, Report
from appliance.stimulator.hasomed.leased_driver import LeasedStimulator
from appliance.stimulator.sciencemode import models
from appliance.stimulator.sciencemode.codec import Decoder, Packet
from appliance.stimulator.sciencemode.conversation import Conversation
from appliance.stimulator.sciencemode.greeting import Greeting
from appliance.stimulator.sciencemode.messages import (
    BAUD_RATE,
    DEAD_MAN_S,
    Request,
    Stop,
    ask,
    new_pending_requests,
)
from appliance.stimulator.serial_port import Line, SerialPort
from appliance.therapy.units import LONG_AGO

QUIET_S = DEAD_MAN_S + 0.2
_LINE = Line(BAUD_RATE, stop_bits=2, rts_cts=True)


class ScienceModeStimulator(LeasedStimulator[Packet, Request]):
    """A `Stimulator`: a P24 or a RehaMove3 on a serial port.

    Channel A is its channel 1 (red), B its channel 2 (blue). It times the pulses itself, from
    one current source: A and B never flow at once, but how far apart they are is its own
    affair.
    """

    _stop_request = Stop()
    _decoder: Decoder
    _greeting: Greeting
    _talk: Conversation

    def __init__(
        self, path: str, read_clock: Callable[[], float], accept_research_board: bool = False
    ) -> None:
        """`read_clock` is read right before anything that keeps current flowing is sent."""
        port = SerialPort(path, _LINE)
        super().__init__(port, QUIET_S, new_pending_requests(), read_clock, accept_research_board)
        self._greeting = Greeting(self._pending, 0.0)
        self._talk = Conversation(models.P24, self._pending, 0.0)
        self._read_at = LONG_AGO

    def poll(self, now: float) -> Report:
        # An answer that came while this process was frozen is as old as the freeze.
        self._talk.read_at = self._read_at
        report = super().poll(now)
        if not self._decoder.waiting:
            self._read_at = now
        return report

    def _new_decoder(self) -> Decoder:
        return Decoder()

    def _new_greeting(self, now: float) -> Greeting:
        return Greeting(self._pending, now)

    def _ask(self, number: int, request: Request) -> bytes:
        return ask(number, request)

    def _new_identity(self) -> Identity:
        return models.identity(self._model, self._greeting.firmware)

    def _new_conversation(self, now: float) -> Conversation:
        return Conversation(self._model, self._pending, now)

    @property
    def _model(self) -> models.Model:
        return self._greeting.model or models.P24
