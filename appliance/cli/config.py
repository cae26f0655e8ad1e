"""`config`: show, get, set, unset, edit, history, undo, validate and path.

Changes are refused while a session runs.
"""

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance.cli.arguments import add_action
from appliance.errors import JournalError, UsageError

if TYPE_CHECKING:
    from appliance.settings.model import Settings

EDITED = ("config.toml", "programs.toml", "placements.toml", "routines.toml")


def register(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    show = add_action(
        actions, "show", _show, "all settings in force; what differs from the default is marked"
    )
    show.add_argument("--changed", action="store_true", help="only what differs from the default")
    add_action(
        actions, "validate", _validate, "whether the settings and the files beside them are right"
    )
    add_action(actions, "path", _path, "which file counts")
    get = add_action(actions, "get", _get, "one value")
    get.add_argument("key", nargs="+", metavar="KEY", help="for example limits.current_ma")
    put = add_action(actions, "set", _set, "change one value; the rest of the file stays as it is")
    _add_key(put)
    put.add_argument(
        "value", nargs="+", metavar="VALUE", help="a text, a number, true, false, or a list"
    )
    unset = add_action(actions, "unset", _unset, "take one value out, so that the default counts")
    _add_key(unset)
    edit = add_action(actions, "edit", _edit, "the file in your editor, judged whole")
    _add_file(edit)
    history = add_action(actions, "history", _history, "what was replaced, and when")
    _add_file(history)
    undo = add_action(actions, "undo", _undo, "put the file back as it was before")
    _add_file(undo)


def _add_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", metavar="KEY", help="for example limits.current_ma")


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", choices=EDITED, default=EDITED[0], help=f"default: {EDITED[0]}"
    )


def _show(arguments: argparse.Namespace) -> int:
    from appliance.settings import reading, showing

    settings = reading.load(arguments.config, os.environ)
    show = showing.show_changed if arguments.changed else showing.show
    print(show(settings, _chosen(settings)), end="")
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

    A section and a name given as two words, as in the file, are joined into one key.
    """
    from appliance.settings.keys import SECTIONS

    first, *rest = words
    section = first.strip("[]")
    if section not in SECTIONS:
        return first, rest
    if not rest or rest[0] == "=":
        return section, rest
    return f"{section}.{rest[0]}", rest[1:]


def _key_and_value(words: Sequence[str]) -> tuple[str, str]:
    """A key and its one value, with or without `=` between them. Raises UsageError."""
    from appliance.settings.keys import KEYS, find

    key, values = _key_of(words)
    if not values and key not in {one.full_name for one in KEYS}:
        find(key.partition(".")[0])  # Raises SettingsError: a section without a key.
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

    found = library.validate(arguments.config, os.environ)
    print("\n".join(library.found(reading.settings_path(arguments.config, os.environ))))
    for warning in found.warnings:
        print(f"Look at this: {warning}")
    if not found.warnings:
        print("All good.")
    print("Delivered dry, with a level that is set once:")
    print("\n".join(found.delivered))
    return 0


def _path(arguments: argparse.Namespace) -> int:
    from appliance.settings import reading

    print(reading.settings_path(arguments.config, os.environ))
    return 0


class _ChoiceOnTheBox:
    """Removes the choice made on the box for a key, before the file is changed.

    If the journal cannot be written, neither the choice nor the file changes.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self.gave_way = False

    def __call__(self, settings: "Settings") -> None:
        """Remove the choice where it would count. Raises JournalError."""
        from appliance.service.box_choices import let_the_file_count

        try:
            self.gave_way = let_the_file_count(settings, self._key)
        except JournalError as error:
            raise JournalError(
                f"{error}; what was chosen on the box may count instead, so nothing was changed:"
                f" set {self._key} on the box itself"
            ) from error

    def tell_the_box(self, path: Path) -> None:
        """Touch the file: its text may be the same, and the box notices a change by its time."""
        from appliance.settings import editing

        if self.gave_way:
            with editing.changing(path):
                path.touch()


def _set(arguments: argparse.Namespace) -> int:
    from appliance.cli.quiet import COUNTS, settings_to_change
    from appliance.settings import editing

    key, value = _key_and_value([arguments.key, *arguments.value])
    path, choice = settings_to_change(arguments.config), _ChoiceOnTheBox(key)
    editing.set_value(path, key, value, choice)
    choice.tell_the_box(path)
    print(f"{path}: {key} = {value}; {COUNTS}")
    return 0


def _unset(arguments: argparse.Namespace) -> int:
    from appliance.cli.quiet import COUNTS, settings_to_change
    from appliance.service.box_choices import CHOSEN_AT_THE_BOX
    from appliance.settings import editing

    key = arguments.key
    path, choice = settings_to_change(arguments.config), _ChoiceOnTheBox(key)
    # Other keys pass None: one that is absent is reported even if the file has other errors.
    was_there = editing.unset_value(path, key, choice if key in CHOSEN_AT_THE_BOX else None)
    choice.tell_the_box(path)
    if was_there:
        print(f"{path}: {key} is out, for the default; {COUNTS}")
    elif choice.gave_way:
        print(f"{path}: {key} was not there; what the box had is out, for the default; {COUNTS}")
    else:
        print(f"{path}: {key} was not there; nothing was changed")
    return 0


def _edit(arguments: argparse.Namespace) -> int:
    from appliance.cli import editor
    from appliance.cli.quiet import COUNTS, settings_to_change
    from appliance.settings import editing

    settings_path = settings_to_change(arguments.config)
    path = _file(settings_path, arguments.file)
    fresh = None if path.exists() else editing.first_line(path)
    check = _check_of(settings_path, arguments.file)
    if editor.edit(path, check, os.environ, offered=fresh):
        print(f"{path}: changed; {COUNTS}")
    else:
        print(f"{path}: nothing was changed")
    return 0


def _file(settings_path: Path, name: str) -> Path:
    return settings_path if name == EDITED[0] else settings_path.parent / name


def _check_of(settings_path: Path, name: str) -> Callable[[str], None]:
    """The function that raises if a text is not valid for the file of this name."""
    from appliance.settings import editing

    if name == EDITED[0]:
        return partial(editing.check, settings_path)
    return partial(editing.check_beside, settings_path, name)


def _history(arguments: argparse.Namespace) -> int:
    from appliance.settings import past_files, reading

    path = _file(reading.settings_path(arguments.config, os.environ), arguments.file)
    kept = past_files.past_files(path)
    for past in kept:
        print(f"{past.number:>5}  kept {past.replaced:%Y-%m-%d %H:%M:%S}  {past.path}")
    if not kept:
        print(f"{path}: nothing has been replaced yet")
    return 0


def _undo(arguments: argparse.Namespace) -> int:
    from appliance.cli.quiet import COUNTS, settings_to_change
    from appliance.settings import editing, past_files

    settings_path = settings_to_change(arguments.config)
    path = _file(settings_path, arguments.file)
    back = editing.undo(path, _check_of(settings_path, arguments.file))
    # It has no number in the history any more, so the message names the time of the change.
    left = len(past_files.past_files(path))
    print(
        f"{path}: as it was before the change of {back.replaced:%Y-%m-%d %H:%M:%S},"
        f" with {left} more in `config history`; {COUNTS}"
    )
    return 0
