"""Change the settings file: validate the new text as a whole, then replace the file atomically."""

import os
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from appliance.errors import SettingsError
from appliance.settings.keys import Key, find
from appliance.settings.kinds import NotAllowedError
from appliance.settings.library import load_catalogue
from appliance.settings.reading import parse_text, settings_from, text_of

_MODE_OF_NEW = 0o644


def set_value(path: Path, full_name: str, words: str) -> None:
    """Set one setting to the value that `words` of a command line give; comments stay.

    Creates the file if it is missing. Raises SettingsError where key or value is not
    allowed, where the file would not be valid as a whole, or where it cannot be written;
    the old file is then untouched.
    """
    key = find(full_name)
    text = key.kind.write(_value_from(key, words))
    replace_file(path, _with_value(_text_of(path), path, key, text))


def replace_file(path: Path, text: str) -> None:
    """Put `text` in the place of the file, atomically, once it is valid as a whole.

    Raises SettingsError or TherapyError, and leaves the old file, where it is not.
    """
    load_catalogue(path, settings_from(parse_text(text, str(path)), str(path)))
    try:
        # A link stays a link: what it leads to is replaced.
        _write_and_rename(path.resolve(), text)
    except OSError as error:
        raise SettingsError(f"{path}: it cannot be written: {error.strerror}") from None


def _value_from(key: Key, words: str) -> object:
    for candidate in _readings(words):
        with suppress(NotAllowedError):
            return key.kind.read(candidate)
    in_one_line = " ".join(words.split())
    raise SettingsError(f"{key.full_name} = {in_one_line}: allowed is {key.kind.allowed}")


def _readings(words: str) -> Iterator[object]:
    """The ways to read an argument: as TOML, as plain text, as a list with commas."""
    with suppress(tomllib.TOMLDecodeError):
        yield tomllib.loads(f"value = {words}")["value"]
    if words.lstrip().startswith("["):
        # Meant as a list: one that is no good must not become a name in brackets.
        return
    yield words
    yield [word.strip() for word in words.split(",")]


def _with_value(old: str, path: Path, key: Key, text: str) -> str:
    # Imported here: it is slow, and only this verb needs it.
    import tomlkit

    parse_text(old, str(path))
    document = tomlkit.parse(old)
    if not key.section:
        document[key.name] = tomlkit.value(text)
    else:
        section = document.setdefault(key.section, tomlkit.table())
        if not isinstance(section, dict):
            raise SettingsError(f"{path}: {key.section} has to be a section, [{key.section}]")
        section[key.name] = tomlkit.value(text)
    return tomlkit.dumps(document)


def _text_of(path: Path) -> str:
    try:
        return text_of(path)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise SettingsError(f"{path}: it cannot be read: {error.strerror}") from None


def _write_and_rename(path: Path, text: str) -> None:
    """The new file is on the card before the old one is gone: power may fail at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            _keep_owner(path, descriptor)
            os.fsync(descriptor)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _keep_owner(path: Path, descriptor: int) -> None:
    try:
        old = path.stat()
    except FileNotFoundError:
        os.fchmod(descriptor, _MODE_OF_NEW)
        return
    os.fchmod(descriptor, old.st_mode & 0o777)
    if os.geteuid() == 0:
        os.fchown(descriptor, old.st_uid, old.st_gid)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
