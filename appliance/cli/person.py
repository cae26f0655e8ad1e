"""`person`: lists people, renames one, or removes all of a person's rows from the journal."""

import argparse
import json
import os
import shlex
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from appliance.cli.arguments import add_config
from appliance.errors import ApplianceError, UsageError

if TYPE_CHECKING:
    from appliance.settings.model import Settings


def register(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="who has rows in the journal, and how many sessions")
    listing.set_defaults(run=_list)
    renaming = actions.add_parser("rename", help="give a person another name in the journal")
    renaming.add_argument("old", metavar="OLD")
    renaming.add_argument("new", metavar="NEW")
    renaming.set_defaults(run=_rename)
    forgetting = actions.add_parser(
        "forget", help="ask, back the journal up, then remove every row of this person"
    )
    forgetting.add_argument("name", metavar="NAME")
    forgetting.add_argument("--yes", action="store_true", help="do not ask, for scripts")
    forgetting.set_defaults(run=_forget)
    for part in (listing, renaming, forgetting):
        add_config(part)


def _settings(arguments: argparse.Namespace) -> "Settings":
    from appliance.settings import reading

    return reading.load(arguments.config, os.environ)


def _list(arguments: argparse.Namespace) -> int:
    from appliance.cli.looking import journal_of

    settings = _settings(arguments)
    with journal_of(settings) as look:
        rows = look.connection.execute(
            "SELECT name, count(sessions.id), count(number), min(began_wall), max(last_day)"
            " FROM people LEFT JOIN sessions ON person_id = people.id GROUP BY people.id"
        ).fetchall()
    for name, sessions, counted, first, last in rows:
        here = "" if name in settings.plan.people else "  not in [plan] people"
        when = f", {first[:10]} to {last}" if first else ""
        print(f"{name}: {sessions} sessions, {counted} of them count{when}{here}")
    return 0


def _rename(arguments: argparse.Namespace) -> int:
    from appliance.cli.looking import person_called
    from appliance.journal import person_rows
    from appliance.therapy.plan import GUEST

    settings, new = _settings(arguments), arguments.new
    there = _people_to_change(settings)
    old = person_called(arguments.old, there, "person")
    if old == GUEST:
        raise UsageError(f"person rename: {GUEST} may be several people and keeps this name")
    people = settings.plan.people
    names = [new if one == old else one for one in people]
    _refuse_bad_name(new, names, [one for one in there if one != old])
    with _writable(settings) as connection:
        person_rows.rename(connection, old, new)
    if old not in people:
        print(f"{old} is {new} now.")
        return 0
    print(f"{old} is {new} now. Change [plan] people as well:")
    value = shlex.quote(json.dumps(names, ensure_ascii=False))  # TOML writes such a list as JSON.
    config = f" --config {shlex.quote(str(arguments.config))}" if arguments.config else ""
    print(f"  ems-appliance config set{config} plan.people {value}")
    return 0


def _refuse_bad_name(new: str, names: list[str], others: list[str]) -> None:
    """Raise UsageError for a name that the settings would refuse, alone or among the others.

    `others` are further people of the journal, from whom the panel has to tell it apart too.
    """
    from appliance.settings import glyphs, kinds

    if not new.strip():
        raise UsageError("person rename: the new name is empty")
    for other in (*others, *(one for one in names if one != new)):
        if other != new and glyphs.look_alike(new, other):
            raise UsageError(
                f"person rename: {new!r} and {other!r} look alike on the screen; choose another"
            )
    people = kinds.people()
    try:
        people.read([new])
        people.read(names)
    except kinds.NotAllowedError:
        raise UsageError(
            f"person rename: {new!r} does not fit: allowed is {people.allowed}"
        ) from None


def _forget(arguments: argparse.Namespace) -> int:
    from appliance.cli.looking import now_by, person_called
    from appliance.journal import person_rows
    from appliance.journal.database import copy_to, free_name
    from appliance.journal.timestamps import local_time

    settings = _settings(arguments)
    path = settings.journal.path
    name = person_called(arguments.name, _people_to_change(settings), "person")
    with _writable(settings) as connection:
        if person_rows.counts_today(connection, name, now_by(connection)):
            raise ApplianceError(
                f"person forget: the limits of the day still need what {name} had or told, so"
                " nothing was removed; try again in a day, in which a box with no date has to be on"
            )
        if not arguments.yes and not _agreed(name):
            raise ApplianceError("person forget: nothing was removed")
        had_clips = _clips_deleted(settings)
        backup = free_name(path, f"before-forget-{local_time():%Y%m%dT%H%M%S}")
        copy_to(path, backup)
        person_rows.forget(connection, name)
    print(f"Every row of {name} was removed from {path}.")
    print(f"{backup} still has them: delete it when you are sure, and older backups too.")
    if had_clips:
        print("Whatever the voice had rendered was deleted too; the box renders it again.")
    if name in settings.plan.people:
        print(f"[plan] people in the settings still has {name}: take the name out there as well.")
    return 0


def _clips_deleted(settings: "Settings") -> bool:
    """Delete the voice's clips, one of which may speak the name; whether there were any."""
    from appliance.voice import clips

    folder = clips.folder_beside(settings.journal.path)
    try:
        return clips.delete_clips(folder)
    except OSError as error:
        raise ApplianceError(
            f"person forget: {folder} cannot be emptied ({error.strerror}), so no row was"
            " removed; use sudo"
        ) from None


def _agreed(name: str) -> bool:
    print(f"This removes all sessions, answers and pads of {name} for good.", file=sys.stderr)
    print("Type the name to agree: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() == name.casefold()


def _people_to_change(settings: "Settings") -> tuple[str, ...]:
    """Everybody in the journal. Raises ApplianceError while a session runs."""
    from appliance.cli.looking import journal_of, people_in
    from appliance.cli.quiet import refuse_during_session

    refuse_during_session(settings)
    with journal_of(settings) as look:
        return people_in(look.connection)


@contextmanager
def _writable(settings: "Settings") -> Iterator["sqlite3.Connection"]:
    """The journal. Raises JournalError where it cannot be opened or changed."""
    from appliance.journal.database import open_for_writing, translated

    path = settings.journal.path
    with closing(open_for_writing(path)) as connection, translated(path):
        yield connection
