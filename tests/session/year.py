"""A box that lives through arbitrary days, and an oracle that counts at the simulated body.

The session and the journal are the real ones. The body is what the set-points deliver. The
oracle's limits are numbers of its own: it imports none of the rules that it checks.
"""

import random
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.session.board import BoardState, Contact, Identity, Link, Output, Report
from appliance.session.events import (
    BoardReported,
    Button,
    Down,
    Event,
    FaultsChanged,
    HistoryRead,
    MinuteBooked,
    StopLevel,
    Turn,
    Up,
)
from appliance.session.machine.machine import Session
from appliance.session.record import Record
from appliance.session.state import State
from appliance.therapy.programs import Kind
from tests.session.body import VERY_SORE, Body, Pulses
from tests.session.own_rules import rules_of

LIES: tuple[Callable[[float], float], ...] = (
    lambda ma: ma * 1.5 + 3.0 if ma > 0.0 else 0.0,
    lambda ma: 40.0 if ma > 0.0 else 0.0,
    lambda ma: ma * 0.5,
)
"""What a board that lies delivers for what it is told, which is what it reports as in force."""
PEOPLE = ("Me", "me", "Other")
BOARD = Identity("reference", "1", measures_current=True)


class Year:
    """A box whose days are made by chance. `steps` counts the steps of the session."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.path = folder / f"journal-{seed}.sqlite3"
        self.chance = random.Random(seed)
        self.true_s = 0.0
        self.zone = UTC
        self.wrong_by = timedelta()
        self.trusted = True
        self.body = Body()
        self.steps = self.boots = 0
        self.left: list[Recorder] = []
        self.boot()

    # Time and the box

    @property
    def now(self) -> float:
        """The monotonic clock: seconds of this boot."""
        return self.true_s - self.booted_s + 20.0

    def wall(self) -> datetime:
        true = datetime(2026, 3, 2, 8, tzinfo=UTC) + timedelta(seconds=self.true_s)
        return (true + self.wrong_by).astimezone(self.zone)

    def boot(self) -> None:
        """Switch on, by chance as another person, with other names, without a clock."""
        self.booted_s = self.true_s
        self.boots += 1
        boot_id = f"boot {self.boots}"
        self.trusted = self.chance.random() < 0.6
        self.wrong_by = (
            timedelta() if self.trusted else timedelta(days=self.chance.choice((-400, -1, 0, 1, 9)))
        )
        source = Source(
            self.path,
            wall_clock=self.wall,
            trust=lambda wall, newest: self.trusted,
            boot_id=boot_id,
        )
        self.recorder = Recorder(source, threaded=False)
        person = self.chance.choice(PEOPLE)
        self.session = Session()
        rules = rules_of(person, self.chance.choice(("", "", "_again")))
        self.record: Record = self.session.first(rules, self.now)
        self.journal_fault: frozenset[str] = frozenset()
        self.lie = self.chance.choice(LIES) if self.chance.random() < 0.2 else None
        self.step(0.05, StopLevel(self.now, False))

    def off(self) -> None:
        """Cut the power: nothing is closed."""
        if self.record.visit is not None and self.record.visit.begun:
            self.body.cut_at = self.true_s
        self.left.append(self.recorder)
        for old in self.left:
            old.close()
        self.left = []

    def step(self, passed_s: float, *events: Event) -> None:
        self.steps += 1
        self.true_s += passed_s
        now, record = self.now, self.record
        heard: list[Event] = list(events)
        faults = self.recorder.faults(now)
        if faults != self.journal_fault:
            self.journal_fault = faults
            heard.append(FaultsChanged(now, faults))
        heard.extend(MinuteBooked(now, note) for note in self.recorder.take_bookings())
        if record.state is State.LOCKED and (record.histories is None or passed_s > 1.0):
            self.recorder.request_histories(record.rules.plan.people, now)
        histories = self.recorder.take_histories()
        if histories is not None:
            heard.append(HistoryRead(now, histories))
        heard.append(BoardReported(now, self._report()))
        self.record = self.session.step(record, now, heard)
        self.recorder.put(self.record.notes)
        self._feel(passed_s)

    def _report(self) -> Report:
        sent = self.record.set_point
        amplitude = sent.amplitude if sent else (0.0, 0.0)
        state = BoardState.OFF if sent is None else BoardState.ARMED
        state = BoardState.ON if max(amplitude) > 0.0 else state
        return Report(
            at=self.now,
            link=Link.UP,
            identity=BOARD,
            state=state,
            output=Output.ON if max(amplitude) > 0.0 else Output.OFF,
            in_force=amplitude,
            measured=self._delivered(),
            contact=(Contact.UNKNOWN, Contact.UNKNOWN),
            agreed_at=None if sent is None else self.now,
        )

    def _feel(self, passed_s: float) -> None:
        sent, visit = self.record.set_point, self.record.visit
        if sent is None or visit is None:
            return
        pads, program = visit.stage.placement.pads[0], visit.stage.program
        label = "Guest" if self.record.person == "Guest" else "body"
        pulses = Pulses(
            sent.amplitude,
            self._delivered(),
            sent.pulse_width_us,
            sent.frequency_hz,
            program.kind is Kind.COMFORT,
        )
        self.body.feel(self.true_s, label, pads[0].site.value, passed_s, pulses)

    def _delivered(self) -> tuple[float, float]:
        """What flows: a board that lies delivers something else than it is told."""
        sent = self.record.set_point
        told = sent.amplitude if sent else (0.0, 0.0)
        lie = self.lie
        return told if lie is None else (lie(told[0]), lie(told[1]))

    # Hands

    def press(self, button: Button, held_s: float = 0.1) -> None:
        self.step(0.3, Down(self.now + 0.3, button))
        self.step(held_s, Up(self.now + held_s, button)) if held_s < 0.5 else self._hold(
            button, held_s
        )

    def _hold(self, button: Button, held_s: float) -> None:
        until = self.now + held_s
        while self.now < until:
            self.step(0.19)
        self.step(0.05, Up(self.now + 0.05, button))

    def to_ready(self) -> bool:
        """Lead a person as far as `ready`, whatever is offered; whether that was possible."""
        self.step(3.0)
        if self.record.state is not State.LOCKED:
            return False
        self.step(70.0)
        for _ in range(self.chance.randrange(3)):
            self.step(0.3, Turn(self.now + 0.3, 1))
        self.press(Button.CONFIRM)
        for _ in range(40):
            if self.record.state is not State.CHECKLIST:
                break
            self.step(1.7)
            if self.chance.random() < 0.01:
                self.press(Button.BACK)
                return False
            self.press(Button.CONFIRM, 0.8)
        for _ in range(self.chance.randrange(4)):
            self.step(0.3, Turn(self.now + 0.3, 1))
        for _ in range(12):
            if self.record.state in (State.READY, State.LOCKED, State.REFUSED):
                break
            self._towards_ready()
        return self.record.state is State.READY

    def _towards_ready(self) -> None:
        if self.record.state is State.PREPARING and self.record.page == 2:
            self.step(1.2, StopLevel(self.now + 1.2, True))
            self.step(0.3, StopLevel(self.now + 0.3, False))
            self.step(1.2)
            return
        self.press(Button.CONFIRM)

    def deliver(self, seconds: float) -> None:
        """Start, climb, and go on for so long of true time, with turns by chance."""
        self.step(1.2)
        self.press(Button.CONFIRM, 1.2)
        until = self.true_s + seconds
        while self.true_s < until and self.record.state is State.STIMULATING:
            turns = self.chance.random()
            at = self.now + 0.19
            if turns < 0.3:
                self.step(0.19, Turn(at, 1))
            elif turns < 0.32:
                self.step(0.1, Down(self.now + 0.1, Button.BACK))
                self.step(0.1, Up(self.now + 0.1, Button.BACK))
            elif turns < 0.33:
                self.body.zeroed_at = self.true_s
                self.step(0.19, Down(at, Button.KNOB), Up(at + 0.01, Button.KNOB))
            else:
                self.step(0.19)

    def end_by_hand(self) -> None:
        """Back to `locked`, wherever it is."""
        for _ in range(8):
            if self.record.state is State.LOCKED:
                return
            if self.record.state is State.STIMULATING:
                self.press(Button.CONFIRM)
            self.step(1.2)
            self.press(Button.BACK, 1.2)
            if self.record.state is State.REFUSED:
                self.press(Button.CONFIRM)

    def end_and_tell(self) -> None:
        """End the session, and say how the skin and the muscles are. Soreness is remembered."""
        self.press(Button.CONFIRM)
        for _ in range(2):
            self.step(1.2)
            self.press(Button.BACK, 1.2)
        skin, soreness = self.chance.choice((0, 0, 1, 2)), self.chance.choice((0, 3, 5, 8))
        for answer in (skin, soreness):
            if self.record.state is not State.AFTERCARE:
                return
            self.step(0.3)
            for _ in range(answer):
                self.step(0.1, Turn(self.now + 0.1, 1))
            self.press(Button.CONFIRM)
        if soreness >= VERY_SORE and not self.journal_fault:
            self.body.sore_at = self.true_s

    # What can happen

    def live(self, steps: int) -> None:
        """Live for so many steps of the session, or until the oracle objects."""
        while self.steps < steps and not self.body.broken:
            self.chance.choice(self._happenings())()
        self.off()

    def _happenings(self) -> tuple[Callable[[], None], ...]:
        return (
            self.a_session,
            self.a_session,
            self.a_session,
            self.a_power_cut,
            self.some_hours,
            self.some_minutes,
            self.another_clock,
            self.another_zone,
            self.a_damaged_journal,
            self.a_journal_that_cannot_be_written,
        )

    def a_session(self) -> None:
        if self.to_ready():
            self.deliver(self.chance.choice((20.0, 50.0, 59.0, 70.0, 100.0)))
        told = self.chance.random()
        if told < 0.3 and self.record.state is State.STIMULATING:
            self.end_and_tell()
        elif told < 0.8:
            self.end_by_hand()

    def a_power_cut(self) -> None:
        self.off()
        self.true_s += self.chance.choice((10.0, 600.0, 3600.0, 30000.0, 100000.0))
        self.boot()

    def some_hours(self) -> None:
        self.end_by_hand()
        self.step(self.chance.choice((3600.0, 7.5 * 3600.0, 9 * 3600.0, 25 * 3600.0)))

    def some_minutes(self) -> None:
        self.end_by_hand()
        self.step(self.chance.uniform(60.0, 1200.0))

    def another_clock(self) -> None:
        """Someone sets the time of a box whose clock is not trusted."""
        if not self.trusted:
            self.wrong_by += timedelta(hours=self.chance.choice((-30, -5, 5, 24, 48)))

    def another_zone(self) -> None:
        self.zone = timezone(timedelta(hours=self.chance.choice((-10, -1, 0, 5, 14))))

    def a_damaged_journal(self) -> None:
        if self.chance.random() < 0.8:
            return
        self.off()
        self.path.write_bytes(b"this was a journal" * 300)
        for name in ("-wal", "-shm"):
            Path(f"{self.path}{name}").unlink(missing_ok=True)
        self.true_s += self.chance.choice((10.0, 3600.0))
        self.boot()

    def a_journal_that_cannot_be_written(self) -> None:
        """In the middle of a session, until the power is cut."""
        if not self.to_ready():
            return
        self.deliver(self.chance.choice((5.0, 30.0)))
        journal = self.recorder._journal._journal
        if journal is not None:
            try:
                journal.connection.execute("PRAGMA query_only = ON")
            except sqlite3.Error:
                return
        self.deliver_on(100.0)
        self.a_power_cut()

    def deliver_on(self, seconds: float) -> None:
        until = self.true_s + seconds
        while self.true_s < until and self.record.state is State.STIMULATING:
            self.step(0.19)
