"""A journal that reopens after errors and is set aside and begun anew when damaged."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from msgspec import field

from appliance.errors import JournalError
from appliance.journal import barred_boards
from appliance.journal.clock_trust import BUILT, LATEST, SLACK, ClockTrust, Trust
from appliance.journal.database import JournalDamagedError, set_aside
from appliance.journal.journal import DatedNote, Journal
from appliance.journal.ledger import FORGETFUL
from appliance.journal.timestamps import Dating, Moment, local_time, read_boot_id
from appliance.records import Fixed
from appliance.session.notes import (
    BoardBarred,
    Booked,
    DateSet,
    Sample,
    SessionBegan,
    SessionEnded,
    StageBegan,
    StageEnded,
)
from appliance.therapy.history import DayClock, History

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class Source(Fixed, frozen=True):
    """Where the journal is, and the clocks of its timestamps."""

    path: Path
    settings: str = "{}"
    """The settings in force, as JSON text."""
    wall_clock: Callable[[], datetime] = local_time
    """Local time with its offset."""
    trust: Trust = field(default_factory=ClockTrust)
    forgets: bool = False
    """The file is on storage that keeps nothing over a power cut."""
    boot_id: str | None = None
    """None is this machine's. Virtual time needs a new one for each start from zero."""


class ReopeningJournal:
    """One thread's journal. If a method raises JournalError, a later call tries again."""

    def __init__(self, source: Source, *, durable: bool) -> None:
        self._source = source
        self._boot_id = source.boot_id or read_boot_id()
        self._durable = durable
        self._journal: Journal | None = None
        self._dating = Dating(self._boot_id, trusted=False)
        self._began_unix_s: float | None = None
        """When this boot began, by the clock that was trusted first in it."""
        self._clock_was_set = False
        self._open_session: list[DatedNote] = []
        self._bars: list[DatedNote] = []
        """Bars that are not on the disk yet."""
        self.was_set_aside = False
        self._damaged = False
        """A new file has to be told that the last day is not known."""

    def instruct(self, pragma: str) -> None:
        """Give SQLite this PRAGMA, if a file is open. Raises sqlite3.Error."""
        if self._journal is not None:
            self._journal.connection.execute(f"PRAGMA {pragma}")

    def open(self) -> None:
        """Open the journal if it is not open."""
        self._insist(lambda journal: None)

    def write(self, notes: Sequence[DatedNote]) -> None:
        """Store `notes` in one commit."""
        if notes:
            self._follow_clock(notes[-1].wall, notes[-1].note.at)
            self._insist(lambda journal: journal.write(notes, self._dating))
            self._doubt(notes[-1].note.at)
            self._remember(notes)
            if any(isinstance(one.note, DateSet) for one in notes):
                self._insist(lambda journal: self._judge_clock(journal, notes[-1].wall))

    def bar(self, notes: Sequence[DatedNote]) -> None:
        """Store the bars among `notes` beside the journal, and those that could not be before.

        Apart from `write`, so that neither keeps the other from being written.
        """
        self._bars += [
            one for one in notes if isinstance(one.note, BoardBarred) and one not in self._bars
        ]
        bars = [
            barred_boards.Bar(one.note, one.wall, self._boot_id)
            for one in self._bars
            if isinstance(one.note, BoardBarred)
        ]
        barred_boards.add(barred_boards.path_beside(self._source.path), bars)
        self._bars = []

    def histories(self, people: Sequence[str], at: float) -> dict[str, History]:
        """The history of each of `people` and of Guest, as of `at` seconds."""
        wall = self._source.wall_clock()
        self._follow_clock(wall, at)
        self._insist(lambda journal: self._judge_clock(journal, wall))
        self._doubt(at)
        now = self._moment(at)
        histories = self._insist(lambda journal: journal.histories(people, now))
        clock = DayClock(at, now.wall, self._dating.trusted, now.by_hand, BUILT, LATEST)
        return {person: self._known(history, clock) for person, history in histories.items()}

    def close(self) -> None:
        if self._journal is not None:
            journal, self._journal = self._journal, None
            journal.close()

    def _insist(self, act: Callable[[Journal], Answer]) -> Answer:
        try:
            return act(self._opened())
        except JournalDamagedError as error:
            self._set_aside(error)
            return act(self._opened())

    def _opened(self) -> Journal:
        if self._journal is None:
            journal = Journal(
                self._source.path,
                boot_id=self._boot_id,
                settings=self._source.settings,
                durable=self._durable,
            )
            try:
                self._judge_clock(journal, self._source.wall_clock())
                if self._damaged:
                    # At 0, the beginning of this boot; the present time follows with `_doubt`.
                    journal.doubt(self._moment(0.0))
                if self._source.forgets:
                    # Whatever was delivered before this boot is forgotten.
                    journal.doubt(self._moment(0.0), FORGETFUL)
                journal.write(self._open_session, self._dating)
            except JournalError:
                journal.close()
                raise
            self._journal = journal
        return self._journal

    def _set_aside(self, error: JournalDamagedError) -> None:
        """Move the damaged file away, once a run: a second time the disk is at fault."""
        if self.was_set_aside:
            raise error
        try:
            self.close()
        except JournalError as at_close:
            log.warning("%s", at_close)
        target = set_aside(self._source.path, self._source.wall_clock())
        self.was_set_aside = self._damaged = True
        log.error("%s; it was set aside as %s, and a new one is begun", error, target)

    def _judge_clock(self, journal: Journal, wall: datetime) -> None:
        dating = journal.dating(wall, self._source.trust)
        self._dating = dating.but(trusted=dating.trusted and not self._clock_was_set)

    def _follow_clock(self, wall: datetime, at: float) -> None:
        """A trusted clock that was set was wrong before or is wrong now. As it is not known which,
        no date of this boot is certain."""
        if not self._dating.trusted:
            return
        began_unix_s = wall.timestamp() - at
        if self._began_unix_s is None:
            self._began_unix_s = began_unix_s
        if abs(began_unix_s - self._began_unix_s) > SLACK.total_seconds():
            log.warning("the clock was set while it was trusted: no date of this boot is certain")
            self._insist(Journal.distrust_dates)
            self._clock_was_set = True
            self._dating = self._dating.but(trusted=False)

    def _moment(self, at: float) -> Moment:
        return self._dating.moment(at, self._source.wall_clock())

    def _doubt(self, at: float) -> None:
        """Store, in the file that follows a damaged one, since when the day is not known."""
        if self._damaged:
            self._insist(lambda journal: journal.doubt(self._moment(at)))
            self._damaged = False

    def _known(self, history: History, clock: DayClock) -> History:
        """The history with the clock; untrusted if today's sessions are unknown: the box asks."""
        certain = history.clock_trusted and not (self.was_set_aside or self._source.forgets)
        return history.but(clock=clock, clock_trusted=certain)

    def _remember(self, notes: Sequence[DatedNote]) -> None:
        """Remember the notes of the open session that a new file needs. These are few."""
        for one in notes:
            match one.note:
                case SessionBegan():
                    self._open_session = [one]
                case SessionEnded():
                    self._open_session = []
                case StageBegan() | StageEnded() | Booked() | Sample() if self._open_session:
                    # Each sample has all that its stage delivered: the last one is enough.
                    last = self._open_session[-1].note
                    if isinstance(one.note, Sample) and isinstance(last, Sample):
                        self._open_session.pop()
                    self._open_session.append(one)
