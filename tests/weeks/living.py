"""A household that lives with the box for weeks: real session, real journal, a day a call.

Hands work the box from power-on to the choice, as on the couch. What was chosen is then told to
the journal as the session tells it, a sample for each stage, so that an hour takes no time.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from appliance.cli.plan import PersonPlan, as_json, person_plan
from appliance.journal.calendar_query import days_done
from appliance.journal.database import open_for_reading
from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.screen.draw import draw
from appliance.service.status import status_of
from appliance.session.board import BoardState, Identity, Link, Output, Report
from appliance.session.events import (
    BoardReported,
    Button,
    Down,
    Event,
    HistoryRead,
    StopLevel,
    Turn,
    Up,
)
from appliance.session.machine import pages
from appliance.session.notes import (
    Answered,
    Note,
    Sample,
    SessionBegan,
    SessionEnded,
    StageBegan,
    StageEnded,
)
from appliance.session.record import Record, Rules
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from appliance.settings.words import Words
from appliance.therapy.history import StageLeft
from appliance.therapy.limits import Limits
from appliance.therapy.offers import Option
from appliance.therapy.plan import Offer, Plan
from tests.session.core import shipped, the_session

BOARD = Identity("reference", "1")
FIRST_DAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""A Monday."""
LEVEL = (12.0, 14.0)


@dataclass(frozen=True)
class Delivered:
    """One delivered session, in true time."""

    person: str
    began: datetime
    ended: datetime
    minutes: float
    gentle: bool
    whole: bool
    day: date
    """Local day on which it ended, as the box's clock had it."""


@dataclass(frozen=True)
class Told:
    """What the three places say of today, read in the same moment."""

    screen: str
    status: dict[str, Any]
    plan: dict[str, Any]
    day: str
    """What the calendar of `plan` has for today."""


