"""`config`: show, get, set, validate and path. Changes are refused while a session runs."""

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any

from appliance.cli.arguments import Verbs, add_config
from appliance.errors import JournalError

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
    get.add_argument("key", metavar="KEY", help="for example limits.current_ma")
    put = _action(actions, "set", _set, "change one value; the rest of the file stays as it is")
    put.add_argument("key", metavar="KEY", help="for example limits.current_ma")
    put.add_argument("value", metavar="VALUE", help="a text, a number, true, false, or a list")


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
    print(showing.get(with_chosen(settings, _chosen(settings)), arguments.key))
    return 0


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
    print(f"{reading.settings_path(arguments.config, os.environ)}: good")
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

    path = reading.settings_path(arguments.config, os.environ)
    refuse_during_session(reading.salvage(path))
    editing.set_value(path, arguments.key, arguments.value)
    let_the_file_count(reading.load(arguments.config, os.environ), arguments.key)
    print(f"{path}: {arguments.key} = {arguments.value}; it counts from the next start")
    return 0
