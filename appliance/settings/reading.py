"""Read the settings file: strict, and all errors at once, one line for each."""

import codecs
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from appliance.errors import SettingsError
from appliance.settings.contradictions import contradictions
from appliance.settings.keys import DEFAULTS, SECTIONS, Key, keys_of, pins_of
from appliance.settings.kinds import NotAllowedError
from appliance.settings.model import I2C_PINS, PANEL_CHIPS, Settings
from appliance.therapy.tables import did_you_mean, shown

DEFAULT_PATH = Path("/etc/ems-appliance/config.toml")
VARIABLE = "EMS_APPLIANCE_CONFIG"
OWN_FILES = ("programs.toml", "placements.toml", "routines.toml")
"""The user's own, beside the settings."""
LOCK_FILE = "lock.toml"
"""The therapist's, beside them as well."""


def settings_path(explicit: Path | None, environ: Mapping[str, str]) -> Path:
    """Path of the settings file: the explicit one, else the environment's, else the default."""
    return explicit or Path(environ.get(VARIABLE) or DEFAULT_PATH)


def load(explicit: Path | None, environ: Mapping[str, str]) -> Settings:
    """Load the settings; the defaults if no file was named and the default file is missing.

    Raises SettingsError with a line for each mistake: file, key, value, what is allowed.
    """
    path = settings_path(explicit, environ)
    if path == DEFAULT_PATH and not path.is_file():
        return DEFAULTS
    return settings_from(parse(path), str(path))


def parse(path: Path) -> dict[str, object]:
    """The tables of a TOML file. Raises SettingsError with the line of a mistake."""
    try:
        return parse_text(text_of(path), str(path))
    except FileNotFoundError:
        raise SettingsError(f"{path}: there is no such file; name one that exists") from None
    except OSError as error:
        raise SettingsError(f"{path}: it cannot be read: {error.strerror}") from None


def text_of(path: Path, newline: str | None = None) -> str:
    """The text of a file, without the byte-order mark that some editors put before it.

    `newline` as for `open`: with "" the line ends are those of the file.
    Raises OSError, and SettingsError where it is not UTF-8.
    """
    try:
        with path.open(encoding="utf-8-sig", newline=newline) as file:
            return file.read()
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: it has to be text in UTF-8; save it as UTF-8") from None


def parse_text(text: str, name: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name}: this is not TOML: {error}") from None
    except RecursionError:
        raise SettingsError(f"{name}: brackets lie in too many others; take some out") from None


def settings_from(tables: Mapping[str, object], name: str) -> Settings:
    """The settings that these tables hold over the defaults.

    Raises SettingsError with a line for each mistake; `name` is the file's.
    """
    mistakes: list[str] = []
    settings = _over_defaults(tables, mistakes)
    if not mistakes:
        mistakes.extend(_clashes(settings))
        mistakes.extend(contradictions(settings, tables))
    if mistakes:
        raise SettingsError("\n".join(f"{name}: {mistake}" for mistake in mistakes))
    return settings


def _over_defaults(tables: Mapping[str, object], mistakes: list[str]) -> Settings:
    top_level = {name: value for name, value in tables.items() if name not in SECTIONS}
    changed = _values("", top_level, mistakes)
    for section in SECTIONS:
        values = tables.get(section, {})
        if isinstance(values, Mapping):
            read = _values(section, values, mistakes)
            if read:
                changed[section] = getattr(DEFAULTS, section).but(**read)
        else:
            mistakes.append(f"{section} = {shown(values)}: allowed is a section, [{section}]")
    return DEFAULTS.but(**changed)


def _values(section: str, values: Mapping[str, object], mistakes: list[str]) -> dict[str, Any]:
    """What is allowed of one section; what is not becomes a mistake."""
    known = {key.name: key for key in keys_of(section)}
    read: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            mistakes.append(_unknown(section, name, value, known))
            continue
        try:
            read[name] = known[name].kind.read(value)
        except NotAllowedError:
            mistakes.append(_not_allowed(known[name], value))
    return read


def _not_allowed(key: Key, value: object) -> str:
    return f"{key.in_file} = {shown(value)}: allowed is {key.kind.allowed}"


def _unknown(section: str, name: str, value: object, known: Iterable[str]) -> str:
    candidates = list(known)
    if section:
        what = f"[{section}] {name} = {shown(value)}: there is no such key"
    elif isinstance(value, Mapping):
        what = f"[{name}]: there is no such section"
        candidates = list(SECTIONS)
    else:
        what = f"{name} = {shown(value)}: there is no such key"
    return what + (did_you_mean(name, candidates) or f"; allowed are {', '.join(candidates)}")


def _clashes(settings: Settings) -> Iterator[str]:
    """Pins that two settings use."""
    owners: dict[int, str] = {}
    if settings.screen.driver in PANEL_CHIPS:
        owners = dict.fromkeys(I2C_PINS.get(settings.screen.i2c_port, ()), "the screen's I2C bus")
    for key, pin in pins_of(settings):
        if pin in owners:
            yield f"{key.in_file} = {pin}: allowed is a free pin; {pin} is already {owners[pin]}"
        else:
            owners[pin] = key.in_file


def salvage(path: Path) -> Settings:
    """Screen, language, runtime folder and journal of a file with mistakes, as far as readable.

    To show the mistakes, and to find the service and the record; all else is the defaults.
    Never raises.
    """
    try:
        tables = _tables_that_parse(_text_somehow(path.read_bytes()))
    except OSError:
        return DEFAULTS
    settings = _over_defaults(tables, [])
    return DEFAULTS.but(
        language=settings.language,
        screen=settings.screen,
        journal=settings.journal,
        service=settings.service,
    )


def _text_somehow(data: bytes) -> str:
    """The text, in whatever encoding an editor may have left it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data[:2]:
        return data.decode("utf-16-be" if data[:1] == b"\x00" else "utf-16-le", errors="replace")
    return data.decode("utf-8-sig", errors="replace")


_HEADER = re.compile(r"\s*\[\s*([A-Za-z0-9_-]+)\s*\]")


def _tables_that_parse(text: str) -> dict[str, object]:
    """Every section; of one that is not valid TOML, every valid line: an error hides nothing.

    What comes after a section's closing bracket is passed over.
    """
    tables: dict[str, object] = {}
    section: list[str] = []
    for line in (*text.splitlines(), "["):
        if line.lstrip().startswith("["):
            _add_section(tables, section)
            section = []
        section.append(line)
    return tables


def _add_section(tables: dict[str, object], section: list[str]) -> None:
    try:
        tables.update(tomllib.loads("\n".join(section)))
        return
    except (tomllib.TOMLDecodeError, RecursionError):
        header = _HEADER.match(section[0])
    values: dict[str, object] = {}
    for line in section[1 if header else 0 :]:
        with suppress(tomllib.TOMLDecodeError, RecursionError):
            values.update(tomllib.loads(line))
    if header is None:
        tables.update(values)
    else:
        tables[header[1]] = values
