"""Checks a sequence of notes: every session and stage begins once and ends once."""

from collections.abc import Iterable

from appliance.session.events import Event, MinuteBooked
from appliance.session.notes import (
    Booked,
    Note,
    Sample,
    SessionBegan,
    SessionEnded,
    StageBegan,
    StageEnded,
)
from appliance.session.record import Record
from appliance.session.state import State

NEARLY = 1e-6


def bookings(record: Record, now: float) -> list[Event]:
    """What a journal that can be written answers to the notes of the step before."""
    return [MinuteBooked(now, note) for note in record.notes if isinstance(note, Booked)]


class Ledger:
    """Raises AssertionError at the first entry that does not belong where it stands."""

    def __init__(self) -> None:
        self.in_session = False
        self.in_stage = False
        self.planned_s = 0.0
        self.delivered_s = 0.0
        self.rows: tuple[tuple[str, str, float], ...] = ()
        """Placement, kind and delivered seconds of each closed row of this session."""
        self._row = ("", "")

    def read(self, entries: Iterable[Note], state: State) -> None:
        for entry in entries:
            self._take(entry)
        if state is State.LOCKED:
            assert not self.in_session

    def _take(self, entry: Note) -> None:
        match entry:
            case SessionBegan():
                assert not self.in_session and entry.planned_s > 0 and entry.stages
                self.in_session, self.rows = True, ()
            case StageBegan():
                assert self.in_session and not self.in_stage and entry.planned_s > 0
                self.in_stage, self._row = True, (entry.placement, entry.kind)
                self.planned_s, self.delivered_s = entry.planned_s, 0.0
            case Sample():
                assert self.in_stage
                self._grow(entry.delivered_s)
            case StageEnded():
                assert self.in_stage
                self._grow(entry.delivered_s)
                self.in_stage = False
                self.rows = (*self.rows, (*self._row, entry.delivered_s))
            case SessionEnded():
                assert self.in_session and not self.in_stage
                self.in_session = False

    def _grow(self, delivered_s: float) -> None:
        assert self.delivered_s - NEARLY <= delivered_s <= self.planned_s + NEARLY
        self.delivered_s = delivered_s
