"""Volume and language set on the box, which override the settings file.

The builder changes the file over SSH; the person beside the box has only the knob. The newest
choice counts: the one made on the box holds until the file's value changes.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from appliance.journal.chosen_settings import forget_choice, read_choices
from appliance.settings.keys import find
from appliance.settings.kinds import NotAllowedError
from appliance.settings.model import Settings

CHOSEN_AT_THE_BOX = ("language", "sound.volume")


def overriding(settings: Settings, journal: Path) -> dict[str, Any]:
    """The settings that were chosen on the box and still count, by name.

    Raises JournalError if the journal cannot be read.
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
            # A version that allowed more values stored it. The file's value is valid.
            continue
    return found


def with_chosen(settings: Settings, chosen: Mapping[str, Any]) -> Settings:
    """The settings in force."""
    volume = chosen.get("sound.volume", settings.sound.volume)
    return settings.but(
        language=chosen.get("language", settings.language),
        sound=settings.sound.but(volume=volume),
    )


def let_the_file_count(settings: Settings, name: str) -> bool:
    """Make the file's value of `name` count, even if the file had the same value before.

    Returns whether a choice made on the box was in its way. Raises JournalError if that choice
    cannot be removed.
    """
    path = settings.journal.path
    if name in CHOSEN_AT_THE_BOX and name in overriding(settings, path):
        forget_choice(path, name)
        return True
    return False
