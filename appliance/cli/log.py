"""`log`: what was done: list, show, export, plot, report, backup and restore."""

import argparse
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.cli.arguments import Verbs, add_config
from appliance.errors import ApplianceError, JournalError, UsageError

if TYPE_CHECKING:
    from appliance.settings.model import Settings


def register(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = _action(actions, "list", _list, "the newest sessions, a line each")
    listing.add_argument("--limit", type=int, default=20, metavar="N", help="at most (default 20)")
    showing = actions.add_parser("show", help="one session, with its stages and answers")
    showing.add_argument("number", type=_number, metavar="N", help="its number in `log list`")
    showing.set_defaults(run=_show)
    exporting = _action(actions, "export", _export, "all tables as CSV or JSON Lines, a file each")
    exporting.add_argument("--out", type=Path, required=True, metavar="DIR")
    exporting.add_argument("--format", choices=("csv", "jsonl"), default="csv")
    plotting = _action(
        actions, "plot", _plot, "sessions, minutes, level, comfort, soreness by week"
    )
    plotting.add_argument(
        "--out", type=Path, metavar="FILE", help="a .png or .svg file instead of the terminal"
    )
    reporting = _action(actions, "report", _report, "one HTML page for a physiotherapist")
    reporting.add_argument("--out", type=Path, required=True, metavar="FILE.html")
    reporting.add_argument("--language", metavar="LANGUAGE", help="default: that of the settings")
    backing = actions.add_parser("backup", help="copy the journal, also while the service runs")
    backing.add_argument("file", type=Path, metavar="FILE")
    backing.set_defaults(run=_backup)
    restoring = actions.add_parser(
        "restore", help="put a backup in place; the present file is kept"
    )
    restoring.add_argument("file", type=Path, metavar="FILE")
    restoring.set_defaults(run=_restore)
    for part in (showing, backing, restoring):
        add_config(part)


def _action(actions: Verbs, name: str, run: object, words: str) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=words)
    parser.add_argument("--person", metavar="NAME", help="only this person")
    parser.add_argument("--since", type=_day, default="", metavar="DAY", help="from 2026-01-31 on")
    add_config(parser)
    parser.set_defaults(run=run)
    return parser


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day; write it as 2026-01-31") from None


_MOST_DIGITS = 18
"""Most digits of a number; more may not fit into an integer of the journal."""
_MOST_LISTED = 1_000_000


def _number(text: str) -> int:
    if text.removeprefix("-").isdecimal() and len(text) <= _MOST_DIGITS:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is no number of a session; `log list` has them")


def _settings(arguments: argparse.Namespace) -> "Settings":
    from appliance.settings import reading

    return reading.load(arguments.config, os.environ)


def _list(arguments: argparse.Namespace) -> int:
    from appliance.cli.log_words import line_of
    from appliance.cli.looking import journal_of, known_person, people_in
    from appliance.journal.session_query import sessions
    from appliance.settings.words import Words

    if not 1 <= arguments.limit <= _MOST_LISTED:
        raise UsageError(f"--limit {arguments.limit}: allowed is a number from 1 to {_MOST_LISTED}")
    with journal_of(_settings(arguments)) as look:
        person = known_person(arguments.person, people_in(look.connection))
        found = sessions(look.connection, person, arguments.limit, since=arguments.since)
    words = Words.load()
    lines = [line_of(session, words) for session in found]
    print("\n".join(lines) or _none(person, arguments.since))
    return 0


def _none(person: str | None, since: str) -> str:
    """A message that no session was found, with the person and the day that were asked for."""
    if person is None and not since:
        return "No session yet."
    whose = f" of {person}" if person else ""
    return f"No session{whose}{f' since {since}' if since else ''}."


def _show(arguments: argparse.Namespace) -> int:
    from appliance.cli.log_words import lines_of
    from appliance.cli.looking import journal_of
    from appliance.journal.session_query import sessions
    from appliance.settings.words import Words

    with journal_of(_settings(arguments)) as look:
        found = sessions(look.connection, number=arguments.number)
    if not found:
        raise ApplianceError(f"log show {arguments.number}: no such session; see `log list`")
    print("\n".join(lines_of(found[0], Words.load())))
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from appliance.cli.log_export import write
    from appliance.cli.looking import journal_of, known_person, people_in

    with journal_of(_settings(arguments)) as look:
        person = known_person(arguments.person, people_in(look.connection))
        for path in write(
            look.connection, arguments.out, arguments.format, person, arguments.since
        ):
            print(path)
    return 0


def _plot(arguments: argparse.Namespace) -> int:
    from appliance.cli import log_plot
    from appliance.cli.looking import journal_of, people_in
    from appliance.journal.weeks_query import undated_sessions, weeks

    if arguments.out is not None and arguments.out.suffix not in (".png", ".svg"):
        raise UsageError(f"log plot --out {arguments.out}: give it a name in .png or .svg")
    settings = _settings(arguments)
    with journal_of(settings) as look:
        person = _whose(arguments.person, settings, people_in(look.connection))
        found = weeks(look.connection, person, arguments.since)
        undated = undated_sessions(look.connection, person)
    if not found:
        dated = " with a certain date" if undated else ""
        raise ApplianceError(
            f"log plot: {person} has no session{dated} there yet, so nothing was drawn"
        )
    if arguments.out is None:
        print(log_plot.in_terminal(person, found, undated))
    else:
        log_plot.to_file(person, found, undated, arguments.out)
        print(arguments.out)
    return 0


