"""Change the settings file: validate the new text as a whole, then replace the file atomically."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from appliance.errors import ApplianceError, SettingsError
from appliance.settings import past_files
from appliance.settings.files import write_and_rename
from appliance.settings.keys import Key, find
from appliance.settings.kinds import NotAllowedError
from appliance.settings.library import load_catalogue
from appliance.settings.model import Settings
from appliance.settings.reading import load, parse_text, settings_from, text_of

_SCHEMAS = {"config.toml": "config.json", "programs.toml": "programs.json"}


Beforehand = Callable[[Settings], None]
"""Takes the new settings once they are good, before the file has them. Where it raises an error,
the file stays as it is."""


def set_value(path: Path, full_name: str, words: str, beforehand: Beforehand | None = None) -> None:
    """Set one setting to the value that `words` of a command line give; comments stay.

    Creates the file if it is missing. Raises SettingsError where key or value is not
    allowed, where the file would not be valid as a whole, or where it cannot be written;
    the old file is then untouched.
    """
    key = find(full_name)
    text = key.kind.write(value_from(key, words))
    with changing(path):
        replace_file(path, _with_value(text_in(path), path, key, text), beforehand)


def unset_value(path: Path, full_name: str, beforehand: Beforehand | None = None) -> bool:
    """Take one setting out of the file, so that the default counts. Whether it was there.

    `beforehand` is called in either case. Raises as `set_value` does.
    """
    key = find(full_name)
    with changing(path):
        old = text_in(path)
        new = _without_value(old, path, key)
        if new != old:
            replace_file(path, new, beforehand)
        elif beforehand is not None:
            beforehand(_settings_of(path, old))
        return new != old


def text_with(path: Path, old: str, values: Mapping[str, object]) -> str:
    """The text `old` of the settings file with these values, typed, by full name; comments stay."""
    for full_name, value in values.items():
        key = find(full_name)
        old = _with_value(old, path, key, key.kind.write(value))
    return old


def replace_known(path: Path, old: str, text: str) -> None:
    """Put `text` in the place of the settings file, which was `old` when it was read.

    Raises SettingsError or TherapyError where the text is not valid, ApplianceError where somebody
    else has changed the file meanwhile; the file is then left as it is.
    """
    with changing(path):
        if text_in(path) != old:
            raise ApplianceError(
                f"{path}: somebody else has changed it meanwhile, so nothing was"
                " changed; leave, and begin with the new file"
            )
        replace_file(path, text)


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Hold the lock on the file's folder. Raises SettingsError if the folder cannot be written."""
    try:
        with past_files.locked(path.resolve().parent):
            yield
    except ApplianceError:  # Some ApplianceErrors are OSErrors as well.
        raise
    except OSError as error:
        raise SettingsError(f"{path}: it cannot be written: {error.strerror}") from None


def replace_file(path: Path, text: str, beforehand: Beforehand | None = None) -> None:
    """Put `text` in the place of the settings file once it is valid as a whole.

    Call it inside of `changing`. The old file is kept. Raises SettingsError or TherapyError, and
    leaves the old file, where the text is not valid.
    """
    check(path, text)
    if beforehand is not None:
        beforehand(_settings_of(path, text))
    put(path, text)


def check(path: Path, text: str) -> None:
    """Raise SettingsError or TherapyError where the settings file cannot be this text."""
    settings = _settings_of(path, text)
    load_catalogue(path, settings)
    _refuse_another_record(path, settings.journal.path)


def _refuse_another_record(path: Path, journal: Path) -> None:
    """Raise SettingsError where the box would begin another record beside the one it has.

    What is left of a day, what a person has told, and which boards are barred go by the record.
    """
    try:
        now = load(path if path.is_file() else None, {}).journal.path
        would_stay = now != journal and now.exists()
    except (ApplianceError, OSError):
        # The path of the present record is not known.
        return
    if would_stay:
        raise SettingsError(
            f"{path}: [journal] path: the record at {now} would stay behind, and with it what is"
            f" left of today and which boards are barred; stop the service, move it and"
            f" barred-boards to {journal.parent}, then set the path"
        )


def _settings_of(path: Path, text: str) -> Settings:
    return settings_from(parse_text(text, str(path)), str(path))


