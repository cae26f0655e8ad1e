"""The settings file and the files beside it: read at a start, and looked at for changes.

A change is noticed by the files' stamps, so an editor, `config set` and a copied file all count.
It is judged whole. What was judged good is what `read` and then `catalogue` return next, whatever
the files say by then.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.errors import UsageError
from appliance.settings import reading
from appliance.settings.model import Settings

if TYPE_CHECKING:
    from appliance.therapy.catalogue import Catalogue

LOOK_S = 1.0
"""A change is judged once it has been the same for two looks: an editor may still be writing."""
_Stamps = tuple[tuple[int, int, int] | None, ...]


class SettingsFiles:
    """Files that a service was made of. `error` is why their newest change is not taken, or ""."""

    def __init__(self, explicit: Path | None, environ: Mapping[str, str]) -> None:
        self.path = reading.settings_path(explicit, environ)
        self.error = ""
        self._explicit, self._environ = explicit, environ
        self._judged: _Stamps | None = None
        self._last: _Stamps = ()
        self._good: tuple[Settings, Catalogue] | None = None

    def read(self) -> Settings:
        """The settings, to make a service of; ask for their catalogue next. Raises UsageError."""
        if self._good is not None:
            return self._good[0]
        # The stamps first: what changes while the files are read is a change.
        self._judged = self._last = self._stamps()
        return reading.load(self._explicit, self._environ)

    def catalogue(self, settings: Settings) -> "Catalogue":
        """The catalogue of the settings that `read` gave. Raises UsageError."""
        good, self._good = self._good, None
        catalogue = good[1] if good is not None else self._catalogue(settings)
        self.error = ""
        return catalogue

    def has_news(self) -> bool:
        """Whether the files have changed and are good as a whole. Reads after a change only."""
        stamps = self._stamps()
        settled, self._last = stamps == self._last, stamps
        if not settled or stamps == self._judged:
            return False
        self._judged = stamps
        try:
            self._good = self._load()
        except UsageError as error:
            self.error = str(error).splitlines()[0]
            return False
        return True

    def _load(self) -> "tuple[Settings, Catalogue]":
        settings = reading.load(self._explicit, self._environ)
        return settings, self._catalogue(settings)

    def _catalogue(self, settings: Settings) -> "Catalogue":
        # Imported here: the settings alone say which panel gets the first picture.
        from appliance.settings.library import load_catalogue

        return load_catalogue(self.path, settings)

    def _stamps(self) -> _Stamps:
        beside = (*reading.OWN_FILES, reading.LOCK_FILE)
        return tuple(map(_stamp, (self.path, *(self.path.parent / name for name in beside))))


class NoFiles:
    """A service that was made of no files, in virtual time: there is never any news."""

    error = ""

    def has_news(self) -> bool:
        return False


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