def _whose(asked: str | None, settings: "Settings", known: tuple[str, ...]) -> str:
    """The person that was asked for, else the first of the plan; a message names the others."""
    from appliance.cli.looking import known_person

    person = known_person(asked, known)
    if person is not None:
        return person
    first = settings.plan.people[0]
    others = [name for name in known if name != first]
    if others:
        print(f"This is {first}. For others: --person {', '.join(others)}", file=sys.stderr)
    return first


def _report(arguments: argparse.Namespace) -> int:
    from appliance.cli.looking import journal_of, people_in
    from appliance.cli.plan import plans_of, rules_of
    from appliance.cli.report import gather, html
    from appliance.settings.words import Words

    settings = _settings(arguments)
    words = Words.load(arguments.language or settings.language)
    plans = {plan.person: plan for plan in plans_of(settings, rules_of(arguments, settings))}
    with journal_of(settings) as look:
        person = _whose(arguments.person, settings, people_in(look.connection))
        page = html(gather(look, person, arguments.since, plans.get(person)), words)
    try:
        arguments.out.write_text(page, "utf-8")
    except OSError as error:
        raise UsageError(
            f"log report --out {arguments.out}: {error.strerror}; name a file in a folder that is"
            " there and can be written"
        ) from error
    print(arguments.out)
    return 0


def _backup(arguments: argparse.Namespace) -> int:
    from appliance.journal import database

    path, target = _settings(arguments).journal.path, arguments.file
    if not target.parent.is_dir():
        raise UsageError(f"log backup {target}: there is no folder {target.parent}; make it first")
    for there in database.files_of(target):
        raise UsageError(f"log backup {target}: {there} exists already; name a new file")
    if not database.is_there(path):
        raise JournalError(f"{path}: there is no journal yet, so there is nothing to back up")
    database.copy_to(path, target)
    print(target)
    _refuse_what_is_damaged(
        target, "log backup", "what is whole of it was copied; keep your older backups"
    )
    return 0


def _refuse_while_locked(arguments: argparse.Namespace) -> None:
    """Raise UsageError if a lock is set: the record decides who still has gentle sessions."""
    from appliance.settings import lock, reading

    path = reading.settings_path(arguments.config, os.environ)
    if lock.read(path) is not None:
        raise UsageError(
            f"log restore {arguments.file}: the box is locked, and the record counts the gentle"
            " sessions; `lock remove` first"
        )


def _refuse_what_is_no_backup(backup: Path, journal: Path) -> None:
    """Raise UsageError for no file or the journal itself, JournalError for a damaged one."""
    from appliance.journal import database

    if not (database.is_there(backup) and backup.is_file()):
        raise UsageError(f"log restore {backup}: there is no such file; name one of `log backup`")
    if database.is_there(journal) and backup.samefile(journal):
        raise UsageError(f"log restore {backup}: this is the journal itself; name a backup of it")
    _refuse_what_is_damaged(backup, "log restore", "nothing was restored, name another file")
    database.open_for_reading(backup, any_version=True).close()


def _refuse_what_is_damaged(backup: Path, verb: str, what_follows: str) -> None:
    """Raise JournalDamagedError where any page of `backup` is damaged."""
    from appliance.journal import database

    try:
        database.refuse_damaged_file(backup)
    except database.JournalDamagedError as error:
        raise database.JournalDamagedError(f"{verb}: {error}; {what_follows}") from error


def _restore(arguments: argparse.Namespace) -> int:
    from appliance.cli.quiet import refuse_while_running
    from appliance.journal.backup import replace
    from appliance.journal.database import files_of, free_name
    from appliance.journal.timestamps import local_time

    settings = _settings(arguments)
    refuse_while_running(settings, f"log restore {arguments.file}")
    _refuse_while_locked(arguments)
    path = settings.journal.path
    _refuse_what_is_no_backup(arguments.file, path)
    kept = free_name(path, f"before-restore-{local_time():%Y%m%dT%H%M%S}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, arguments.file, kept, local_time())
    except OSError as error:
        if isinstance(error, JournalError) and os.access(path.parent, os.W_OK):
            raise  # Its text names what is wrong: the backup, or the room on the disk.
        why = error.strerror or "its folder cannot be written"
        raise JournalError(f"{path}: cannot be replaced ({why}); use sudo") from error
    before = files_of(kept)
    print(
        f"{path} is that of {arguments.file} now"
        # The last of these files is the database, if there was one.
        + (f"; before it: {before[-1]}" if before else "")
        + "\nIt does not know what was delivered since it was copied: this day counts as used."
    )
    return 0
