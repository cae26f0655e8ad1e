"""`config`: show, get, set, validate and path. Changes are refused while a session runs."""

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from appliance.cli.arguments import Verbs, add_config
from appliance.errors import JournalError, UsageError

if TYPE_CHECKING:
    from appliance.settings.model import Settings


def register(verbs: Verbs) -> None:
    parser = verbs.add_parser("config", help="the settings: show, get, set, validate, path")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _action(
        actions, "show", _show, "all settings in force; what differs from the default is marked"
    )
    _action(
        actions, "validate", _validate, "whether the settings and the files beside them are right"
    )
    _action(actions, "path", _path, "which file counts")
    get = _action(actions, "get", _get, "one value")
    get.add_argument("key", nargs="+", metavar="KEY", help="for example limits.current_ma")
    put = _action(actions, "set", _set, "change one value; the rest of the file stays as it is")
    put.add_argument("key", metavar="KEY", help="for example limits.current_ma")
    put.add_argument(
        "value", nargs="+", metavar="VALUE", help="a text, a number, true, false, or a list"
    )


def _action(actions: Verbs, name: str, run: object, words: str) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=words)
    add_config(parser)
    parser.set_defaults(run=run)
    return parser


def _show(arguments: argparse.Namespace) -> int:
    from appliance.settings import reading, showing

    settings = reading.load(arguments.config, os.environ)
    print(showing.show(settings, _chosen(settings)), end="")
    return 0


def _get(arguments: argparse.Namespace) -> int:
    from appliance.service.box_choices import with_chosen
    from appliance.settings import reading, showing

    settings = reading.load(arguments.config, os.environ)
    key, rest = _key_of(arguments.key)
    if rest:
        raise UsageError(f"config get {' '.join(arguments.key)}: one key at a time")
    print(showing.get(with_chosen(settings, _chosen(settings)), key))
    return 0


def _key_of(words: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The key at the beginning of these words, with what follows it.

    A section and a name apart, as they stand in the file, are one key.
    """
    from appliance.settings.keys import SECTIONS

    first, *rest = words
    section = first.strip("[]")
    if section in SECTIONS and rest:
        return f"{section}.{rest[0]}", rest[1:]
    return first, rest


def _key_and_value(words: Sequence[str]) -> tuple[str, str]:
    """A key and its one value, with or without `=` between them. Raises UsageError."""
    key, values = _key_of(words)
    if len(values) > 1 and values[0] == "=":
        values = values[1:]
    if len(values) != 1:
        raise UsageError(
            f"config set {' '.join(words)}: a key and one value; put a value of several words in"
            f" quotes: config set {key} {shlex.quote(', '.join(values) or 'VALUE')}"
        )
    return key, values[0]


def _chosen(settings: "Settings") -> dict[str, Any]:
    """The choices made on the box that count instead of the file, if this user may read them."""
    from appliance.service.box_choices import overriding

    try:
        return overriding(settings, settings.journal.path)
    except JournalError as error:
        print(
            f"ems-appliance: {error}; volume and language are shown as the file has them,"
            " what was set on the box is not known",
            file=sys.stderr,
        )
        return {}


def _validate(arguments: argparse.Namespace) -> int:
    from appliance.settings import library, reading

    delivered = library.validate(arguments.config, os.environ)
    print("\n".join(library.found(reading.settings_path(arguments.config, os.environ))))
    print("All good.")
    print("Delivered dry, with a level that is set once:")
    print("\n".join(delivered))
    return 0


def _path(arguments: argparse.Namespace) -> int:
    from appliance.settings import reading

    print(reading.settings_path(arguments.config, os.environ))
    return 0


def _set(arguments: argparse.Namespace) -> int:
    from appliance.cli.quiet import refuse_during_session
    from appliance.service.box_choices import let_the_file_count
    from appliance.settings import editing, reading

    key, value = _key_and_value([arguments.key, *arguments.value])
    path = reading.settings_path(arguments.config, os.environ)
    refuse_during_session(reading.salvage(path))
    editing.set_value(path, key, value)
    let_the_file_count(reading.load(arguments.config, os.environ), key)
    print(f"{path}: {key} = {value}; it counts from the next start")
    return 0
