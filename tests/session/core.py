"""The session alone, with a hand that presses and a board that does as it is told."""

from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from appliance.session.board import (
    BoardState,
    Contact,
    Identity,
    Link,
    Output,
    Report,
)
from appliance.session.envelope import Part
from appliance.session.events import (
    BoardReported,
    Button,
    Down,
    Event,
    FaultsChanged,
    HistoryRead,
    StopCommand,
    StopLevel,
    Turn,
    Up,
)
from appliance.session.machine.machine import Session
from appliance.session.machine.pages import PLACING
from appliance.session.notes import StateEntered
from appliance.session.record import Record, Rules
from appliance.session.state import State
from appliance.settings.library import load_catalogue
from appliance.settings.model import Settings
from appliance.therapy.catalogue import Catalogue
from appliance.therapy.history import History
from appliance.therapy.limits import Limits
from appliance.therapy.plan import Plan
from appliance.therapy.units import NEVER
from tests.session.ledger import bookings
from tests.session.witness import Witness

STEP_S = 0.02
LONG_ENOUGH_S = 7200.0
SHORT = Plan(stage_minutes=5.0)
"""Stages that are soon over."""
Note = TypeVar("Note")
PATIENT_S = 0.5
"""How long a step may be where no current can flow."""
EXPERIENCED = History(
    sessions_counted=9,
    days_since_full_list=3.0,
    had_last_time=True,
    clock_trusted=True,
    readable=True,
    weekday=0,
    days_since_first=40,
)
NEW = History(clock_trusted=True, readable=True, weekday=0)
CONTACT_OK = (Contact.GOOD, Contact.GOOD)
UNKNOWN = (Contact.UNKNOWN, Contact.UNKNOWN)


@cache
def shipped() -> Catalogue:
    """What comes with the package."""
    return load_catalogue(Path("config.toml"), Settings())


@cache
def the_session() -> Session:
    """The machine of every test: it is slow to make, and holds no state."""
    return Session()


