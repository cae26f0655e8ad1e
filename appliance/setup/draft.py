"""The settings as they will be: the file, and what the chapters change in it. Written once."""

import difflib
from pathlib import Path

from appliance.errors import UsageError
from appliance.settings import editing
from appliance.settings.keys import find
from appliance.settings.model import Settings
from appliance.settings.reading import parse_text, settings_from
from appliance.setup.questions import SKIPPED, Outcome, SystemChange


class Draft:
    """A settings file that is being changed. Raises UsageError where the file is not valid now."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._old = editing.text_in(path)
        self.outcomes: dict[str, Outcome] = {}
        """What each chapter has come to, by its id."""
        self.is_finished = False
        """Whether the sitting is over, because all is written, or because nothing changes."""
        self.told: list[str] = []
        """What has been done, a line each."""
        editing.check(path, self._old)
        self.begun_with = self.settings = self._settings_of(self._old)

    @property
    def values(self) -> dict[str, object]:
        """What differs from the file, by full name."""
        merged: dict[str, object] = {}
        for outcome in self.outcomes.values():
            merged.update(outcome.values)
        return {
            name: value
            for name, value in merged.items()
            if find(name).value_in(self.begun_with) != value
        }

    @property
    def text(self) -> str:
        """The file as it will be."""
        return editing.text_with(self.path, self._old, self.values)

    @property
    def to_do(self) -> list[str]:
        return [line for outcome in self.outcomes.values() for line in outcome.to_do]

    @property
    def system(self) -> list[SystemChange]:
        return [change for outcome in self.outcomes.values() for change in outcome.system]

    def take(self, chapter: str, outcome: Outcome) -> None:
        """Take what a chapter comes to, in the place of what it came to before.

        A chapter that was skipped leaves that in place. Raises UsageError, and keeps what was
        before, where the settings would not be valid as a whole.
        """
        before = self.outcomes
        if outcome is SKIPPED:
            before.setdefault(chapter, SKIPPED)
            return
        self.outcomes = {**before, chapter: outcome}
        try:
            text = self.text
            editing.check(self.path, text)
        except UsageError:
            self.outcomes = before
            raise
        self.settings = self._settings_of(text)

    def diff(self) -> list[str]:
        """What the file loses and gets, a line each, with the lines around; empty for nothing."""
        new = self.text if self.values else self._old
        lines = difflib.unified_diff(self._old.splitlines(), new.splitlines(), lineterm="", n=1)
        return [line for line in lines if not line.startswith(("---", "+++", "@@"))]

    def write(self) -> bool:
        """Write the file once, whole, and keep the old one. Whether there was anything to write.

        Raises ApplianceError where it cannot be, and then nothing is changed.
        """
        if not self.values:
            return False
        editing.replace_known(self.path, self._old, self.text)
        return True

    def _settings_of(self, text: str) -> Settings:
        return settings_from(parse_text(text, str(self.path)), str(self.path))
