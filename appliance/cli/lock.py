"""`lock`: set, status and remove. The PIN fixes what the box may be used for."""

import argparse
import os
import sys

from appliance.cli.arguments import add_action
from appliance.errors import UsageError


def register(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    add_action(actions, "set", _set, "fix routine, limits and programs as they are now, with a PIN")
    add_action(actions, "status", _status, "whether there is a lock, and what it permits")
    remove = add_action(actions, "remove", _remove, "take the lock away, with its PIN")
    remove.add_argument(
        "--forgotten", action="store_true", help="without the PIN; for root, and the record says so"
    )


def _set(arguments: argparse.Namespace) -> int:
    from appliance.cli.quiet import COUNTS, settings_to_change
    from appliance.settings import library, lock, reading

    path = settings_to_change(arguments.config)
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
    print(f"{lock.path_beside(path)}: locked; {COUNTS}")
    return 0


def _status(arguments: argparse.Namespace) -> int:
    from appliance.records import as_dict
    from appliance.settings import lock, reading

    found = lock.read(reading.settings_path(arguments.config, os.environ))
    if found is None:
        print("There is no lock.")
        return 0
    print(f"Locked: {found.routine}, stages of up to {found.stage_minutes:g} min")
    for name, most in as_dict(found.limits).items():
        print(f"  {name}: up to {most:g}")
    print("Stopping, lowering and ending are always free.")
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    from appliance.cli.quiet import COUNTS, settings_to_change
    from appliance.settings import lock

    path = settings_to_change(arguments.config)
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
    print(f"The lock is gone; {COUNTS}, and the record says so.")
    return 0


def _asked(prompt: str) -> str:
    """A PIN, typed unseen, or a line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    # Imported here: only a person at a terminal needs it.
    import getpass

    return getpass.getpass(prompt).strip()
