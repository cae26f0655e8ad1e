"""A small world around one record: a short routine, a board, hands; to be copied at will."""

from copy import copy
from dataclasses import dataclass

from appliance.session.board import (
    BoardState,
    Contact,
    Identity,
    Link,
    Output,
    Report,
)
from appliance.session.events import BoardReported, Button, Event, HistoryRead, StopLevel
from appliance.session.machine.machine import Session
from appliance.session.machine.transition_table import Transition, Trigger
from appliance.session.record import Record, Rules
from appliance.session.state import State
from appliance.therapy.catalogue import Catalogue
from appliance.therapy.history import History
from appliance.therapy.limits import Limits
from appliance.therapy.plan import Plan
from appliance.therapy.programs import Phase
from appliance.therapy.routines import Routine, Stage
from tests.session.core import EXPERIENCED, shipped
from tests.session.ledger import bookings
from tests.session.witness import Witness

WORN = EXPERIENCED.but(pad_uses=(("lower_back", 15),))
"""Somebody whose pads are worn, not worn out."""
TIRED = EXPERIENCED.but(sessions_today=1)
"""Somebody whose day is used up."""
IDENTITY = Identity("reference", "1", delivers_bursts=True)


def short_rules() -> Rules:
    """Two stages of a little more than the booked minute, and one statement of each kind."""
    shipped_ = shipped()
    program = shipped_.programs["lower_back"].but(
        phases=(
            Phase("work", 50.0, 300, 2.0, 2.0, 1.0, 3.0),
            Phase("cool_down", 3.0, 300, 2.0, 0.0, 2.0, 0.0, fraction=0.5, duration_s=10.0),
        ),
    )
    stages = tuple(
        Stage(shipped_.placements[place], program, 1.2, own_minutes=True)
        for place in ("lower_back", "glutes")
    )
    catalogue = Catalogue(
        programs={**shipped_.programs, "lower_back": program},
        placements=shipped_.placements,
        routines={"short": Routine("short", stages)},
        statements=tuple(
            statement
            for statement in shipped_.statements
            if statement.id in ("no_active_implant", "on_battery", "no_session_today", "heart")
        ),
    )
    plan = Plan(people=("Me", "Tired"), routine="short")
    return Rules(plan, Limits(minutes_per_site=2.5), catalogue)


class Tracing(Session):
    """The real session; it also keeps which rows of the table it took."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: set[Transition] = set()
        self.fired: set[tuple[State, Trigger]] = set()

    def fire(self, record: Record, trigger: Trigger) -> Record:
        self.fired.add((record.state, trigger))
        return super().fire(record, trigger)

    def row(self, record: Record, trigger: Trigger) -> Transition | None:
        row = super().row(record, trigger)
        if row is not None:
            self.taken.add(row)
        return row


@dataclass(slots=True)
class World:
    """A record, and everything around it that it cannot know."""

    session: Session
    record: Record
    witness: Witness
    now: float
    contact: tuple[Contact, Contact] = (Contact.UNKNOWN, Contact.UNKNOWN)
    link: Link = Link.UP
    present: frozenset[str] = frozenset()
    stop_open: bool = False
    held: frozenset[Button] = frozenset()
    board: str = "follows"
    """`follows`; `mute`: no report; `strong`: it delivers half as much again as it is told and
    3 mA more, and says that all is well; `restless`: it goes on in the rests with a current that
    never changes; else the state that it is in by itself."""
    journal: str = "writes"
    """`writes`; `refuses`: nothing that the ledger is asked to book gets to the disk."""
    identity: Identity = IDENTITY
    histories: tuple[tuple[str, History], ...] = (("Me", WORN), ("Tired", TIRED))

    def copy(self) -> "World":
        other = copy(self)
        other.witness = copy(self.witness)
        other.witness.ledger = copy(self.witness.ledger)
        return other

    def step(self, dt: float, *events: Event) -> None:
        self.now += dt
        heard = list(events)
        if self.journal == "writes":
            heard.extend(bookings(self.record, self.now))
        if self.record.state is State.LOCKED and self.record.histories is None:
            heard.append(HistoryRead(self.now, dict(self.histories)))
        if self.board != "mute":
            heard.append(BoardReported(self.now, self.report()))
        before = self.record
        self.record = self.session.step(before, self.now, heard)
        self.witness.saw(before, heard, self.record)

    def wait(self, seconds: float) -> None:
        """Time passes; in small steps only where the loop must not stall."""
        until = self.now + seconds
        while (left := until - self.now) > 1e-6:
            running = self.record.state is State.STIMULATING
            self.step(min(left, 0.19 if running else seconds))

    def report(self) -> Report:
        asked = self.record.set_point.amplitude if self.record.set_point else (0.0, 0.0)
        state = BoardState.OFF if self.record.set_point is None else BoardState.ARMED
        if max(asked) > 0.0:
            state = BoardState.ON
        measured: tuple[float | None, float | None] = (None, None)
        if self.board == "strong":
            measured = (_too_much(asked[0]), _too_much(asked[1]))
        elif self.board == "restless":
            measured = asked if max(asked) > 0.0 else (9.0, 0.0)
        elif self.board != "follows":
            asked, state = (0.0, 0.0), BoardState(self.board)
        return Report(
            at=self.now,
            link=self.link,
            identity=self.identity,
            state=state,
            output=Output.ON if max(asked) > 0.0 else Output.OFF,
            in_force=asked,
            contact=self.contact,
            measured=measured,
            agreed_at=self.now if state in (BoardState.ARMED, BoardState.ON) else None,
        )


def _too_much(told_ma: float) -> float:
    return told_ma * 1.5 + 3.0 if told_ma > 0.0 else 0.0


def new_world(session: Session, rules: Rules | None = None) -> World:
    """Just switched on, STOP not pressed."""
    record = session.first(rules or short_rules(), 100.0)
    world = World(session, record, Witness(), 100.0)
    world.step(0.05, StopLevel(100.05, False))
    return world
