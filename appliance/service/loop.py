"""The control loop: waits for events, steps the session, sends frames to the board.

One thread makes every decision. It waits for pin edges, the serial port, the control socket,
the wake-up pipe of other threads and the next deadline. It reads STOP's level first, passes all
events to `session.step` and sends one frame. Lamp, buzzer, journal and screen come after the
frame, so that STOP never waits for any of them.
"""

import gc
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from appliance import __version__
from appliance.log import WARNING
from appliance.service.after_frame import details_of, indicate, log, switch_off, write_down
from appliance.service.frames import Frames
from appliance.service.looks import Looks
from appliance.service.ports import Ports
from appliance.service.renewal import nobody_is_at
from appliance.service.settings_files import LOOK_S
from appliance.service.systemd_notify import Notifier
from appliance.session.board import NO_REPORT, Link, Output, Report
from appliance.session.events import (
    BoardReported,
    Event,
    FaultsChanged,
    HistoryRead,
    MinuteBooked,
    StopCommand,
    StopLevel,
)
from appliance.session.machine.machine import Session
from appliance.session.notes import DateSet
from appliance.session.presses import hold_fraction, hold_s
from appliance.session.record import Record
from appliance.session.state import State
from appliance.session.view_key import view_key
from appliance.session.view_of_record import view_of
from appliance.therapy.units import LONG_AGO, NEVER

STOP_LEVEL_S = 0.010
"""STOP's level is read at least this often while current may flow. In a rest between contractions
it is read with every frame, so that none begins after STOP."""
STEP_S = 0.100
"""Outside `locked` a step is taken at least this often: the session counts time."""
VIEW_S = 0.100
"""While what is shown changes, and where that is not known, a view is made this often at most."""
OLD_VIEW_S = 1.0
"""A view is at most this old: battery and current in force drift without being news."""
HOLD_VIEW_S = 0.050
HISTORIES_S = 60.0
"""Histories older than this are read again, because a day can end while the box stands idle."""
ECHO_S = 0.100
"""How long `finish` waits for the board to report off."""
SWITCH_INTERVAL_S = 0.0001
"""A thread that draws or writes releases the interpreter lock this often, for STOP's sake."""