class Listening:
    """Words that write down what a screen asked for."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.said: list[tuple[str, str]] = []

    def __contains__(self, key: str) -> bool:
        return key in self.words

    def __call__(self, key: str, **values: object) -> str:
        text = self.words(key, **values)
        self.said.append((key, text))
        return text


@dataclass
class Life:
    """A box, its people and their days."""

    folder: Path
    people: tuple[str, ...] = ("Me",)
    limits: Limits = field(default_factory=Limits)
    plan: Plan = field(default_factory=Plan)

    def __post_init__(self) -> None:
        self.path = self.folder / "journal.sqlite3"
        self.rules = Rules(self.plan.but(people=self.people), self.limits, shipped())
        self.words = Words.load("en")
        self.session = the_session()
        self.true = FIRST_DAY
        self.zone: tzinfo = UTC
        self.wrong_by = timedelta()
        self.trusted = True
        self.boots = 0
        self.delivered: list[Delivered] = []
        self.recorder: Recorder | None = None
        self.waiting: list[Note] = []
        self.switch_on()

    # Time and the box

    def wall(self) -> datetime:
        return (self.true + self.wrong_by).astimezone(self.zone)

    @property
    def now(self) -> float:
        return (self.true - self.booted).total_seconds() + 20.0

    def switch_on(self) -> None:
        """A new start of the machine; the one before was switched off in `locked`."""
        self.close()
        self.boots += 1
        self.booted = self.true
        source = Source(
            self.path,
            wall_clock=self.wall,
            trust=lambda wall, newest: self.trusted,
            boot_id=f"boot {self.boots}",
        )
        self.recorder = Recorder(source, threaded=False)
        self.record: Record = self.session.first(self.rules, self.now)
        self._step(0.1, StopLevel(self.now, False))
        self._step(1.2)
        self.look()

    def close(self) -> None:
        self._write()
        if self.recorder is not None:
            self.recorder.close()

    def wait(self, how_long: timedelta) -> None:
        """Time with the box off."""
        self.true += how_long
        self.switch_on()

    def next_day(self, days: int = 1, hour: int = 12) -> None:
        """To this hour of a later day, on the wall. The box is switched off for each weekend."""
        local = self.wall()
        then = local.replace(hour=hour, minute=0) + timedelta(days=days)
        if then.isocalendar()[:2] != local.isocalendar()[:2]:
            self.wait(then - local)
        else:
            self.true += then - local
            self.look()

    def _step(self, passed_s: float, *events: Event) -> None:
        self.true += timedelta(seconds=passed_s)
        report = Report(
            at=self.now,
            link=Link.UP,
            identity=BOARD,
            state=BoardState.OFF,
            output=Output.OFF,
        )
        heard = [BoardReported(self.now, report), *events]
        self.record = self.session.step(self.record, self.now, heard)
        self._tell(*self.record.notes)

    def _tell(self, *notes: Note) -> None:
        self.waiting += notes

    def _write(self) -> None:
        """One commit a visit: every moment of writing has tests of its own."""
        if self.recorder is not None and self.waiting:
            self.recorder.put(self.waiting)
        self.waiting = []

    # Hands

    def look(self, person: str | None = None) -> None:
        """Stand before `locked` with this person on the screen, the journal read anew."""
        self._write()
        assert self.recorder is not None
        self.recorder.request_histories(self.rules.plan.people, self.now)
        histories = self.recorder.take_histories()
        assert histories is not None
        self._step(1.2, HistoryRead(self.now, histories))
        for _ in self.rules.people:
            if person in (None, self.record.person):
                return
            self._step(0.1, Turn(self.now + 0.1, 1))

    def press(self, button: Button = Button.CONFIRM, held_s: float = 0.1) -> None:
        self._step(1.7, Down(self.now + 1.7, button))
        self._step(held_s)
        self._step(0.01, Up(self.now + 0.01, button))

    def turn(self, detents: int) -> None:
        for _ in range(abs(detents)):
            self._step(0.1, Turn(self.now + 0.1, 1 if detents > 0 else -1))

    def to_the_choice(self, person: str, sore: int | None) -> Option | None:
        """Lead `person` from `locked` to what is preselected; None where the day is used up."""
        if self.record.person != person:
            self.look(person)
        self.press()
        while self.record.state is State.CHECKLIST:
            self.press(held_s=0.8)
        if self.record.state is not State.CHOOSING:
            self.press()
            return None
        while not self.record.options:
            for _ in range(sore or 0):
                self._step(0.05, Turn(self.now + 0.05, 1))
            sore = 0
            self.press()
        return self.record.options[self.record.option_index]

    def to_the_pads(self, person: str = "Me") -> None:
        """Lead `person` to the page of the pads, in `preparing`."""
        self.to_the_choice(person, sore=0)
        self.press()
        self.press()
        assert (self.record.state, pages.name(self.record)) == (State.PREPARING, "pads")

    def home(self) -> None:
        self.press(Button.BACK, 0.1 if self.record.state is State.CHOOSING else 1.1)
        assert self.record.state is State.LOCKED, self.record.state
        self.look()

    def session_of(
        self, person: str = "Me", *, sore: int = 0, part: float = 1.0, after: int = 0
    ) -> Option | None:
        """A session with what is preselected, or the rest that the box asks for.

        `part` is how much of each stage is delivered, `after` the soreness told at the end.
        """
        option = self.to_the_choice(person, sore)
        if option is None:
            self.look()
            return None
        if option.offer is Offer.REST_DAY:
            self.home()
            return option
        self._deliver(person, option, part)
        self._write()
        for question, answer in (("skin", 0), ("soreness", after), ("comfort", 3)):
            self._tell(Answered(self.now, person, question, str(answer)))
        self.home()
        return option

    def _deliver(self, person: str, option: Option, part: float) -> None:
        began = self.true
        stages = tuple(StageLeft(s.placement.id, s.program.id, s.minutes) for s in option.stages)
        self._tell(
            SessionBegan(
                self.now,
                person,
                option.id,
                option.gentle,
                option.minutes * 60.0,
                option.continues_session,
                stages,
            )
        )
        self._write()
        for index, stage in enumerate(option.stages):
            seconds = stage.minutes * 60.0 * part
            pads = stage.placement.pads[0] + stage.placement.pads[1]
            kind, id_, program = stage.program.kind.value, stage.placement.id, stage.program.id
            self._tell(StageBegan(self.now, index, id_, program, kind, stage.minutes * 60.0, pads))
            self.true += timedelta(seconds=seconds)
            self._tell(Sample(self.now, seconds, LEVEL, LEVEL))
            self._tell(StageEnded(self.now, seconds, "delivered" if part == 1.0 else "ended"))
        self._tell(SessionEnded(self.now, "delivered" if part == 1.0 else "ended"))
        self.record = self.record.but(now=self.now, touched_at=self.now)
        contracting = option.offer is not Offer.COMFORT
        self.delivered += [
            Delivered(
                person,
                began,
                self.true,
                option.minutes * part if contracting else 0.0,
                option.gentle,
                contracting and part >= 0.5,
                self.wall().date(),
            )
        ]

    # What is told

    def told(self, person: str = "Me") -> Told:
        """What screen, `status` and `plan` say of today."""
        if self.record.person != person or self.waiting:
            self.look(person)
        listening = Listening(self.words)
        draw(view_of(self.record), listening)
        lines = [text for key, text in listening.said if key in _DUE_LINES]
        status = status_of(self.record, "simulated", self.words)["plan"]
        shown = self._plan(person)
        kinds = {day.day: day.kind.value for day in shown.days}
        return Told(
            lines[0].replace("\u00a0", " "), status, as_json(shown), kinds[self.wall().date()]
        )

    def _plan(self, person: str) -> PersonPlan:
        today: date = self.wall().date()
        connection = open_for_reading(self.path)
        try:
            done = days_done(connection, person, today)
        finally:
            connection.close()
        return person_plan(person, self.record.history, done, self.rules, today)


_DUE_LINES = frozenset(
    f"locked.{key}"
    for key in (
        "today_gentle",
        "today",
        "rest_day",
        "today_daily",
        "next_day",
        "unfinished",
        "some_minutes",
        "comfort",
        "day_used",
        "sore",
        "too_soon",
    )
)
