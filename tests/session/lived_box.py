"""A box that is lived with: real session, real journal, a body that feels the set-points.

Nothing here decides what happens: that is `tests/session/year.py`.
"""

import random
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from appliance.journal.clock_trust import ClockTrust
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
from appliance.session.notes import Answered
from appliance.session.record import Record
from appliance.session.state import State
from appliance.therapy.programs import Kind, Program
from tests.session.body import GUEST, Body, Hour, Pulses, most_work_s
from tests.session.core import the_session
from tests.session.own_rules import places_of, rules_of

BEGAN = datetime(2026, 3, 2, 8, tzinfo=UTC)
LIES: tuple[Callable[[float], float], ...] = (
    lambda ma: ma * 1.5 + 3.0 if ma > 0.0 else 0.0,
    lambda ma: 40.0 if ma > 0.0 else 0.0,
    lambda ma: ma * 0.5,
    lambda ma: ma * 1.19,
    lambda ma: ma if ma > 0.0 else 9.0,
)
"""What a board that lies delivers for what it is told, which is what it reports as in force."""
SHOWN = "_shown"
"""How the questions end whose answers were shown and not confirmed."""
BOARD = Identity("reference", "1", measures_current=True)


@dataclass(frozen=True)
class Household:
    """Who lives with the box, and what its file allows."""

    seed: int
    people: tuple[tuple[str, ...], ...]
    """The names that the plan may have, one choice of them a boot."""
    bodies: tuple[tuple[str, str], ...]
    """Whose body each name is."""
    sessions_per_day: int = 1

    def body_of(self, name: str) -> str:
        return dict(self.bodies).get(name, GUEST)


