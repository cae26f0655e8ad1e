"""The journal: entries in, histories out."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.journal.database import open_for_writing, translated
from appliance.journal.history_query import histories
from appliance.journal.moment import Moment
from appliance.journal.rows import close_what_was_left_open
from appliance.journal.timestamps import newest_trusted
from appliance.journal.writing import Writer
from appliance.session.notes import Note
from appliance.therapy.history import History


@dataclass(frozen=True, slots=True)
class Told:
    """An entry, and the local time when it was told."""

    entry: Note
    wall: datetime


class Journal:
    """The file at `path`, open for writing: one writer, in one thread.

    What an earlier run left open is ended with what was delivered. `settings` is the
    settings in force, as JSON text. Every verb raises JournalError, and of its kind
    JournalDamagedError where the file is not a journal or no longer one.
    """

    def __init__(
        self, path: Path, *, boot_id: str, settings: str = "{}", durable: bool = True
    ) -> None:
        self._path = path
        self._boot_id = boot_id
        self.connection = open_for_writing(path, durable=durable)
        self._writer = Writer(self.connection, settings)
        try:
            with self._all_or_nothing():
                close_what_was_left_open(self.connection, boot_id)
        except Exception:
            self.close()
            raise

    def write(self, told: Iterable[Told], *, clock_trusted: bool) -> None:
        """Keep all of `told` in one commit, or nothing of it."""
        with self._all_or_nothing():
            for one in told:
                moment = Moment(one.entry.at, one.wall, self._boot_id, clock_trusted)
                self._writer.write(one.entry, moment)

    def histories(self, people: Iterable[str], now: Moment) -> dict[str, History]:
        """What each of `people`, and Guest, has done."""
        with translated(self._path):
            return histories(self.connection, people, now)

    def newest_trusted(self) -> datetime | None:
        """The latest time that a trusted clock ever wrote here."""
        with translated(self._path):
            return newest_trusted(self.connection)

    def close(self) -> None:
        with translated(self._path):
            self.connection.close()

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        with translated(self._path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        # On some errors, a full disk among them, SQLite has rolled back by itself.
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
