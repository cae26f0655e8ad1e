"""The one control loop.

One thread decides. It sleeps on a selector (wake-ups of the pins, serial port, control
socket, other rooms' wake-up pipe, next deadline), reads STOP's level first, hands
everything that happened to `session.step`, and sends one frame. Only then come lamp,
buzzer, journal and screen: STOP never waits for any of them.
"""

import gc
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from appliance import __version__
from appliance.service.ports import Ports
from appliance.service.status import status_of
from appliance.service.systemd_notify import Notifier
from appliance.session.board import NO_REPORT, Link, Output, Report, SetPoint
from appliance.session.cues import Cue
from appliance.session.envelope import RAMPS
from appliance.session.events import (
    BoardReported,
    Event,
    FaultsChanged,
    HistoryRead,
    StopCommand,
    StopLevel,
)
from appliance.session.machine.machine import Session
from appliance.session.notes import StateEntered
from appliance.session.presses import hold_fraction, hold_s
from appliance.session.record import Record
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from appliance.stimulator.port import Stimulator
from appliance.therapy.units import LONG_AGO, NEVER

SET_POINT_S = 0.050
SET_POINT_IN_RAMP_S = 0.020
OFF_S = 0.100
STOP_LEVEL_S = 0.010
"""STOP's level is read at least this often while output is possible."""
VIEW_S = 0.100
HOLD_VIEW_S = 0.050
LAMP_DIM = 0.15
HISTORIES_S = 60.0
"""A past that was read longer ago than this is read again: a day ends while nobody is there."""
ECHO_S = 0.100
"""How long the end waits for the board to say off."""
SWITCH_INTERVAL_S = 0.0001
"""A thread that draws or writes gives up the interpreter this often: STOP waits no longer."""


class Frames:
    """Which frame goes out when: set-points on a lease, and off over and over."""

    def __init__(self, board: Stimulator) -> None:
        self._board = board
        self._sent: SetPoint | None = None
        self._sent_at = LONG_AGO

    def due(self, record: Record) -> float:
        """When the next frame has to go out even if nothing happens, seconds."""
        return self._sent_at + _cadence_s(record)

    @property
    def on(self) -> bool:
        """Whether the last frame was a set-point."""
        return self._sent is not None

    def off(self, now: float) -> None:
        self._board.off(now)
        self._sent, self._sent_at = None, now

    def send(self, record: Record, now: float) -> None:
        """One frame, from the final state, if it is due or says less than the last one."""
        wanted = record.set_point
        if now < self.due(record) and not self._lowers(wanted):
            return
        if wanted is None:
            self.off(now)
            return
        self._board.apply(wanted, now)
        self._sent, self._sent_at = wanted, now

    def _lowers(self, wanted: SetPoint | None) -> bool:
        if wanted is None or self._sent is None:
            return wanted is not self._sent
        return any(w < s for w, s in zip(wanted.amplitude, self._sent.amplitude, strict=True))


def _cadence_s(record: Record) -> float:
    if record.set_point is None:
        return OFF_S
    in_ramp = record.position is not None and record.position.part in RAMPS
    return SET_POINT_IN_RAMP_S if in_ramp else SET_POINT_S


