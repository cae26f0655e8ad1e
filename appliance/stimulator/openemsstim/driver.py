"""The driver of openEMSstim: a board for the bench, in percent."""

from collections.abc import Callable, Mapping

from appliance.errors import BoardError
from appliance.session.board import BoardState, Identity, Link, Output, Report, SetPoint
from appliance.session.lease import LEASE_S
from appliance.stimulator.link import LinkKeeper, WrongAnswerError
from appliance.stimulator.openemsstim import grammar
from appliance.stimulator.openemsstim.card import CARD
from appliance.stimulator.openemsstim.conversation import (
    ON_MS,
    OPENING_S,
    Conversation,
)
from appliance.stimulator.openemsstim.greeting import Greeting
from appliance.stimulator.openemsstim.hearing import Firmware, Hearing
from appliance.stimulator.serial_port import Line, SerialPort
from appliance.therapy.units import LONG_AGO, NEVER

QUIET_S = 0.12 + ON_MS / 1000 + OPENING_S + 0.1
"""Time to read the last command, its on-time, and the opening of the relays."""
MEND = b"\n"
"""Ends a line that was cut in two. A cut command never asks for more than the whole one."""
LINE = Line(grammar.BAUD_RATE)


class OpenEmsStimStimulator:
    """A `Stimulator`: an openEMSstim on a serial port.

    It attenuates the output of another stimulator, so that levels are percent and nothing is
    known of current, contact, frequency or width. `in_force` is what the board
    last repeated, `agreed_at` when it last repeated an all-stop or a command since a start.
    Each connection begins with opening the port, which resets the board: whatever went wrong,
    its relays are open and its memory is empty then.
    """

    def __init__(
        self, path: str, read_clock: Callable[[], float], accept_research_board: bool = False
    ) -> None:
        """`read_clock` is read right before anything that keeps current flowing is sent."""
        self.port = SerialPort(path, LINE)
        self._read_clock = read_clock
        self._accepts = accept_research_board
        self._link = LinkKeeper(self.port, QUIET_S)
        self._hearing = Hearing()
        self._greeting = Greeting(0.0)
        self._talk = Conversation(Firmware.MASTER, 0.0)
        self._identity: Identity | None = None
        self._wanted: SetPoint | None = None
        self._renewed_at = LONG_AGO

    @property
    def details(self) -> Mapping[str, str]:
        """By fault of port or link: where the trouble was, and what was seen."""
        return self._link.details

    def fileno(self) -> int | None:
        return self.port.fileno()

    def connect(self, now: float) -> None:
        if self._link.open(now):
            self._hearing = Hearing()
            self._greeting = Greeting(now)

    def poll(self, now: float) -> Report:
        self._link.quiet_at(now)
        self._hear(now)
        self._write(self.port.resume, now)
        self._judge_time(now)
        self._go_on(now)
        return self._report(now)

    def apply(self, set_point: SetPoint, now: float) -> None:
        self._hear(now)
        if self._link.state is not Link.UP:
            self.off(now)
            return
        if self._lease_is_over(now):
            self._fail("loop_stalled", now)
            return
        self._wanted, self._renewed_at = set_point, now
        self._go_on(now)

    def off(self, now: float) -> None:
        self._wanted = None
        self._hear(now)
        self._go_on(now)

    def close(self, now: float) -> None:
        self._wanted = None
        self._hear(now)
        self._hang_up()
        self._link.down(now)

    def next_deadline(self, now: float) -> float:
        if self._link.state is Link.CONNECTING:
            return self._greeting.next_at()
        if self._link.state is Link.UP:
            lease_ends = self._renewed_at + LEASE_S if self._talk.is_live else NEVER
            return min(self._talk.next_at(now), lease_ends)
        quiet_at = self._link.quiet_at(now)
        return quiet_at if quiet_at > now else NEVER

    # Sending

    def _go_on(self, now: float) -> None:
        """Send the next request, if one is due."""
        if self._link.state is Link.CONNECTING:
            wire = self._greeting.next_bytes(now)
            if wire:
                self._write(lambda: self.port.send(wire), now)
        elif self._link.state is Link.UP:
            text = self._talk.next_command(self._wanted, now)
            if text is not None:
                self._say(text, now)

    def _say(self, text: str, now: float) -> None:
        is_stop = text == grammar.ALL_STOP
        wire = grammar.QUESTION if text == "?" else grammar.frame(text)
        self._talk.expect(text, now)
        # After the frame is made, and right before it is written: a process that was frozen
        # in between must not restart stimulation.
        if not is_stop and self._lease_is_over(now):
            self._fail("loop_stalled", now)
        elif is_stop:
            self._write(lambda: self.port.send_first(wire, MEND), now)
        else:
            self._write(lambda: self.port.send(wire), now)

    def _write(self, write: Callable[[], None], now: float) -> None:
        try:
            write()
        except BoardError as error:
            self._link.lose_port(error, now)

    def _hang_up(self, *, silently: bool = False) -> None:
        """Close the port, after a last all-stop if the board is listening."""
        listens = self._link.state is Link.UP or self._greeting.has_heard_firmware
        if silently or not listens:
            self.port.close()
        else:
            self.port.close(grammar.frame(grammar.ALL_STOP), MEND)

    # The lease

    def _lease_is_over(self, now: float) -> bool:
        """Whether no set-point came for longer than the lease while current may flow."""
        if self._link.state is not Link.UP or not self._talk.is_live:
            return False
        return max(now, self._read_clock()) >= self._renewed_at + LEASE_S

    def _fail(self, fault: str, now: float, why: str = "") -> None:
        """End the link with this fault. Nothing is sent until the next connection, which resets.

        A board that has just started again keeps what it is sent, and would obey it later.
        """
        self._wanted = None
        self._hang_up(silently=fault == "board_reset")
        self._link.lose(fault, now, why)

    # Hearing

    def _hear(self, now: float) -> None:
        """Read what has come in, before anything is sent: the board may have restarted.

        A box that was frozen for a moment would otherwise speak to a board that starts.
        """
        try:
            data = self.port.receive()
        except BoardError as error:
            self._link.lose_port(error, now)
            return
        for heard in self._hearing.feed(data) if data else ():
            if self._link.state is Link.CONNECTING:
                self._greeting.hear(heard, now)
            elif self._link.state is Link.UP:
                try:
                    self._talk.hear(heard, now)
                except WrongAnswerError as error:
                    self._fail(error.fault, now, error.why)
        if self._link.state is Link.CONNECTING:
            self._greeting.heard_anything |= bool(data)
            self._meet(now)

    def _meet(self, now: float) -> None:
        """Take the link up, or refuse the board, once it is identified or patience ends."""
        greeting = self._greeting
        if greeting.is_done and greeting.firmware:
            if not self._accepts:
                self._refuse("board_restricted", now)
                return
            self._identity = CARD.identity(f"openEMSstim {greeting.firmware.value}")
            self._talk = Conversation(greeting.firmware, now)
            self._link.up()
        elif greeting.refused:
            self._refuse("board_layout", now, greeting.refused)
        elif now >= greeting.until:
            fault = "board_not_the_one" if greeting.heard_anything else "board_silent"
            self._refuse(fault, now)

    def _refuse(self, fault: str, now: float, why: str = "") -> None:
        self._hang_up()
        self._link.lose(fault, now, why)

    def _judge_time(self, now: float) -> None:
        if self._link.state is not Link.UP:
            return
        if self._lease_is_over(now):
            self._fail("loop_stalled", now)
        elif now >= self._talk.silent_at():
            self._fail("board_silent", now)

    # Reporting

    def _report(self, now: float) -> Report:
        talk = self._talk
        if self._link.state is not Link.UP:
            is_off = now >= self._link.quiet_at(now)
            return Report(
                at=talk.heard_at,
                link=self._link.state,
                state=BoardState.UNKNOWN,
                output=Output.OFF if is_off else Output.UNKNOWN,
                in_force=(0.0, 0.0) if is_off else talk.in_force,
                faults=self._link.faults,
            )
        may_flow = talk.may_flow(now)
        return Report(
            at=talk.heard_at,
            link=Link.UP,
            identity=self._identity,
            state=talk.state(now),
            output=Output.ON if may_flow else Output.OFF,
            in_force=talk.in_force if may_flow else (0.0, 0.0),
            faults=self._link.faults,
            agreed_at=talk.agreed_at,
        )
