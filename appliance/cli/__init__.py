"""The `ems-appliance` command: one file a verb, and files that several of them share.

A start imports the module of the verb that is asked for, and no other; the list of verbs needs
none. Function-level imports are the rule in this room, so that each verb imports only what it
needs when it runs. Exit codes: 0 good, 1 what was asked for failed, 2 wrong usage or settings.
"""

import argparse
import errno
import io
import os
import sys
from collections.abc import Collection, Sequence
from importlib import import_module
from typing import NoReturn

from appliance import __version__
from appliance.cli.examples import add_examples
from appliance.cli.verbs import VERBS
from appliance.errors import ApplianceError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""The errors of writing to a full disk, or to a terminal that has gone away."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code. Errors are one clear line, never a traceback."""
    _never_stumble_over_a_character()
    words = sys.argv[1:] if argv is None else argv
    try:
        try:
            return _run(words)
        finally:
            # Flushed here, because an error at the exit of Python would not set our exit code.
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:
        _write_no_more()
        return 1
    except OSError as error:
        # An error that names a file is none of our output; those of the service go into its log.
        if error.errno not in _NO_ROOM or error.filename is not None or words[:1] == ["run"]:
            raise
        _write_no_more()
        told = f"{error.strerror}; make room, or write to another place"
        print(f"ems-appliance: the output cannot be written: {told}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(words: Sequence[str]) -> int:
    # The first word of a command line that runs a verb is the verb itself.
    arguments = parser_of(words[:1]).parse_args(words)
    try:
        return int(arguments.run(arguments))
    except ApplianceError as error:
        print(f"ems-appliance: {error}", file=sys.stderr)
        return error.exit_code


def _write_no_more() -> None:
    """Discard the buffer and all later output, because it cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _never_stumble_over_a_character() -> None:
    """Write a question mark for each character that the terminal's encoding lacks."""
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
    """The parser of the command, with the arguments of every verb."""
    return parser_of(VERBS)


def parser_of(wanted: Collection[str]) -> argparse.ArgumentParser:
    """The parser of the command, with all verbs and the arguments of these."""
    parser = _Parser(
        prog="ems-appliance",
        description="Leads one person through a muscle-stimulation session for the lower back. "
        "It is not a medical device.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, words in VERBS.items():
        verb = verbs.add_parser(name, help=words)
        if name in wanted:
            import_module(f"appliance.cli.{name}").register(verb)
    add_examples(parser)
    return parser
