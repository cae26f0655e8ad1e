"""The `ems-appliance` command: one file a family of verbs.

Each file has `register(verbs)`, which adds its parsers and sets `run`, a function of the
arguments that returns the exit code: 0 good, 1 what was asked for failed, 2 wrong usage
or wrong settings. Function-level imports are the rule in this room: all verbs are registered at
every start, and each one imports only what it needs when it runs, so that it starts fast.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from appliance import __version__
from appliance.cli import (
    board,
    config,
    demo,
    doctor,
    lock,
    log,
    manual,
    person,
    plan,
    programs,
    rescue,
    run,
    say,
    screens,
    setup,
    simulate,
    sound,
    status,
    wiring,
)
from appliance.cli.examples import add_examples
from appliance.errors import ApplianceError

_FAMILIES = (
    run,
    simulate,
    demo,
    board,
    status,
    doctor,
    plan,
    programs,
    log,
    person,
    config,
    setup,
    lock,
    sound,
    say,
    screens,
    wiring,
    rescue,
    manual,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code. Errors are one clear line, never a traceback."""
    _never_stumble_over_a_character()
    arguments = whole_parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except ApplianceError as error:
        print(f"ems-appliance: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output has closed the pipe; write nothing more to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


def _never_stumble_over_a_character() -> None:
    """A terminal that has no bar or arrow gets a question mark in its place."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, like all others."""

    def error(self, message: str) -> NoReturn:
        verb = self.prog.partition(" ")[2]
        where = f"{verb}: " if verb else ""
        self.exit(2, f"ems-appliance: {where}{message}; `{self.prog} --help` tells more\n")


def whole_parser() -> argparse.ArgumentParser:
    """The parser of the command, with every verb and an example for each."""
    parser = _Parser(
        prog="ems-appliance",
        description="Leads one person through a muscle-stimulation session for the lower back. "
        "It is not a medical device.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for family in _FAMILIES:
        family.register(verbs)
    add_examples(parser)
    return parser
