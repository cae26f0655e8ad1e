"""Opens the journal read-only for the verbs that look at it, with the present moment."""

import argparse
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from appliance.errors import JournalError, UsageError
from appliance.journal.clock_trust import ClockTrust
from appliance.journal.database import open_for_reading, query_errors_translated
from appliance.journal.timestamps import Dating, Moment, dating, local_time, read_boot_id
from appliance.records import Fixed
from appliance.settings.model import Settings
from appliance.therapy.tables import did_you_mean


class Look(Fixed, frozen=True):
    """A journal that is open for reading, and now."""

    connection: sqlite3.Connection
    now: Moment


def add_person(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--person", metavar="NAME", help="only this person")


@contextmanager
def journal_of(settings: Settings) -> Iterator[Look]:
    """The journal that the settings name.

    Raises JournalError where there is none, and where a query meets damage.
    """
    path = settings.journal.path
    try:
        connection = open_for_reading(path)
    except JournalError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise JournalError(
                f"{path}: there is no journal yet; the first session begins it,"
                " or name another file in [journal] path"
            ) from error
        raise
    with closing(connection), query_errors_translated(path):
        yield Look(connection, now_by(connection))


def now_by(connection: sqlite3.Connection | None) -> Moment:
    """The present moment, dated by the box's journal; with None, as by a new journal."""
    wall, boot_id, trust = local_time(), read_boot_id(), ClockTrust()
    if connection is None:
        dated = Dating(boot_id, trusted=trust(wall, None))
    else:
        dated = dating(connection, wall, boot_id, trust)
    return dated.moment(time.monotonic(), wall)


def people_in(connection: sqlite3.Connection) -> tuple[str, ...]:
    rows = connection.execute("SELECT name FROM people ORDER BY id")
    return tuple(name for (name,) in rows)


def known_person(name: str | None, people: tuple[str, ...]) -> str | None:
    """The person that `--person` names, as `people` has the name; None where it names nobody."""
    return None if name is None else person_called(name, people, "--person")


def person_called(name: str, people: tuple[str, ...], where: str) -> str:
    """The person of this name, in any case of letters, as `people` has it.

    Raises UsageError where nobody has it, or where several have it in another case.
    """
    same = [one for one in people if one.casefold() == name.casefold()]
    if name in people or len(same) == 1:
        return name if name in people else same[0]
    there = ", ".join(people) or "nobody yet"
    asked = " ".join(name.split())
    raise UsageError(f"{where} {asked}: not known; there is {there}{did_you_mean(name, people)}")
