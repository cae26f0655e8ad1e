"""The journal file: writes notes in transactions and reads histories."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from appliance.journal.clock_trust import Trust
from appliance.journal.database import all_or_nothing, open_for_writing, translated
from appliance.journal.history_query import histories
from appliance.journal.ledger import DAMAGED, add_doubt
from appliance.journal.session_rows import close_what_was_left_open
from appliance.journal.timestamps import Dating, Moment, dating, distrust_dates
from appliance.journal.writing import Writer
from appliance.records import Fixed
from appliance.session.notes import Note
from appliance.therapy.history import History


class DatedNote(Fixed, frozen=True):
    """A note, and the machine's local time at which the control loop put it."""

    note: Note
    wall: datetime


class Journal:
    """The file at `path`, open for writing by one thread.

    Opening ends the sessions that an earlier run left open, with what they delivered.
    `settings` is the settings in force, as JSON text. Every method raises JournalError, and
    its subclass JournalDamagedError if the file is not a journal or is damaged.
    """

    def __init__(
        self, path: Path, *, boot_id: str, settings: str = "{}", durable: bool = True
    ) -> None:
        self._path = path
        self._boot_id = boot_id
        self.connection = open_for_writing(path, durable=durable)
        try:
            with translated(path):
                self._writer = Writer(self.connection, settings)
            with self._all_or_nothing():
                close_what_was_left_open(self.connection, boot_id)
        except Exception:
            self.close()
            raise

    def write(self, notes: Iterable[DatedNote], dating: Dating) -> None:
        """Store all of `notes` in one commit, or none of them."""
        with self._all_or_nothing():
            for one in notes:
                self._writer.write(one.note, dating.moment(one.note.at, one.wall))

    def histories(self, people: Iterable[str], now: Moment) -> dict[str, History]:
        """The history of each of `people` and of Guest."""
        with translated(self._path):
            return histories(self.connection, people, now)

    def doubt(self, now: Moment, why: str = DAMAGED) -> None:
        """Store that what was delivered until now is not known."""
        with self._all_or_nothing():
            add_doubt(self.connection, now, why)

    def distrust_dates(self) -> None:
        """Store that no date of this boot's clock is certain."""
        with self._all_or_nothing():
            distrust_dates(self.connection, self._boot_id)

    def dating(self, wall: datetime, trust: Trust) -> Dating:
        """How to date what happens, now that the machine says it is `wall`."""
        with translated(self._path):
            return dating(self.connection, wall, self._boot_id, trust)

    def close(self) -> None:
        with translated(self._path):
            self.connection.close()

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        with translated(self._path), all_or_nothing(self.connection):
            yield