class LivedBox:
    """A box in true time. `steps` counts the steps of the session."""

    def __init__(self, folder: Path, household: Household, body: Body) -> None:
        self.path = folder / f"journal-{household.seed}.sqlite3"
        self.household, self.body = household, body
        self.chance = random.Random(household.seed)
        self.true_s = 0.0
        self.zone: tzinfo = UTC
        self.wrong_by = timedelta()
        self.trusted = True
        self.steps = self.boots = 0
        self.left: list[Recorder] = []
        self.shown: dict[str, Answered] = {}
        """What a screen of aftercare shows, by its question, and no CONFIRM has followed."""
        self.boot()

    # Time and the box

    @property
    def now(self) -> float:
        """The monotonic clock: seconds of this boot."""
        return self.true_s - self.booted_s + 20.0

    def wall(self) -> datetime:
        true = BEGAN + timedelta(seconds=self.true_s)
        return (true + self.wrong_by).astimezone(self.zone)

    def _trust(self, wall: datetime, newest: datetime | None) -> bool:
        return self.trusted and ClockTrust(platform="none")(wall, newest)

    def boot(self) -> None:
        """Switch on, by chance with other people, other names, another board, without a clock."""
        self.booted_s = self.true_s
        self.boots += 1
        self.trusted = self.chance.random() < 0.6
        self.wrong_by = (
            timedelta() if self.trusted else timedelta(days=self.chance.choice((-400, -1, 0, 1, 9)))
        )
        source = Source(
            self.path, wall_clock=self.wall, trust=self._trust, boot_id=f"boot {self.boots}"
        )
        self.recorder = Recorder(source, threaded=False)
        self.session = the_session()
        rules = rules_of(
            self.household.seed,
            self.chance.choice(self.household.people),
            self.chance.choice(("", "", "_again")),
            self.chance.choice(("lower_back_session",) * 3 + ("own_contracting", "own_bench")),
            self.household.sessions_per_day,
        )
        self.record: Record = self.session.first(rules, self.now)
        self.journal_fault: frozenset[str] = frozenset()
        self.lie = self.chance.choice(LIES) if self.chance.random() < 0.2 else None
        self.board = BOARD.but(on_body=self.chance.random() < 0.95)
        self.step(0.05, StopLevel(self.now, False))

    def off(self) -> None:
        """Cut the power: nothing is closed."""
        self._leave_shown()
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
        if self.record.state is State.FAULT and record.visit is not None and record.visit.begun:
            self.body.cut_at = self.true_s
        self._listen()
        self._feel(passed_s)

    def _report(self) -> Report:
        sent = self.record.set_point
        amplitude = sent.amplitude if sent else (0.0, 0.0)
        state = BoardState.OFF if sent is None else BoardState.ARMED
        state = BoardState.ON if max(amplitude) > 0.0 else state
        return Report(
            at=self.now,
            link=Link.UP,
            identity=self.board,
            state=state,
            output=Output.ON if max(amplitude) > 0.0 else Output.OFF,
            in_force=amplitude,
            measured=self._delivered(),
            contact=(Contact.UNKNOWN, Contact.UNKNOWN),
            agreed_at=None if sent is None else self.now,
        )

    def _delivered(self) -> tuple[float, float]:
        """What flows: a board that lies delivers something else than it is told."""
        sent = self.record.set_point
        told = sent.amplitude if sent else (0.0, 0.0)
        lie = self.lie
        return told if lie is None else (lie(told[0]), lie(told[1]))

    def _listen(self) -> None:
        if self.record.state is not State.AFTERCARE:
            self._leave_shown()
        if self.record.state is State.LOCKED:
            self.body.in_session = frozenset()
        for note in self.record.notes:
            if not isinstance(note, Answered) or self.recorder.faults(self.now):
                continue
            if note.question.endswith(SHOWN):
                self.shown[note.question.removesuffix(SHOWN)] = note
            else:
                self.shown.pop(note.question, None)
                self._tell(note.question, note)

    def _leave_shown(self) -> None:
        """A screen that is left without CONFIRM has told what it showed."""
        for question, note in self.shown.items():
            self._tell(question, note)
        self.shown = {}

    def _tell(self, question: str, note: Answered) -> None:
        self.body.tell(self.true_s, self.household.body_of(note.person), question, note.answer)

    def _feel(self, passed_s: float) -> None:
        sent, visit = self.record.set_point, self.record.visit
        if sent is None or visit is None:
            return
        placement, program = visit.stage.placement, visit.stage.program
        if placement.on_body is not self.board.on_body:
            self.body.broken.append(f"{program.id} at {placement.id} with {self.board}")
        if not placement.on_body:
            return
        pulses = Pulses(
            sent.amplitude,
            self._delivered(),
            sent.pulse_width_us,
            sent.frequency_hz,
            program.kind is Kind.COMFORT,
            _work_most_s(program),
        )
        zone_s = self.wall().utcoffset() or timedelta()
        hour = Hour(self.true_s, zone_s.total_seconds(), self.trusted)
        name = self.record.person
        who = self.household.body_of(name), name
        self.body.feel(hour, who, places_of(placement), passed_s, pulses)

    def write_protect(self, on: bool) -> None:
        """Whether the journal's file refuses to be written from now on."""
        with suppress(sqlite3.Error):
            self.recorder.instruct(f"query_only = {'ON' if on else 'OFF'}")

    # Hands

    def turn(self, step: int, times: int = 1) -> None:
        for _ in range(times):
            self.step(0.3, Turn(self.now + 0.3, step))

    def press(self, button: Button, held_s: float = 0.1) -> None:
        self.step(0.3, Down(self.now + 0.3, button))
        may_flow = self.record.state in (State.READY, State.STIMULATING)
        self.pass_time(held_s, 0.19 if may_flow else held_s)
        self.step(0.05, Up(self.now + 0.05, button))

    def pass_time(self, seconds: float, in_steps_of_s: float) -> None:
        until = self.true_s + seconds
        while until - self.true_s > 0.001:
            self.step(min(in_steps_of_s, until - self.true_s))

    def hand_of_a_moment(self) -> None:
        """What a hand does while current flows, by chance."""
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


def _work_most_s(program: Program) -> float:
    return max((most_work_s(p.on_s, p.off_s) for p in program.phases if p.off_s), default=60.0)
