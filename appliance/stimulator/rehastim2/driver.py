"""The driver of HASOMED's RehaStim2."""

from collections.abc import Callable

from appliance.session.board import Identity, Link
from appliance.stimulator.hasomed.leased_driver import LeasedStimulator
from appliance.stimulator.rehastim2.codec import Decoder, Packet
from appliance.stimulator.rehastim2.conversation import Conversation
from appliance.stimulator.rehastim2.greeting import Greeting
from appliance.stimulator.rehastim2.lists import CURRENT_STEP_MA
from appliance.stimulator.rehastim2.messages import (
    BAUD_RATE,
    VERSION,
    WATCHDOG_S,
    Init,
    Request,
    StopList,
    ask,
    new_asked,
    read_reply,
)
from appliance.stimulator.serial_port import Line, SerialPort
from appliance.therapy.limits import HARD_CURRENT_MA, HARD_FREQUENCY_HZ, HARD_PULSE_WIDTH_US

QUIET_S = WATCHDOG_S + 0.2
_LINE = Line(BAUD_RATE, parity="E")
IDENTITY = Identity(
    driver="rehastim2",
    firmware=f"RehaStim2, ScienceMode 2 version {VERSION}",
    step=CURRENT_STEP_MA,
    maximum=HARD_CURRENT_MA,
    max_pulse_width_us=HARD_PULSE_WIDTH_US,
    max_frequency_hz=HARD_FREQUENCY_HZ,
)
"""Within the appliance's limits and not the device's. It says nothing of itself but a version.

A medical product, for uses among which the lower back is not.
"""


class RehaStim2Stimulator(LeasedStimulator[Packet, Request]):
    """A `Stimulator`: a RehaStim2 on a serial port. Channel A is its channel 1, B its channel 2."""

    name = "rehastim2"
    _stop_request = StopList()
    _talk: Conversation

    def __init__(self, path: str, read_clock: Callable[[], float]) -> None:
        """`read_clock` is looked at right before anything that keeps current going is sent."""
        super().__init__(SerialPort(path, _LINE), QUIET_S, new_asked(), read_clock)
        self._greeting = self._new_greeting(0.0)
        self._talk = Conversation(self._asked, 0.0)

    def _new_decoder(self) -> Decoder:
        return Decoder()

    def _new_greeting(self, now: float) -> Greeting:
        return Greeting(self._asked, now, self._is_known)

    def _ask(self, number: int, request: Request) -> bytes:
        return ask(number, request)

    def _meet(self, now: float) -> None:
        self._welcome(IDENTITY, Conversation(self._asked, now))

    def _hear(self, packet: Packet, now: float) -> None:
        faults = self._link.faults
        is_why = "board_silent" in faults and "board_reset" not in faults
        if self._link.state is Link.DOWN and is_why and isinstance(read_reply(packet), Init):
            # It was silent because it restarted, and says so only now.
            self._link.lose("board_reset", now)
        super()._hear(packet, now)
