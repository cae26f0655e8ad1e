"""Volume and language as set on the box, over what the settings file says of them.

The file is the builder's and is changed over SSH; whoever lies beside the box has the knob.
The newest choice counts: the box's own for as long as the file says what it said then.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from appliance.journal.chosen_settings import forget_choice, read_choices
from appliance.settings.keys import find
from appliance.settings.kinds import NotAllowedError
from appliance.settings.model import Settings

CHOSEN_AT_THE_BOX = ("language", "sound.volume")


def overriding(settings: Settings, journal: Path) -> dict[str, Any]:
    """The settings that were chosen at the box and count, by name.

    Raises JournalError where nobody can know.
    """
    choices = read_choices(journal)
    found: dict[str, Any] = {}
    for name in CHOSEN_AT_THE_BOX:
        key, choice = find(name), choices.get(name)
        if choice is None or choice.file_said != key.value_in(settings):
            continue
        try:
            found[name] = key.kind.read(choice.value)
        except NotAllowedError:
            # Of a program that allowed more. The file's value is good.
            continue
    return found


def with_chosen(settings: Settings, chosen: Mapping[str, Any]) -> Settings:
    """The settings in force."""
    volume = chosen.get("sound.volume", settings.sound.volume)
    return replace(
        settings,
        language=chosen.get("language", settings.language),
        sound=replace(settings.sound, volume=volume),
    )


def let_the_file_count(settings: Settings, name: str) -> None:
    """What the file says of `name` was said just now, even where it said the same before.

    Raises JournalError where what was chosen at the box cannot be forgotten.
    """
    path = settings.journal.path
    if name in CHOSEN_AT_THE_BOX and name in overriding(settings, path):
        forget_choice(path, name)