def check_beside(settings_path: Path, name: str, text: str) -> None:
    """Raise SettingsError or TherapyError where the file `name` beside it cannot be this text."""
    settings = load(settings_path if settings_path.is_file() else None, {})
    load_catalogue(settings_path, settings, {name: text})


def put(path: Path, text: str) -> None:
    """Keep the old file and put `text` in its place, in one step: one of them is there, whole."""
    if path.is_file() and text_in(path) == text:
        return
    past_files.keep(path)
    _replace(path, text)


def _replace(path: Path, text: str) -> None:
    try:
        # A link stays a link: what it leads to is replaced.
        write_and_rename(path.resolve(), text)
    except OSError as error:
        raise SettingsError(f"{path}: it cannot be written: {error.strerror}") from None


def first_line(path: Path) -> str:
    """The first line of a new file: an editor that knows schemas completes and checks by it."""
    schema = _SCHEMAS.get(path.name, _SCHEMAS["config.toml"] if path.suffix == ".toml" else None)
    if schema is None or path.name in ("placements.toml", "routines.toml"):
        return ""
    return f"#:schema {Path(__file__).parent / 'schema' / schema}\n"


def undo(path: Path, check: Callable[[str], None]) -> past_files.PastFile:
    """Put the file back as it was before the last change, and return what was put back.

    It is removed from the history, so that the next undo goes back one further. What is replaced
    stays in the folder of the history. Raises
    SettingsError where nothing was kept, or what was kept is not valid any more.
    """
    with changing(path):
        now = text_in(path)
        for past in past_files.past_files(path):
            text = text_in(past.path)
            if text != now:
                check(text)
                past_files.keep_undone(path)
                _replace(path, text)
                past.path.unlink(missing_ok=True)
                return past
            # A change that was cut off after it kept the old file: nothing to undo.
            past.path.unlink(missing_ok=True)
    raise SettingsError(f"{path}: nothing was kept of it; `config history` shows what there is")


def value_from(key: Key, words: str) -> object:
    """The typed value that words of a person give. Raises SettingsError where it is not allowed."""
    for candidate in _readings(words):
        with suppress(NotAllowedError):
            return key.kind.read(candidate)
    in_one_line = " ".join(words.split())
    raise SettingsError(f"{key.full_name} = {in_one_line}: allowed is {key.kind.allowed}")


def _readings(words: str) -> Iterator[object]:
    """The ways to read an argument: as TOML, as plain text, as a list with commas."""
    with suppress(tomllib.TOMLDecodeError, RecursionError):
        yield tomllib.loads(f"value = {words}")["value"]
    if words.lstrip().startswith("["):
        # The text is meant as a list: an invalid list must not become a name in brackets.
        return
    yield words
    yield [word.strip() for word in words.split(",")]


def _with_value(old: str, path: Path, key: Key, text: str) -> str:
    # Imported here: it is slow, and only this verb needs it.
    import tomlkit

    parse_text(old, str(path))
    begun = old or path.exists()
    document = tomlkit.parse(in_unix_lines(old) if begun else first_line(path))
    if not key.section:
        document[key.name] = tomlkit.value(text)
    else:
        section = document.setdefault(key.section, tomlkit.table())
        if not isinstance(section, dict):
            raise SettingsError(f"{path}: {key.section} has to be a section, [{key.section}]")
        section[key.name] = tomlkit.value(text)
    return in_lines_of(old, tomlkit.dumps(document))


def _without_value(old: str, path: Path, key: Key) -> str:
    # Imported here: it is slow, and only this verb needs it.
    import tomlkit

    parse_text(old, str(path))
    document = tomlkit.parse(in_unix_lines(old))
    holder = document.get(key.section, {}) if key.section else document
    if key.name not in holder:
        return old
    holder.remove(key.name)
    return in_lines_of(old, tomlkit.dumps(document))


def in_unix_lines(text: str) -> str:
    """`text` as it is edited here: each line ends with a newline alone."""
    return text.replace("\r\n", "\n")


def in_lines_of(old: str, text: str) -> str:
    """`text` with the line ends that the old text has."""
    return text.replace("\n", "\r\n") if "\r\n" in old else text


def text_in(path: Path) -> str:
    """The text of the file with its line ends; empty where there is none."""
    try:
        return text_of(path, newline="")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise SettingsError(f"{path}: it cannot be read: {error.strerror}") from None
