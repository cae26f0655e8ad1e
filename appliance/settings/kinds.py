"""The kinds of values of settings: how each is read, checked and written."""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from itertools import combinations
from pathlib import Path
from typing import Any, NoReturn

from msgspec import field

from appliance.records import Fixed
from appliance.settings.glyphs import as_drawn, look_alike
from appliance.therapy.plan import GUEST, Rest

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_PEOPLE = 4
LONGEST_NAME = 12
LAST_PIN = 27
_OFF = "off"
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


class NotAllowedError(ValueError):
    """Raised by a kind for a value that it does not allow; the caller names key and value."""


def as_toml(value: object) -> str:
    """A value of a setting as it stands in the file."""
    if value is None:
        return _quoted(_OFF)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, tuple):
        return "[" + ", ".join(as_toml(item) for item in value) + "]"
    return _quoted(str(value.value if isinstance(value, Enum) else value))


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(character, character) for character in text) + '"'


class Kind(Fixed, frozen=True):
    """The values that a setting allows."""

    allowed: str
    """The words after "allowed is"."""
    read: Callable[[object], Any]
    """Convert a value of the file to one of the settings. Raises NotAllowedError."""
    write: Callable[[Any], str] = as_toml
    is_pin: bool = False
    """Its values are BCM pins, each of which serves one part only."""
    schema: Mapping[str, object] = field(default_factory=dict)
    """The same as a JSON Schema, for editors; it may allow more, never less."""


_TEXT = {"type": "string", "minLength": 1}


def _list_of(item: Mapping[str, object], most: int) -> dict[str, object]:
    return {
        "type": "array",
        "items": item,
        "minItems": 1,
        "maxItems": most,
        "uniqueItems": True,
    }


def refuse() -> NoReturn:
    raise NotAllowedError


def whole(least: int, most: int) -> Kind:
    def read(value: object) -> int:
        # Not isinstance: to Python a truth value is a whole number.
        return value if type(value) is int and least <= value <= most else refuse()

    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Kind(f"a whole number from {least} to {most}", read, schema=schema)


def whole_or(word: str, least: int, most: int) -> Kind:
    """A whole number, or None, which is written as a word."""
    numbers = whole(least, most)
    return Kind(
        f'{numbers.allowed}, or "{word}"',
        lambda value: None if value == word else numbers.read(value),
        lambda value: as_toml(word if value is None else value),
        schema={"anyOf": [numbers.schema, {"const": word}]},
    )


def turns() -> Kind:
    """The panel is wider than high, so that only 0 and 180 degrees fit."""
    read_turns = whole(0, 2).read
    allowed = {"enum": [0, 2]}
    return Kind(
        "0 or 2", lambda value: refuse() if value == 1 else read_turns(value), schema=allowed
    )


def knob_edges() -> Kind:
    """Encoders are sold with four edges a detent, and with two."""
    read_edges = whole(2, 4).read
    allowed = {"enum": [2, 4]}
    return Kind(
        "2 or 4", lambda value: refuse() if value == 3 else read_edges(value), schema=allowed
    )


def i2c_address() -> Kind:
    """Written in the base that every data sheet uses."""
    numbers = whole(0x08, 0x77)
    return Kind(
        "an I2C address from 0x08 to 0x77",
        numbers.read,
        lambda n: f"0x{n:02X}",
        schema=numbers.schema,
    )


def number(least: float, most: float) -> Kind:
    def read(value: object) -> float:
        if type(value) is not int and type(value) is not float:
            refuse()
        # Written so that NaN is refused as well.
        return float(value) if least <= value <= most else refuse()

    schema = {"type": "number", "minimum": least, "maximum": most}
    return Kind(f"a number from {least:g} to {most:g}", read, schema=schema)


def flag() -> Kind:
    return Kind(
        "true or false",
        lambda value: value if isinstance(value, bool) else refuse(),
        schema={"type": "boolean"},
    )


def _read_text(value: object) -> str:
    fine = isinstance(value, str) and value.strip() and value.isprintable()
    return str(value) if fine else refuse()


def text() -> Kind:
    return Kind("a text in quotes", _read_text, schema=_TEXT)


def file_path() -> Kind:
    return Kind("a path in quotes", lambda value: Path(_read_text(value)), schema=_TEXT)


def absolute_path() -> Kind:
    """Of what the service and every verb have to find, whatever folder they are started in."""

    def read(value: object) -> Path:
        path = Path(_read_text(value))
        return path if path.is_absolute() else refuse()

    return Kind("an absolute path in quotes", read, schema=_TEXT)


def one_of(*words: str) -> Kind:
    return Kind(
        "one of " + ", ".join(_quoted(word) for word in words),
        lambda value: value if value in words else refuse(),
        schema={"enum": list(words)},
    )


def rest() -> Kind:
    words = one_of(*(member.value for member in Rest))
    return Kind(words.allowed, lambda value: Rest(words.read(value)), schema=words.schema)


def pin(*, optional: bool = False) -> Kind:
    """A BCM pin of the 40-pin header; an optional one may be "off": not fitted."""
    allowed = f"a BCM pin from 0 to {LAST_PIN}"
    numbers = whole(0, LAST_PIN)
    read_number = numbers.read
    if not optional:
        return Kind(allowed, read_number, is_pin=True, schema=numbers.schema)

    def read(value: object) -> int | None:
        absent = value == _OFF or value is False
        return None if absent else read_number(value)

    schema = {"anyOf": [numbers.schema, {"enum": [_OFF, False]}]}
    return Kind(f'{allowed}, or "{_OFF}"', read, is_pin=True, schema=schema)


def weekdays() -> Kind:
    def read(value: object) -> tuple[int, ...]:
        days = _different(value, len(WEEKDAYS))
        if not all(day in WEEKDAYS for day in days):
            refuse()
        return tuple(sorted(WEEKDAYS.index(day) for day in days))

    allowed = f"a list of different days out of {', '.join(WEEKDAYS)}"
    return Kind(
        allowed,
        read,
        lambda days: as_toml(tuple(WEEKDAYS[day] for day in days)),
        schema=_list_of({"enum": list(WEEKDAYS)}, len(WEEKDAYS)),
    )


def people() -> Kind:
    allowed = (
        f"a list of 1 to {MOST_PEOPLE} names of up to {LONGEST_NAME} characters that the screen"
        f" can draw (Latin letters, digits, signs), no two drawn alike, none of them {GUEST}"
    )
    name = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}
    return Kind(allowed, _read_people, schema=_list_of(name, MOST_PEOPLE))


def _read_people(value: object) -> tuple[str, ...]:
    names = _different(value, MOST_PEOPLE)
    alike = any(look_alike(one, other) for one, other in combinations(names, 2))
    return refuse() if alike or not all(map(_is_name, names)) else names


def _is_name(name: str) -> bool:
    fits = name == name.strip() and name.isprintable() and 0 < len(name) <= LONGEST_NAME
    return fits and bool(as_drawn(name)) and not look_alike(name, GUEST)


def _different(value: object, most: int) -> tuple[str, ...]:
    """A list of 1 to `most` texts of which no two are the same, in any case of letters."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        refuse()
    if not 1 <= len(value) <= most or _folded(value) < len(value):
        refuse()
    return tuple(value)


def _folded(texts: Iterable[str]) -> int:
    return len({text.casefold() for text in texts})