class Service:
    """The control loop over its ports. `record` is the session as of the last step."""

    def __init__(self, ports: Ports) -> None:
        self.ports = ports
        self._session = Session()
        self._frames = Frames(ports.board)
        self._looks = Looks(ports)
        self._notifier = Notifier()
        self._wakeup = ports.wakeup
        self.renews = False
        """Whether it ended to be made anew of new settings."""
        self._ending = False
        self._report = NO_REPORT
        self._present: frozenset[str] = frozenset()
        self._histories_of = LONG_AGO
        self._report_waits = False
        self._shown_at = LONG_AGO
        self._shown: object = None
        self._due_at = LONG_AGO
        self._look_at = LONG_AGO
        self._was_used = False
        self.record = self._session.first(ports.rules, ports.clock.now())
        self.record = self.record.but(
            volume=ports.volume, language=ports.words.language, barred=ports.barred
        )

    def run(self) -> None:
        """Run until `end` is called, then switch off and return."""
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
        version, board = __version__, self.ports.driver
        text = f"start version={version} board={board}"
        log(self.ports, now, "start", text, version=version, board=board)
        self.step(now)
        self._notifier.ready()

    def wait_and_step(self) -> None:
        """Wait for an event or a deadline, then take a step if there is anything to do."""
        clock = self.ports.clock
        readable = clock.wait(self.ports.descriptors(), self._next_wake(clock.now()))
        now = clock.now()
        if self._stopped_first(now):
            return
        if not readable and now < self._due_at:
            # The wait ended only to read STOP, which is closed.
            return
        if all(descriptor == self.ports.board.fileno() for descriptor in readable):
            self._step_if_due(now)
            return
        self._wakeup.drain()
        self.step(now)
        if self.ports.socket is not None and self.ports.socket.serve(self.answer):
            self._wakeup.wake()

    def _stopped_first(self, now: float) -> bool:
        """If STOP is open while a set-point is in force, send off before anything else."""
        if not self._frames.on or not self.ports.controls.stop_is_open():
            return False
        self._frames.off(now)
        self.step(now, [StopLevel(now, True)])
        return True

    def _step_if_due(self, now: float) -> None:
        """After a wake-up by board or clock: take a step only if STOP, board or clock need one."""
        stop_moved = self.ports.controls.stop_is_open() != self.record.stop_open
        heard = list(self._hear_board(now))
        if heard or stop_moved or now >= self._due_at:
            self.step(now, heard)

    def end(self) -> None:
        """Make the loop end. Signal handlers and other threads may call this."""
        self._ending = True
        self._wakeup.wake()

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Answer one request of the control socket: look or stop, never start."""
        ports = self.ports
        if request.get("verb") == "stop":
            now = ports.clock.now()
            self.step(now, [StopCommand(now)])
            log(ports, now, "stop_command", "stop over the socket")
            return {"stopped": True, "state": self.record.state.value}
        return self._looks.answer(request, self.record)

    def step(self, now: float, requested: Iterable[Event] = ()) -> None:
        """Take in all events, make one record, send one frame; then do what may be slow."""
        # Reports that were read before come first, so that the newest one has the last word.
        events = [*self._hear(now), *requested, *self._hear_board(now)]
        if self._report_waits and (events or now >= self._due_at):
            self._report_waits = False
            events.append(BoardReported(now, self._report))
        if not events and now < self._due_at:
            # What was just read may have to be read again: a button within its bounces.
            self._due_at = min(self._due_at, self.ports.controls.next_deadline or NEVER)
            return
        before, self.record = self.record, self._session.step(self.record, now, events)
        self._frames.send(self.record, now)
        indicate(self.ports, self.record, now)
        write_down(self.ports, before, self.record, now)
        if self.record.switch_off and not before.switch_off:
            switch_off(self.ports, now)
        self._request_histories(now)
        self._look_for_settings(now)
        is_news = any(not isinstance(event, BoardReported) for event in events)
        is_news = is_news or bool(self.record.cues) or self.record.screen != before.screen
        self._show(now, at_once=is_news)
        self._notifier.alive(now)
        self._due_at = self._due(now)

    def _give_up(self) -> None:
        """Switch off after an unforeseen error. The lease would do so too, but later."""
        ports = self.ports
        with suppress(Exception):
            ports.board.off(ports.clock.now())
        with suppress(Exception):
            ports.indicators.enable_low()

    def finish(self) -> None:
        """Switch off, wait at most 100 ms for the report of it, set the enable line low, close."""
        ports = self.ports
        if self.renews:
            self._notifier.renewing()
        else:
            self._notifier.stopping()
        ports.board.off(ports.clock.now())
        until = ports.clock.now() + ECHO_S
        while ports.board.poll(ports.clock.now()).output is Output.ON:
            if ports.clock.now() >= until:
                break
            descriptor = ports.board.fileno()
            ports.clock.wait([descriptor] if descriptor is not None else [], until)
        ports.indicators.enable_low()
        log(ports, ports.clock.now(), "end", "end")
        self._close()

    def _hear(self, now: float) -> list[Event]:
        """All events since the last call, from controls, the other ports and the journal."""
        ports = self.ports
        events = ports.controls.read(now)
        events.extend(self._stop_level(now, events))
        if self._report.link is Link.DOWN and self.record.state is not State.STIMULATING:
            ports.board.connect(now)
        present = ports.standing_faults | ports.controls.faults(now)
        present |= ports.indicators.faults() | ports.screen.faults() | ports.journal.faults(now)
        present |= ports.voice.faults(now) | ports.power.faults(now)
        if present != self._present:
            self._present = present
            events.append(FaultsChanged(now, present))
        histories = ports.journal.take_histories()
        if histories is not None:
            events.append(HistoryRead(now, histories))
        events.extend(MinuteBooked(now, note) for note in ports.journal.take_bookings())
        return events

    def _stop_level(self, now: float, heard: list[Event]) -> Iterator[Event]:
        """STOP's level decides: add an event where the record would disagree with it."""
        is_open = self.ports.controls.stop_is_open()
        last = [event.is_open for event in heard if isinstance(event, StopLevel)][-1:]
        if is_open != (last[0] if last else self.record.stop_open):
            yield StopLevel(now, is_open)

    def _hear_board(self, now: float) -> Iterator[Event]:
        """The board's report if it changes something; one that only confirms can wait."""
        heard, self._report = self._report, self.ports.board.poll(now)
        self._looks.see(self._report)
        if _needs_step(self._report, heard):
            self._report_waits = False
            yield BoardReported(now, self._report)
        elif self._report != heard:
            self._report_waits = True

    def _due(self, now: float) -> float:
        """When the next step has to be taken even if nothing happens, seconds."""
        ports = self.ports
        due = [self._frames.due(self.record), ports.indicators.next_deadline(now)]
        due.append(NEVER if self.record.state is State.LOCKED else now + STEP_S)
        due.append(ports.voice.next_deadline())
        due.extend((ports.board.next_deadline(now), ports.controls.next_deadline or NEVER))
        due.extend(_hold_ends(self.record))
        return min(due)

    def _next_wake(self, now: float) -> float:
        """When to wake up: earlier than the next step while current may flow."""
        look_at = now + STOP_LEVEL_S if _may_flow(self.record) else NEVER
        return min(self._due_at, look_at)

    def _request_histories(self, now: float) -> None:
        """In `locked`, request everybody's history on entry, every minute, and by a new date."""
        record = self.record
        fresh = record.entered_at <= self._histories_of and now < self._histories_of + HISTORIES_S
        date_set = any(isinstance(note, DateSet) for note in record.notes)
        if record.state is not State.LOCKED or (fresh and not date_set):
            return
        self._histories_of = now
        self.ports.journal.request_histories(record.rules.plan.people, now)

    def _look_for_settings(self, now: float) -> None:
        """In `locked`, while nobody is at the box, end for new settings: whole ones, or none.

        A box that came up with a fault and has led nobody yet takes them too: they may mend it.
        """
        record, files = self.record, self.ports.files
        self._was_used |= record.state not in (State.SELF_TEST, State.LOCKED, State.FAULT)
        came_up_wrong = record.state is State.FAULT and not self._was_used
        if now < self._look_at or not (nobody_is_at(record) or came_up_wrong):
            return
        # The off of every second is often enough to wake for this.
        self._look_at = now + LOOK_S
        refused = files.error
        if files.has_news():
            log(self.ports, now, "settings", "new settings: the parts are closed and opened anew")
            self.renews = True
            self.end()
        elif files.error not in ("", refused):
            text = f"new settings are not taken, the old ones stay: {files.error}"
            log(self.ports, now, "settings", text, priority=WARNING)

    def _show(self, now: float, *, at_once: bool) -> None:
        shown, age_s = view_key(self.record), now - self._shown_at
        is_new = shown is None or shown != self._shown
        if at_once or age_s >= OLD_VIEW_S or (is_new and age_s >= VIEW_S):
            self._shown, self._shown_at = shown, now
            view = view_of(self.record, details_of(self.ports, self.record))
            self.ports.screen.show(view)
            self.ports.voice.show(view, self.record.cues, now)
        elif self.ports.voice.next_deadline() <= now:
            self.ports.voice.tick(now)

    def _close(self) -> None:
        self.ports.close()
        self._wakeup.close()
        self._notifier.close()
        self.ports.at_the_end()


def _spare_the_collector() -> None:
    """Exclude all present objects from garbage collection, which can delay STOP by milliseconds."""
    gc.collect()
    gc.freeze()


def _may_flow(record: Record) -> bool:
    """Whether current flows under the set-point, or did by the last report."""
    set_point, report = record.set_point, record.report
    return set_point is not None and (
        max(*set_point.amplitude, *report.in_force) > 0.0 or report.output is Output.UNKNOWN
    )


def _needs_step(new: Report, old: Report) -> bool:
    """Whether `new` differs from `old` in something that needs a step at once."""
    return (
        new.link is not old.link
        or new.state is not old.state
        or new.output is not old.output
        or new.contact != old.contact
        or new.faults != old.faults
        or (new.agreed_at is None) != (old.agreed_at is None)
    )


def _hold_ends(record: Record) -> Iterator[float]:
    """When each held button counts as a hold, or before that when to draw its progress."""
    for press in record.presses:
        done = hold_fraction(press, record.state, record.screen, record.shown_at, record.now)
        if done is not None and done < 1.0:
            yield min(press.at + hold_s(record.state, press.button), record.now + HOLD_VIEW_S)
