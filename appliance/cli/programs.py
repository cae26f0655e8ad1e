"""`programs`: list, show, new, check, plot and diff of what can be run."""

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance.cli.arguments import add_action

if TYPE_CHECKING:
    from appliance.settings.model import Settings
    from appliance.therapy.catalogue import Catalogue
    from appliance.therapy.programs import Program

MUSCLES = ("trunk", "hip", "thigh")


def register(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listed = add_action(actions, "list", _list, "all programs, with their source")
    listed.add_argument("--muscles", choices=MUSCLES, help="only published ones for these")
    listed.add_argument("--json", action="store_true", help="the same for scripts")
    show = add_action(actions, "show", _show, "the phases of a program, and where it was published")
    _add_program(show)
    show.add_argument("--json", action="store_true", help="the same for scripts")
    new = add_action(
        actions, "new", _new, "copy a program into a file of your own, and open the editor"
    )
    new.add_argument("name", metavar="NAME", help="of the new program")
    _add_program(new)
    check = add_action(
        actions,
        "check",
        _check,
        "what a person would get, minute by minute, and every cap that it meets",
    )
    _add_program(check)
    check.add_argument("--minutes", type=float, help="of the stage (default: 20, or all of it)")
    check.add_argument("--json", action="store_true", help="the same for scripts")
    plot = add_action(actions, "plot", _plot, "envelope, frequency and pulse width over time")
    _add_program(plot)
    plot.add_argument("--minutes", type=float, help="of the stage (default: 20, or all of it)")
    plot.add_argument("--out", type=Path, metavar="FILE", help="an SVG or PNG file")
    diff = add_action(actions, "diff", _diff, "what differs between two programs")
    _add_program(diff)
    diff.add_argument("other", metavar="OTHER", help="the other program")


def _add_program(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("program", metavar="PROGRAM", help="its name in `programs list`")


def _loaded(arguments: argparse.Namespace) -> tuple["Settings", "Catalogue"]:
    from appliance.settings import library, reading

    settings = reading.load(arguments.config, os.environ)
    path = reading.settings_path(arguments.config, os.environ)
    return settings, library.load_catalogue(path, settings)


def program_of(catalogue: "Catalogue", name: str) -> "Program":
    """The program of this name. Raises UsageError where there is none."""
    from appliance.errors import UsageError
    from appliance.therapy.tables import did_you_mean

    if name not in catalogue.programs:
        hint = did_you_mean(name, catalogue.programs) or "; `programs list` names all"
        raise UsageError(f"program {name}: there is none{hint}")
    return catalogue.programs[name]


def _list(arguments: argparse.Namespace) -> int:
    from appliance.cli import programs_words

    settings, catalogue = _loaded(arguments)
    rows = [
        programs_words.row(program, settings.limits)
        for program in catalogue.programs.values()
        if arguments.muscles is None
        or (program.publication and program.publication.muscles == arguments.muscles)
    ]
    print(json.dumps(rows, ensure_ascii=False) if arguments.json else programs_words.table(rows))
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from appliance.cli import programs_words

    _, catalogue = _loaded(arguments)
    program = program_of(catalogue, arguments.program)
    if arguments.json:
        print(json.dumps(programs_words.as_json(program), ensure_ascii=False))
    else:
        print("\n".join(programs_words.in_words(program)))
    return 0


def _new(arguments: argparse.Namespace) -> int:
    from appliance.cli import program_copy, quiet
    from appliance.settings import reading

    settings, catalogue = _loaded(arguments)
    quiet.refuse_during_session(settings)
    source = program_of(catalogue, arguments.program)
    path = reading.settings_path(arguments.config, os.environ)
    return program_copy.copy(path, arguments.name, source.id, catalogue)


LEAST_MINUTES = 0.1
"""Fewest minutes that `--minutes` may give; the shortest phase of a program lasts 0.2 minutes."""


def _minutes(arguments: argparse.Namespace, program: "Program") -> float:
    from math import isfinite

    from appliance.errors import UsageError
    from appliance.therapy.limits import HARD_MINUTES_PER_SITE

    whole = program.longest_s / 60.0
    minutes = arguments.minutes
    if minutes is None:
        minutes = whole if isfinite(whole) else 20.0
    if not LEAST_MINUTES <= minutes <= HARD_MINUTES_PER_SITE:
        raise UsageError(
            f"--minutes {minutes:g}: allowed is {LEAST_MINUTES:g} to {HARD_MINUTES_PER_SITE:g}"
        )
    return float(minutes)


def _check(arguments: argparse.Namespace) -> int:
    from appliance.cli import programs_words

    settings, catalogue = _loaded(arguments)
    program = program_of(catalogue, arguments.program)
    minutes = _minutes(arguments, program)
    told: Any = programs_words.checked(program, minutes, settings.limits)
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        print("\n".join(programs_words.check_in_words(told)))
    return 0


def _plot(arguments: argparse.Namespace) -> int:
    from appliance.cli import programs_plot

    _, catalogue = _loaded(arguments)
    program = program_of(catalogue, arguments.program)
    minutes = _minutes(arguments, program)
    if arguments.out is None:
        print(programs_plot.in_terminal(program, minutes))
    else:
        programs_plot.to_file(program, minutes, arguments.out)
        print(f"{arguments.out}: {program.id}, {minutes:g} min")
    return 0


def _diff(arguments: argparse.Namespace) -> int:
    from appliance.cli import programs_words

    _, catalogue = _loaded(arguments)
    one, other = (program_of(catalogue, name) for name in (arguments.program, arguments.other))
    print("\n".join(programs_words.difference(one, other)))
    return 0