class Service:
    """The loop. What changes is the session's record, and what was served of it last."""

    def __init__(self, ports: Ports) -> None:
        self.ports = ports
        self._session = Session()
        self._frames = Frames(ports.board)
        self._notifier = Notifier()
        self._wakeup = ports.wakeup
        self._ending = False
        self._report = NO_REPORT
        self._present: frozenset[str] = frozenset()
        self._histories_of = LONG_AGO
        self._report_waits = False
        self._shown_at = LONG_AGO
        self._due_at = LONG_AGO
        self.record = self._session.first(ports.rules, ports.clock.now())
        self.record = self.record.but(volume=ports.volume, language=ports.words.language)

    def run(self) -> None:
        """Serve until `end` is called, then switch off and return."""
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        try:
            self.begin()
            while not self._ending:
                before = self.record.state
                self.wait_and_step()
                if self.record.state is State.LOCKED is not before:
                    _spare_the_collector()
        except BaseException:
            self._give_up()
            raise
        self.finish()

    def begin(self) -> None:
        """The first step, with STOP's level as it is now."""
        now = self.ports.clock.now()
        self._log(now, f"start version={__version__} board={self.ports.driver}")
        self.step(now)
        self._notifier.ready()

    def wait_and_step(self) -> None:
        """Sleep until something can have happened, then take a step if something has."""
        clock = self.ports.clock
        readable = clock.wait(self._descriptors(), self._next_wake(clock.now()))
        now = clock.now()
        if self._stopped_first(now):
            return
        if not readable and now < self._due_at:
            # Woken for a look at STOP, and that was it.
            return
        if all(descriptor == self.ports.board.fileno() for descriptor in readable):
            self._glance(now)
            return
        self._wakeup.drain()
        self.step(now)
        if self.ports.socket is not None and self.ports.socket.serve(self.answer):
            self._wakeup.wake()

    def _stopped_first(self, now: float) -> bool:
        """STOP open while a set-point is in force: off goes out before anybody asks why."""
        if not self._frames.on or not self.ports.controls.stop_is_open():
            return False
        self._frames.off(now)
        self.step(now, [StopLevel(now, True)])
        return True

    def _glance(self, now: float) -> None:
        """Woken by the board or the clock: a step only if STOP, board or clock ask for one."""
        stop_moved = self.ports.controls.stop_is_open() != self.record.stop_open
        heard = list(self._hear_board(now))
        if heard or stop_moved or now >= self._due_at:
            self.step(now, heard)

    def end(self) -> None:
        """Ask the loop to end. For signal handlers and other threads."""
        self._ending = True
        self._wakeup.wake()

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request of the control socket. It can look and stop; it can never start."""
        ports, verb = self.ports, request.get("verb")
        if verb == "status":
            return status_of(self.record, ports.driver, ports.words, self._detail)
        if verb == "stop":
            now = ports.clock.now()
            self.step(now, [StopCommand(now)])
            self._log(now, "stop over the socket")
            return {"stopped": True, "state": self.record.state.value}
        return {"error": f"unknown verb {verb!r}; there are 'status' and 'stop'"}

    def step(self, now: float, requested: Iterable[Event] = ()) -> None:
        """What happened, one record, one frame; then everything that may be slow."""
        # What was heard before this look comes first: the newest report has the last word.
        events = [*self._hear(now), *requested, *self._hear_board(now)]
        if self._report_waits and (events or now >= self._due_at):
            self._report_waits = False
            events.append(BoardReported(now, self._report))
        if not events and now < self._due_at:
            return
        before, self.record = self.record, self._session.step(self.record, now, events)
        self._frames.send(self.record, now)
        self._indicate(now)
        self._tell(before, now)
        self._ask(now)
        told = any(not isinstance(event, BoardReported) for event in events)
        self._show(now, at_once=told or self.record.screen != before.screen)
        self._notifier.alive(now)
        self._due_at = self._due(now)

    def _give_up(self) -> None:
        """Something is broken that nobody foresaw. The lease would end it too, but not at once."""
        ports = self.ports
        with suppress(Exception):
            ports.board.off(ports.clock.now())
        with suppress(Exception):
            ports.indicators.enable_low()

    def finish(self) -> None:
        """Off, at most 100 ms for the board to say so, enable line low, everything closed."""
        ports = self.ports
        self._notifier.stopping()
        ports.board.off(ports.clock.now())
        until = ports.clock.now() + ECHO_S
        while ports.board.poll(ports.clock.now()).output is Output.ON:
            if ports.clock.now() >= until:
                break
            descriptor = ports.board.fileno()
            ports.clock.wait([descriptor] if descriptor is not None else [], until)
        ports.indicators.enable_low()
        self._log(ports.clock.now(), "end")
        self._close()

    def _hear(self, now: float) -> list[Event]:
        """Everything that has happened since the last look; STOP's level is read first."""
        ports = self.ports
        events = ports.controls.read(now)
        events.extend(self._stop_level(now, events))
        if self._report.link is Link.DOWN and self.record.state is not State.STIMULATING:
            ports.board.connect(now)
        present = ports.standing_faults | ports.controls.faults(now)
        present |= ports.indicators.faults() | ports.screen.faults() | ports.journal.faults(now)
        if present != self._present:
            self._present = present
            events.append(FaultsChanged(now, present))
        histories = ports.journal.take_histories()
        if histories is not None:
            events.append(HistoryRead(now, histories))
        return events

    def _stop_level(self, now: float, told: list[Event]) -> Iterator[Event]:
        """STOP's level is the truth: whatever was told or not, the record shall agree with it."""
        is_open = self.ports.controls.stop_is_open()
        last = [event.is_open for event in told if isinstance(event, StopLevel)][-1:]
        if is_open != (last[0] if last else self.record.stop_open):
            yield StopLevel(now, is_open)

    def _hear_board(self, now: float) -> Iterator[Event]:
        """A report that changes something at once; one that only confirms can wait."""
        heard, self._report = self._report, self.ports.board.poll(now)
        if _says_more(self._report, heard):
            self._report_waits = False
            yield BoardReported(now, self._report)
        elif self._report != heard:
            self._report_waits = True

    def _due(self, now: float) -> float:
        """When the next step has to be taken even if nothing happens, seconds."""
        ports = self.ports
        due = [self._frames.due(self.record), ports.indicators.next_deadline(now)]
        due.extend((ports.board.next_deadline(now), ports.controls.next_deadline or NEVER))
        due.extend(_hold_ends(self.record))
        return min(due)

    def _next_wake(self, now: float) -> float:
        """When to look again: sooner than the next step while output is possible."""
        look_at = now + STOP_LEVEL_S if self.record.set_point is not None else NEVER
        return min(self._due_at, look_at)

    def _indicate(self, now: float) -> None:
        record, indicators = self.record, self.ports.indicators
        if record.set_point is not None:
            indicators.enable_edge(now)
        flows = max(record.report.in_force) > 0.0 or record.report.output is Output.UNKNOWN
        indicators.lamp(1.0 if flows else LAMP_DIM * (record.state is State.STIMULATING))
        indicators.set_volume(record.volume)
        if record.cues:
            indicators.play(record.cues, now)
        if any(cue is not Cue.STEP for cue in record.cues):
            # Who does not hear it shall see it.
            self.ports.screen.blink()
        indicators.tick(now)

    def _tell(self, before: Record, now: float) -> None:
        """The journal and the log."""
        record = self.record
        if record.notes:
            self.ports.journal.put(record.notes)
        came_from = before.state.value
        for note in record.notes:
            # One step can pass through more than one state.
            if isinstance(note, StateEntered):
                self._log(now, f"state {came_from} -> {note.state}")
                came_from = note.state
        for name in sorted(record.seen - before.seen):
            where = f" {self._detail}" if self._detail else ""
            self._log(now, f"fault {name}{where}: {' '.join(self.ports.words.fault(name))}")
        for told in record.ignored:
            self._log(now, f"ignored {told}")

    def _ask(self, now: float) -> None:
        """In `locked` the journal is asked for everybody's past, and again as it ages."""
        record = self.record
        fresh = record.entered_at <= self._histories_of and now < self._histories_of + HISTORIES_S
        if record.state is not State.LOCKED or fresh:
            return
        self._histories_of = now
        self.ports.journal.request_histories(record.rules.plan.people, now)

    def _show(self, now: float, *, at_once: bool) -> None:
        if at_once or now - self._shown_at >= VIEW_S:
            self._shown_at = now
            self.ports.screen.show(view_of(self.record, self._detail))

    @property
    def _detail(self) -> str:
        """The exact words of what is wrong, where there are any."""
        return self.ports.detail or self.ports.board.detail

    def _descriptors(self) -> list[int]:
        ports = self.ports
        some = [self._wakeup.fileno(), ports.controls.fileno(), ports.board.fileno()]
        if ports.socket is not None:
            some.extend(ports.socket.descriptors())
        return [descriptor for descriptor in some if descriptor is not None]

    def _close(self) -> None:
        ports = self.ports
        ports.board.close(ports.clock.now())
        for part in (ports.indicators, ports.controls, ports.screen, ports.journal):
            part.close()
        if ports.socket is not None:
            ports.socket.close()
        self._wakeup.close()
        self._notifier.close()
        ports.at_the_end()

    def _log(self, now: float, text: str) -> None:
        # A full disk or a reader that went away must not end the loop that guards a person.
        with suppress(OSError, ValueError):
            self.ports.log.write(f"{now:.3f} {text}\n")


def _spare_the_collector() -> None:
    """What is there now stays: looking through it would hold up a STOP for milliseconds."""
    gc.collect()
    gc.freeze()


def _says_more(new: Report, old: Report) -> bool:
    """Whether a report has to be acted on at once."""
    return (
        new.link is not old.link
        or new.state is not old.state
        or new.output is not old.output
        or new.contact != old.contact
        or new.faults != old.faults
        or (new.agreed_at is None) != (old.agreed_at is None)
    )


def _hold_ends(record: Record) -> Iterator[float]:
    """When a hold counts, and before that when the footer has to be drawn again."""
    for press in record.presses:
        done = hold_fraction(press, record.state, record.screen, record.shown_at, record.now)
        if done is not None and done < 1.0:
            yield min(press.at + hold_s(record.state, press.button), record.now + HOLD_VIEW_S)
