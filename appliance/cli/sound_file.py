"""Refuses places where `say --out` and `sound --out` cannot write a sound, in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.errors import ApplianceError, UsageError


def refuse_no_sound_file(verb: str, path: Path) -> None:
    """Raise UsageError for a name that is none of a WAV file, or where there is no folder."""
    if path.suffix.lower() != ".wav":
        raise UsageError(f"{verb} --out {path}: it is a sound; give it a name in .wav")
    if not path.parent.is_dir():
        raise UsageError(f"{verb} --out {path}: {path.parent} is no folder; choose another place")


@contextmanager
def told_of_the_place(verb: str, path: Path) -> Iterator[None]:
    """Translate an OSError of the write into ApplianceError."""
    try:
        yield
    except OSError as error:
        raise ApplianceError(
            f"{verb} --out {path}: it cannot be written there ({error.strerror});"
            " choose another place"
        ) from error
