"""The driver of HASOMED's P24 and RehaMove3."""

from collections.abc import Callable

from appliance.errors import BoardError
from appliance.session.board import BoardState, Identity, Link, Output, Report, SetPoint
from appliance.stimulator.link import LinkKeeper
from appliance.stimulator.sciencemode import models
from appliance.stimulator.sciencemode.asked import NEVER, Asked
from appliance.stimulator.sciencemode.codec import Decoder, Packet
from appliance.stimulator.sciencemode.conversation import Conversation, WrongAnswerError
from appliance.stimulator.sciencemode.greeting import Greeting
from appliance.stimulator.sciencemode.messages import (
    BAUD_RATE,
    DEAD_MAN_S,
    Request,
    Stop,
    ask,
)
from appliance.stimulator.sciencemode.replies import read_reply
from appliance.stimulator.serial_port import Line, SerialPort

LEASE_S = 0.3
"""A set-point holds for so long, as on the reference board. The device itself would go on for
2 s, so the driver ends it, and the relay in the leads does where the driver cannot."""
QUIET_S = DEAD_MAN_S + 0.2
MEND = b"\x0f"
"""Ends a frame that was cut in two: the start of the next one alone could be taken for the
second half of an escaped byte."""
_LINE = Line(BAUD_RATE, stop_bits=2, rts_cts=True)