class Core:
    """A session on a perfect board. Every verb moves time; a witness judges every step."""

    def __init__(
        self,
        history: History = EXPERIENCED,
        limits: Limits | None = None,
        plan: Plan | None = None,
        catalogue: Catalogue | None = None,
    ) -> None:
        self.rules = Rules(
            plan or Plan(), limits or Limits(), catalogue or shipped(), languages=("en", "de")
        )
        self.witness = Witness()
        self.session = the_session()
        self.now = 100.0
        self.record = self.session.first(self.rules, self.now)
        self.history = history
        self.open_channels: set[int] = set()
        self.link = Link.UP
        self.board_faults: frozenset[str] = frozenset()
        self.answers = True
        self.books = True
        """Whether the journal writes what the ledger books."""
        self.in_force = (0.0, 0.0)
        self.identity = Identity("reference", "1", measures_current=True, delivers_bursts=True)
        self.most_ma = [NEVER, NEVER]
        """The most that gets through each channel's pads."""
        self.cues: list[str] = []
        self.notes: list[object] = []
        self.states: list[State] = [self.record.state]
        self.report = Report()

    # Time and events

    def step(self, *events: Event, dt: float = STEP_S) -> Record:
        self.now += dt
        assert self.now < LONG_ENOUGH_S, "whatever this test waits for does not come"
        heard: list[Event] = [*events]
        if self.books:
            heard.extend(bookings(self.record, self.now))
        if self.record.state is State.LOCKED and self.record.histories is None:
            histories = dict.fromkeys(self.rules.plan.people, self.history)
            heard.append(HistoryRead(self.now, histories))
        if self.answers:
            self.report = self.followed()
            heard.append(BoardReported(self.now, self.report))
        before = self.record
        self.record = self.session.step(before, self.now, heard)
        self.witness.saw(before, heard, self.record)
        self.cues.extend(cue.value for cue in self.record.cues)
        self.notes.extend(self.record.notes)
        entered = (note for note in self.record.notes if isinstance(note, StateEntered))
        self.states.extend(State(note.state) for note in entered)
        return self.record

    def followed(self) -> Report:
        """What a board that follows would say of the last set-point."""
        sent = self.record.set_point
        asked = sent.amplitude if sent else (0.0, 0.0)
        self.in_force = (
            0.0 if 0 in self.open_channels else asked[0],
            0.0 if 1 in self.open_channels else asked[1],
        )
        state = BoardState.OFF if sent is None else BoardState.ARMED
        if max(asked) > 0:
            state = BoardState.ON
        contact = tuple(
            Contact.OPEN
            if index in self.open_channels and asked[index] >= 2.0
            else Contact.GOOD
            if asked[index] >= 2.0
            else Contact.UNKNOWN
            for index in (0, 1)
        )
        return Report(
            at=self.now,
            link=self.link,
            identity=self.identity,
            state=state,
            output=Output.ON if state is BoardState.ON else Output.OFF,
            in_force=self.in_force,
            contact=(contact[0], contact[1]),
            measured=self.measures(),
            faults=self.board_faults,
            agreed_at=self.now if sent is not None else None,
        )

    def measures(self) -> tuple[float, float]:
        a, b = (min(now, most) for now, most in zip(self.in_force, self.most_ma, strict=True))
        return a, b

    def wait(self, seconds: float, dt: float | None = None) -> Record:
        until = self.now + seconds
        while (left := until - self.now) > 1e-9:
            running = self.record.state is State.STIMULATING
            self.step(dt=min(left, dt or (STEP_S if running else PATIENT_S)))
        return self.record

    def read_for(self, seconds: float) -> Record:
        """Until the next event comes `seconds` after this screen appeared."""
        return self.wait(self.record.shown_at + seconds - self.now - STEP_S)

    # Hands

    def press(self, button: Button, held_s: float = 0.1) -> Record:
        self.step(Down(self.now + STEP_S, button))
        self.wait(held_s)
        return self.step(Up(self.now + STEP_S, button))

    def confirm(self) -> Record:
        return self.press(Button.CONFIRM)

    def back(self) -> Record:
        return self.press(Button.BACK)

    def knob_press(self) -> Record:
        return self.press(Button.KNOB)

    def hold(self, button: Button, seconds: float) -> Record:
        """A hold on a screen that has been read."""
        self.wait(0.3)
        return self.press(button, seconds)

    def turn(self, detents: int, every_s: float = 0.6) -> Record:
        for _ in range(abs(detents)):
            self.step(Turn(self.now + STEP_S, 1 if detents > 0 else -1))
            self.wait(every_s)
        return self.record

    def stop(self) -> Record:
        return self.step(StopLevel(self.now + STEP_S, True))

    def let_go_of_stop(self) -> Record:
        return self.step(StopLevel(self.now + STEP_S, False))

    def stop_command(self) -> Record:
        return self.step(StopCommand(self.now + STEP_S))

    def faults(self, *ids: str) -> Record:
        return self.step(FaultsChanged(self.now + STEP_S, frozenset(ids)))

    # Ways through a session

    def to_locked(self) -> "Core":
        self.step(StopLevel(self.now, False))
        self.wait(1.2)
        return self

    def agree(self) -> Record:
        self.wait(1.6)
        return self.hold(Button.CONFIRM, 0.7)

    def to_choosing(self) -> "Core":
        self.to_locked()
        self.confirm()
        while self.record.state is State.CHECKLIST:
            self.agree()
        return self

    def to_preparing(self) -> "Core":
        self.to_choosing()
        while self.record.state is State.CHOOSING:
            self.confirm()
        return self

    def to_placing(self) -> "Core":
        self.to_preparing()
        self.confirm()
        self.confirm()
        self.stop()
        self.let_go_of_stop()
        self.wait(1.2)
        return self

    def past_pictures(self) -> "Core":
        """CONFIRM through the pictures of `placing`, to `ready` where that is allowed."""
        for _ in PLACING:
            if self.record.state is State.PLACING:
                self.confirm()
                self.wait(0.3)
        return self

    def to_last_picture(self) -> "Core":
        self.to_placing()
        self.turn(-1)
        return self

    def to_ready(self) -> "Core":
        return self.to_placing().past_pictures()

    def start(self) -> "Core":
        self.wait(1.2)
        self.hold(Button.CONFIRM, 1.1)
        return self

    def to_stimulating(self, level: int = 0) -> "Core":
        self.to_ready()
        self.start()
        self.turn(level)
        return self

    def to_stage_done(self) -> "Core":
        """The running stage to its end, and not a step further."""
        while self.record.state is State.STIMULATING:
            self.step(dt=0.19)
        return self

    def skip_to(self, phase: str) -> "Core":
        """As if everything before this phase of the running stage had been delivered."""
        run = self.record.run
        assert run is not None
        start_s = next(span.start_s for span in run.spans if span.phase.name == phase)
        self.record = self.record.but(
            run=run.but(elapsed_s=start_s, cycle_start_s=start_s, booked_s=run.planned_s),
            position=None,
        )
        self.step()
        return self

    def until(self, step: Part, dt: float = STEP_S) -> "Core":
        """The running stage, on to the next moment in this part of a contraction."""
        while self.record.position is None or self.record.position.part is not step:
            self.step(dt=dt)
        return self

    def with_report(self, **changes: Any) -> Record:
        """One step with a report that differs from the perfect board's."""
        answers, self.answers = self.answers, False
        self.now += STEP_S
        report = self.followed().but(**changes)
        record = self.step(BoardReported(self.now, report), dt=0.0)
        self.answers = answers
        return record

    def notes_of(self, kind: type[Note]) -> list[Note]:
        """What the journal has been told of one kind so far."""
        return [note for note in self.notes if isinstance(note, kind)]

    @property
    def level(self) -> tuple[float, float]:
        run = self.record.run
        return run.levels.level if run else (0.0, 0.0)

    @property
    def target(self) -> tuple[float, float]:
        run = self.record.run
        return run.levels.target if run else (0.0, 0.0)
