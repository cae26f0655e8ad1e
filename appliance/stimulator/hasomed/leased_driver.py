"""The driver of a device that replies to each command and times its pulses by itself.

Such a device goes on for seconds when its host falls silent. The driver therefore ends a set-point
that was not renewed within the lease; where the driver cannot, the relay in the leads opens.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Generic

from appliance.errors import BoardError
from appliance.session.board import BoardState, Identity, Link, Output, Report, SetPoint
from appliance.session.lease import LEASE_S
from appliance.stimulator.hasomed.dialogue import (
    Conversation,
    Decoder,
    Greeting,
    PacketT,
    RequestT,
)
from appliance.stimulator.hasomed.pending_requests import PendingRequests
from appliance.stimulator.link import LinkKeeper, WrongAnswerError
from appliance.stimulator.serial_port import SerialPort
from appliance.therapy.units import LONG_AGO, NEVER

MEND = b"\x0f"
"""Ends a frame that was cut in two. Without it the start byte of the next frame could be read as
the second half of an escaped byte."""


class LeasedStimulator(ABC, Generic[PacketT, RequestT]):
    """A `Stimulator`: the part that does not depend on the protocol.

    The device echoes nothing but the success of each command: `in_force` is what it last
    agreed to, `agreed_at` when it last did.
    """

    _stop_request: RequestT
    _greeting: Greeting[PacketT, RequestT]
    _talk: Conversation[PacketT, RequestT]

    def __init__(
        self,
        port: SerialPort,
        quiet_s: float,
        pending: PendingRequests[RequestT],
        read_clock: Callable[[], float],
        accept_research_board: bool,
    ) -> None:
        """`quiet_s`: time after our last frame until the device is off by itself, seconds.

        `read_clock` is read right before anything that keeps current flowing is sent.
        """
        self.port = port
        self._read_clock = read_clock
        self._accepts_research = accept_research_board
        self._link = LinkKeeper(port, quiet_s)
        self._pending = pending
        self._decoder = self._new_decoder()
        self._identity: Identity | None = None
        self._is_known = False
        """Since the port was opened, a device of this driver has identified itself."""
        self._heard_anything = False
        self._wanted: SetPoint | None = None
        self._flows = False
        self._renewed_at = LONG_AGO

    @abstractmethod
    def _new_decoder(self) -> Decoder[PacketT]: ...

    @abstractmethod
    def _new_greeting(self, now: float) -> Greeting[PacketT, RequestT]: ...

    @abstractmethod
    def _new_identity(self) -> Identity:
        """What the device is that the greeting has found."""

    @abstractmethod
    def _new_conversation(self, now: float) -> Conversation[PacketT, RequestT]:
        """The conversation with the device that the greeting has found."""

    @abstractmethod
    def _ask(self, number: int, request: RequestT) -> bytes:
        """The frame of a request."""

    @property
    def details(self) -> Mapping[str, str]:
        """By fault of port or link: where the trouble was, and what was seen."""
        return self._link.details

    def fileno(self) -> int | None:
        return self.port.fileno()

    def connect(self, now: float) -> None:
        self._is_known = self._is_known and self.port.is_open
        if not self._link.open(now):
            return
        self._decoder = self._new_decoder()
        self._pending.clear()
        self._heard_anything = False
        self._greeting = self._new_greeting(now)
        self._go_on(now)

    def poll(self, now: float) -> Report:
        self._link.quiet_at(now)
        # Judged before reading: after a gap the device reports only the effects of the gap.
        self._judge_lease(now)
        for packet in self._receive(now):
            self._hear(packet, now)
        self._judge_time(now)
        self._go_on(now)
        return self._report(now)

    def apply(self, set_point: SetPoint, now: float) -> None:
        if self._link.state is not Link.UP:
            self.off(now)
            return
        if self._judge_lease(now):
            return
        # Nothing flows before a set-point of zero has been agreed to.
        self._flows = self._talk.agreed_at is not None
        self._wanted, self._renewed_at = set_point, now
        self._go_on(now)

    def off(self, now: float) -> None:
        self._wanted = None
        is_confirmed_off = self._link.state is Link.UP and self._talk.is_off
        if is_confirmed_off or not self._is_known:
            self._go_on(now)
        else:
            self._stop(self._stop_request, now)

    def close(self, now: float) -> None:
        self._wanted = None
        last = (self._frame(self._stop_request, now), MEND) if self._is_known else ()
        self.port.close(*last)
        self._link.down(now)

    def next_deadline(self, now: float) -> float:
        if self._link.state is Link.CONNECTING:
            return min(self._greeting.until, max(now, self._greeting.next_at()))
        if self._link.state is Link.UP:
            lease_ends = self._renewed_at + LEASE_S if self._talk.is_live else NEVER
            silent_at = self._talk.silent_at(idle=self._wanted is None)
            lost_at = self._talk.lost_at()
            return min(silent_at, lease_ends, lost_at if lost_at > now else NEVER)
        quiet_at = self._link.quiet_at(now)
        return quiet_at if quiet_at > now else NEVER

    # Sending

    def _go_on(self, now: float) -> None:
        """Send the next request, if one is due."""
        if self._link.state is Link.CONNECTING:
            request = self._greeting.next_request(now)
        elif self._link.state is Link.UP:
            # What was heard may be older than this step's time says: see `_send`.
            now = max(now, self._read_clock())
            request = self._talk.next_request(self._wanted, self._flows, now)
        else:
            return
        if isinstance(request, type(self._stop_request)):
            self._stop(request, now)
        elif request is not None:
            self._send(request, now)

    def _send(self, request: RequestT, now: float) -> None:
        frame = self._frame(request, now)
        # Judged right before the write: a process that was frozen must not start current again.
        if self._judge_lease(now):
            return
        try:
            self.port.send(frame)
        except BoardError as error:
            self._link.lose_port(error, now)

    def _stop(self, request: RequestT, now: float) -> None:
        try:
            late = self._talk.is_late(now)
            self.port.send_first(self._frame(request, now), MEND, late=late)
        except BoardError as error:
            self._link.lose_port(error, now)

    def _frame(self, request: RequestT, now: float) -> bytes:
        frame = self._ask(self._pending.add(request, now), request)
        self._talk.expect(request, now)
        return frame

    # The lease

    def _judge_lease(self, now: float) -> bool:
        """Switch off if no set-point came for longer than the lease while current may flow.

        True if it did: the link has to be made anew.
        """
        if self._link.state is not Link.UP or not self._talk.is_live:
            return False
        if max(now, self._read_clock()) < self._renewed_at + LEASE_S:
            return False
        self._fail("loop_stalled", now)
        return True

    def _fail(self, fault: str, now: float, why: str = "") -> None:
        self._link.lose(fault, now, why)
        self.off(now)

    def _receive(self, now: float) -> list[PacketT]:
        try:
            self.port.resume()
            data = self.port.receive()
        except BoardError as error:
            self._link.lose_port(error, now)
            return []
        self._heard_anything |= bool(data)
        return self._decoder.feed(data) if data else []

    def _hear(self, packet: PacketT, now: float) -> None:
        if self._link.state is Link.CONNECTING:
            self._greeting.hear(packet, now)
            if self._greeting.is_done:
                self._meet(now)
        elif self._link.state is Link.UP:
            try:
                self._talk.hear(packet, now)
            except WrongAnswerError as error:
                self._fail(error.fault, now, error.why)

    def _meet(self, now: float) -> None:
        """The device is identified and off. The link is up if this device may be used."""
        identity = self._new_identity()
        if identity.research_only and not self._accepts_research:
            self._link.reject("board_restricted", now)
            return
        self._identity = identity
        self._is_known = True
        self._talk = self._new_conversation(now)
        self._link.up()

    def _judge_time(self, now: float) -> None:
        if self._link.state is Link.UP:
            silent_at = self._talk.silent_at(idle=self._wanted is None)
            if not self._judge_lease(now) and now >= silent_at:
                self._fail("board_silent", now)
        elif self._link.state is Link.CONNECTING and now >= self._greeting.until:
            # The output of a known device is then unknown: `lose` keeps sending off.
            end = self._link.lose if self._is_known else self._link.reject
            end(self._greeting.fault(self._heard_anything), now)

    def _report(self, now: float) -> Report:
        talk = self._talk
        output = _output(self._link, talk, now)
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


def _output(link: LinkKeeper, talk: Conversation[PacketT, RequestT], now: float) -> Output:
    if link.state is Link.UP:
        return Output.ON if talk.may_flow() else Output.OFF
    return Output.OFF if now >= link.quiet_at(now) else Output.UNKNOWN