class ScienceModeStimulator:
    """A `Stimulator`: a P24 or a RehaMove3 on a serial port.

    The device echoes nothing but the success of each command: `in_force` is what it last
    agreed to, `agreed_at` when it last did. Channel A is its channel 1 (red), B its channel 2
    (blue). It times the pulses itself, from one current source: A and B never flow at once,
    but how far apart they are is its own affair.
    """

    name = "sciencemode"

    def __init__(
        self, path: str, read_clock: Callable[[], float], accept_research_board: bool = False
    ) -> None:
        """`read_clock` is looked at right before anything that keeps current going is sent."""
        self.port = SerialPort(path, _LINE)
        self._read_clock = read_clock
        self._accepts = accept_research_board
        self._link = LinkKeeper(self.port, QUIET_S)
        self._decoder = Decoder()
        self._asked = Asked()
        self._greeting = Greeting(self._asked, 0.0)
        self._talk = Conversation(models.P24, self._asked, 0.0)
        self._identity: Identity | None = None
        self._is_known = False
        """This opening of the port has led to a device of ours."""
        self._heard_anything = False
        self._wanted: SetPoint | None = None
        self._flows = False
        self._renewed_at = -NEVER

    @property
    def detail(self) -> str:
        """The exact words of the last trouble with port or link; empty when there is none."""
        return self._link.detail

    def fileno(self) -> int | None:
        return self.port.fileno()

    def connect(self, now: float) -> None:
        self._is_known = self._is_known and self.port.is_open
        if not self._link.open(now):
            return
        self._decoder = Decoder()
        self._asked.forget()
        self._heard_anything = False
        self._greeting = Greeting(self._asked, now)
        self._go_on(now)

    def poll(self, now: float) -> Report:
        self._link.quiet_at(now)
        for packet in self._receive(now):
            self._hear(packet, now)
        self._judge_time(now)
        self._go_on(now)
        return self._report(now)

    def apply(self, set_point: SetPoint, now: float) -> None:
        if self._link.state is not Link.UP:
            self.off(now)
            return
        if self._lease_is_over(now):
            self._stall(now)
            return
        # Nothing flows before a set-point of zero has been agreed to.
        self._flows = self._talk.agreed_at is not None
        self._wanted, self._renewed_at = set_point, now
        self._go_on(now)

    def off(self, now: float) -> None:
        self._wanted = None
        if self._is_confirmed_off() or not self._is_known:
            self._go_on(now)
        else:
            self._stop(now)

    def close(self, now: float) -> None:
        self._wanted = None
        self.port.close(*((self._frame(Stop(), now), MEND) if self._is_known else ()))
        self._link.down(now)

    def next_deadline(self, now: float) -> float:
        if self._link.state is Link.CONNECTING:
            return min(self._greeting.until, max(now, self._greeting.next_at()))
        if self._link.state is Link.UP:
            lease_ends = self._renewed_at + LEASE_S if self._talk.is_live else NEVER
            lost_at = self._talk.lost_at()
            return min(self._talk.silent_at(), lease_ends, lost_at if lost_at > now else NEVER)
        quiet_at = self._link.quiet_at(now)
        return quiet_at if quiet_at > now else NEVER

    # Sending

    def _go_on(self, now: float) -> None:
        """Send what comes next, if it is its time."""
        if self._link.state is Link.CONNECTING:
            request = self._greeting.next_request(now)
        elif self._link.state is Link.UP:
            request = self._talk.next_request(self._wanted, self._flows, now)
        else:
            return
        if isinstance(request, Stop):
            self._stop(now)
        elif request is not None:
            self._send(request, now)

    def _send(self, request: Request, now: float) -> None:
        frame = self._frame(request, now)
        # After the frame is made, and right before it is written: a process that was frozen
        # in between must not bring its muscle back to life.
        if self._lease_is_over(now):
            self._stall(now)
            return
        try:
            self.port.send(frame)
        except BoardError as error:
            self._link.lose_port(error, now)

    def _stop(self, now: float) -> None:
        late = self._talk.is_late(now)
        try:
            self.port.send_first(self._frame(Stop(), now), MEND, late=late)
        except BoardError as error:
            self._link.lose_port(error, now)

    def _frame(self, request: Request, now: float) -> bytes:
        frame = ask(self._asked.number(request, now), request)
        self._talk.expect(request, now)
        return frame

    def _is_confirmed_off(self) -> bool:
        return self._link.state is Link.UP and self._talk.is_off

    # The lease

    def _lease_is_over(self, now: float) -> bool:
        """Whether nobody has asked for current for too long while it may flow."""
        if self._link.state is not Link.UP or not self._talk.is_live:
            return False
        return max(now, self._read_clock()) >= self._renewed_at + LEASE_S

    def _stall(self, now: float) -> None:
        """Whoever comes back from a gap finds the device off, and the link to be made anew."""
        self._fail("loop_stalled", now)

    def _fail(self, fault: str, now: float, why: str = "") -> None:
        self._link.lose(fault, now, why)
        self.off(now)

    # Hearing

    def _receive(self, now: float) -> list[Packet]:
        try:
            self.port.resume()
            data = self.port.receive()
        except BoardError as error:
            self._link.lose_port(error, now)
            return []
        self._heard_anything |= bool(data)
        return self._decoder.feed(data) if data else []

    def _hear(self, packet: Packet, now: float) -> None:
        reply = read_reply(packet)
        if reply is None:
            return
        if self._link.state is Link.CONNECTING:
            self._greeting.hear(packet, reply, now)
            if self._greeting.is_done:
                self._meet(now)
        elif self._link.state is Link.UP:
            try:
                self._talk.hear(packet, reply, now)
            except WrongAnswerError as error:
                self._fail(error.fault, now, error.why)

    def _meet(self, now: float) -> None:
        """The device is one of ours, and it is off."""
        model = self._greeting.model or models.P24
        self._identity = models.identity(model, self._greeting.firmware)
        if self._identity.research_only and not self._accepts:
            self._link.reject("board_restricted", now)
            return
        self._is_known = True
        self._talk = Conversation(model, self._asked, now)
        self._link.up()

    def _judge_time(self, now: float) -> None:
        if self._link.state is Link.UP:
            if self._lease_is_over(now):
                self._stall(now)
            elif now >= self._talk.silent_at():
                self._fail("board_silent", now)
        elif self._link.state is Link.CONNECTING and now >= self._greeting.until:
            fault = self._greeting.fault(self._heard_anything)
            if self._is_known:
                # Nobody knows what it is doing: off goes on being sent.
                self._link.lose(fault, now)
            else:
                self._link.reject(fault, now)

    # Reporting

    def _report(self, now: float) -> Report:
        output, talk = self._output(now), self._talk
        in_force = (0.0, 0.0) if output is Output.OFF else talk.in_force
        if self._link.state is not Link.UP:
            return Report(
                at=talk.heard_at,
                link=self._link.state,
                state=BoardState.UNKNOWN,
                output=output,
                in_force=in_force,
                faults=self._link.faults,
            )
        battery_faults = talk.battery_faults()
        return Report(
            at=talk.heard_at,
            link=Link.UP,
            identity=self._identity,
            state=talk.state,
            output=output,
            in_force=in_force,
            contact=talk.contact,
            battery_low=bool(battery_faults),
            faults=self._link.faults | battery_faults,
            agreed_at=talk.agreed_at,
            refusals=talk.refusals,
        )

    def _output(self, now: float) -> Output:
        if self._link.state is Link.UP:
            return Output.ON if self._talk.may_flow() else Output.OFF
        return Output.OFF if now >= self._link.quiet_at(now) else Output.UNKNOWN
