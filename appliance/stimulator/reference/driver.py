"""The driver of the reference board."""

from collections.abc import Callable, Mapping
from typing import TypeGuard

from appliance.errors import BoardError
from appliance.session.board import Identity, Link, Output, Report, SetPoint
from appliance.stimulator.link import LinkKeeper
from appliance.stimulator.reference import protocol, reporting, units
from appliance.stimulator.reference.codec import DELIMITER, Decoder, encode
from appliance.stimulator.reference.conversation import Conversation
from appliance.stimulator.serial_port import Line, SerialPort
from appliance.therapy.units import LONG_AGO, NEVER

HELLO_S = 0.5
"""Longest time for the board to identify itself, seconds."""
HELLO_AGAIN_S = 0.1
QUIET_S = protocol.LEASE_MS / 1000 + 0.1

PREAMBLE = DELIMITER * 5
"""Zeros sent before a hello, in case the board is an openEMSstim.

An openEMSstim reads a whole hello at 19200 baud as one character, and obeys some single
characters: `1` closes a relay for good. These zeros hold the line low where that character
has its two lowest bits, and each that it obeys has one of them set.
"""


class ReferenceStimulator:
    """A `Stimulator`: the reference board, or the simulated one, on a serial port.

    Every answer is compared with what was asked. Any disagreement ends the link: off, a
    fault that stays until the board has said hello again, and no way back into the old
    arming.
    """

    def __init__(self, path: str, driver: str = "reference") -> None:
        self.port = SerialPort(path, Line(protocol.BAUD_RATE))
        self.name = driver
        self._link = LinkKeeper(self.port, QUIET_S)
        self._decoder = Decoder()
        self._conversation = Conversation(0.0)
        self._identity: Identity | None = None
        self._sequence = 0
        self._is_idle = True
        """Nothing but off was sent since the last set-point."""
        self._hello_at = LONG_AGO
        self._hello_until = NEVER
        self._heard_anything = False
        self._answers: list[protocol.Report] = []
        self._composed: Report | None = None
        self._basis = (Link.DOWN, self._link.faults, Output.UNKNOWN)

    @property
    def details(self) -> Mapping[str, str]:
        """By fault of port or link: where the trouble was, and what was seen."""
        return self._link.details

    def fileno(self) -> int | None:
        return self.port.fileno()

    def connect(self, now: float) -> None:
        if not self._link.open(now):
            return
        self._decoder = Decoder()
        self._hello_until = now + HELLO_S
        self._heard_anything = False
        self._next_sequence()
        self._say_hello(now)

    def poll(self, now: float) -> Report:
        self._link.quiet_at(now)
        answers: list[protocol.Report] = []
        for message in self._receive(now):
            self._hear(message, answers, now)
        if answers:
            # One poll may bring several: combine all of them, so that no fault is lost.
            self._answers = answers
            self._composed = None
        self._judge_silence(now)
        return self._report(now)

    def apply(self, set_point: SetPoint, now: float) -> None:
        talk = self._conversation
        board = self._identity if self._link.state is Link.UP else None
        if not board or not talk.newest or talk.must_begin_with_off(now):
            self.off(now)
            return
        self._is_idle = False
        self._next_sequence()
        asked = units.on_the_wire(
            set_point,
            board.channels,
            flows=talk.agreed_at is not None,
            newest=talk.newest,
            sequence=self._sequence,
        )
        talk.expect(asked, now)
        self._send(encode(asked), now)

    def off(self, now: float) -> None:
        self._is_idle = True
        if self._link.state is Link.CONNECTING:
            # Until the board is known the hello is sent instead of off: it switches off as well.
            if now - self._hello_at >= HELLO_AGAIN_S:
                self._say_hello(now)
            return
        try:
            self.port.send_first(self._off_frame())
        except BoardError as error:
            self._link.lose_port(error, now)
        if self._link.state is Link.UP:
            self._conversation.expect(protocol.Off(self._sequence), now)
            self._composed = None

    def close(self, now: float) -> None:
        self.port.close(self._off_frame())
        self._link.down(now)

    def next_deadline(self, now: float) -> float:
        if self._link.state is Link.CONNECTING:
            return self._hello_until
        if self._link.state is Link.UP:
            return self._conversation.silent_at(idle=self._is_idle)
        quiet_at = self._link.quiet_at(now)
        return quiet_at if quiet_at > now else NEVER

    # Sending

    def _next_sequence(self) -> None:
        self._sequence = (self._sequence + 1) & 0xFFFF

    def _off_frame(self) -> bytes:
        # The zero ends whatever frame was cut in two to let this one pass.
        self._next_sequence()
        return DELIMITER + encode(protocol.Off(self._sequence))

    def _say_hello(self, now: float) -> None:
        self._hello_at = now
        hello = protocol.Hello(self._sequence, protocol.LAYOUT)
        self._send(PREAMBLE + encode(hello), now)

    def _send(self, frame: bytes, now: float) -> None:
        try:
            self.port.send(frame)
        except BoardError as error:
            self._link.lose_port(error, now)

    # Hearing

    def _receive(self, now: float) -> list[protocol.Message]:
        try:
            self.port.resume()
            data = self.port.receive()
        except BoardError as error:
            self._link.lose_port(error, now)
            return []
        if not data:
            return []
        self._heard_anything = True
        return self._decoder.feed(data)

    def _hear(self, message: protocol.Message, answers: list[protocol.Report], now: float) -> None:
        if self._link.state is Link.CONNECTING and isinstance(message, protocol.Identity):
            self._identify(message, now)
        elif self._is_answer(message):
            answers.append(message)
            self._judge(message, now)

    def _is_answer(self, message: protocol.Message) -> TypeGuard[protocol.Report]:
        return (
            self._link.state is Link.UP
            and isinstance(message, protocol.Report)
            and self._conversation.is_answer(message)
        )

    def _identify(self, said: protocol.Identity, now: float) -> None:
        if said.sequence != self._sequence:
            return
        if said.name != protocol.BOARD_NAME:
            self._link.reject("board_not_the_one", now)
        elif said.layout != protocol.LAYOUT:
            self._link.lose("board_layout", now, _what_to_flash(said))
            self.port.close()
        else:
            self._identity = reporting.identity(said, self.name)
            self._conversation = Conversation(now)
            self._answers = []
            self._link.up()

    def _judge(self, report: protocol.Report, now: float) -> None:
        fault = self._conversation.hear(report, now)
        if fault:
            self._link.lose(fault, now)
            self.off(now)

    def _judge_silence(self, now: float) -> None:
        if self._link.state is Link.UP and now >= self._conversation.silent_at(idle=self._is_idle):
            self._link.lose("board_silent", now)
            self.off(now)
        elif self._link.state is Link.CONNECTING and now >= self._hello_until:
            if self._heard_anything:
                self._link.reject("board_not_the_one", now)
            else:
                self._link.lose("board_silent", now)

    # Reporting

    def _report(self, now: float) -> Report:
        basis = (self._link.state, self._link.faults, self._output(now))
        if self._composed is None or basis != self._basis:
            # Most polls bring nothing new, and building the report costs most of a poll.
            self._basis = basis
            self._composed = self._compose(basis[2])
        return self._composed

    def _compose(self, output: Output) -> Report:
        board = self._identity if self._link.state is Link.UP else None
        return reporting.compose(self._link, board, self._conversation, self._answers, output)

    def _output(self, now: float) -> Output:
        if self._link.state is Link.UP:
            return Output.ON if self._conversation.may_flow() else Output.OFF
        return Output.OFF if now >= self._link.quiet_at(now) else Output.UNKNOWN


def open_reference(
    path: str, read_clock: Callable[[], float], accept_research_board: bool
) -> ReferenceStimulator:
    """The driver of a real board. The board itself holds the lease, and needs no clock of ours."""
    return ReferenceStimulator(path)


def open_simulated(
    path: str, read_clock: Callable[[], float], accept_research_board: bool
) -> ReferenceStimulator:
    """The driver of the simulated board, which speaks the same protocol."""
    return ReferenceStimulator(path, "simulated")


def _what_to_flash(said: protocol.Identity) -> str:
    return (
        f"firmware {said.major}.{said.minor}.{said.patch} speaks layout {said.layout:08X}, and "
        f"this program {protocol.LAYOUT:08X}: flash the firmware that came with this program "
        "(make -C hardware/firmware flash), or install the program that came with the board"
    )
