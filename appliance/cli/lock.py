"""`lock`: set, status and remove. Whoever has the PIN fixes what the box may be used for."""

import argparse
import os
import sys
from pathlib import Path

from appliance.cli.arguments import Verbs, add_config
from appliance.errors import UsageError


def register(verbs: Verbs) -> None:
    parser = verbs.add_parser("lock", help="the therapist's lock: set, status, remove")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _action(actions, "set", _set, "fix routine, limits and programs as they are now, with a PIN")
    _action(actions, "status", _status, "whether there is a lock, and what it permits")
    remove = _action(actions, "remove", _remove, "take the lock away, with its PIN")
    remove.add_argument(
        "--forgotten", action="store_true", help="without the PIN; for root, and the record says so"
    )


def _action(actions: Verbs, name: str, run: object, words: str) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=words, epilog=f"example: sudo ems-appliance lock {name}")
    add_config(parser)
    parser.set_defaults(run=run)
    return parser


def _path(arguments: argparse.Namespace) -> Path:
    from appliance.settings import reading

    return reading.settings_path(arguments.config, os.environ)


def _quietly(arguments: argparse.Namespace) -> Path:
    """The settings file. Raises ApplianceError while a session runs."""
    from appliance.cli.quiet import refuse_during_session
    from appliance.settings import reading

    path = _path(arguments)
    refuse_during_session(reading.salvage(path))
    return path


def _set(arguments: argparse.Namespace) -> int:
    from appliance.settings import library, lock, reading

    path = _quietly(arguments)
    if lock.read(path) is not None:
        raise UsageError(f"{lock.path_beside(path)}: there is a lock; remove it first")
    settings = reading.load(arguments.config, os.environ)
    catalogue = library.load_catalogue(path, settings)
    pin = _asked("New PIN: ")
    if not lock.is_pin(pin):
        raise UsageError(f"PIN: allowed are {lock.LEAST_DIGITS} to {lock.MOST_DIGITS} digits")
    if _asked("The same again: ") != pin:
        raise UsageError("the two PINs differ, so nothing was locked")
    lock.write(path, lock.lock_of(settings, catalogue), pin)
    print(f"{lock.path_beside(path)}: locked; it counts from the next start")
    return 0


def _status(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from appliance.settings import lock

    path = _path(arguments)
    found = lock.read(path)
    if found is None:
        print("There is no lock.")
        return 0
    print(f"Locked: {found.routine}, stages of up to {found.stage_minutes:g} min")
    for name, most in asdict(found.limits).items():
        print(f"  {name}: up to {most:g}")
    print("Stopping, lowering and ending are always free.")
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    from appliance.settings import lock

    path = _quietly(arguments)
    try:
        there = lock.read(path) is not None
    except UsageError:
        # A damaged lock can be removed as well.
        there = True
    if not there:
        print("There is no lock.")
        return 0
    if arguments.forgotten:
        if os.geteuid() != 0:
            raise UsageError("lock remove --forgotten: a forgotten PIN is root's; use sudo")
    elif not lock.opens_with(path, _asked("PIN: ")):
        raise UsageError("that is not the PIN, so the lock stays")
    lock.remove(path)
    print("The lock is gone; it counts from the next start, and the record says so.")
    return 0


def _asked(prompt: str) -> str:
    """A PIN, typed unseen, or a line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    # Imported here: only a person at a terminal needs it.
    import getpass

    return getpass.getpass(prompt).strip()
