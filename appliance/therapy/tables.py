"""Reads tables parsed from TOML strictly: no unknown key, no value of a wrong type."""

from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from typing import TypeVar

from appliance.errors import TherapyError

E = TypeVar("E", bound=Enum)
Item = TypeVar("Item")
Scalar = TypeVar("Scalar", str, float, int, bool)


def did_you_mean(word: str, known: Collection[str]) -> str:
    """` (did you mean "..."?)` where a known word is close, else nothing."""
    # Imported here because it is slow and only a mistake needs it.
    import difflib

    close = difflib.get_close_matches(word, known, n=1)
    return f' (did you mean "{close[0]}"?)' if close else ""


def shown(value: object) -> str:
    """A value as its owner wrote it, short enough for one line."""
    text = " ".join(_written(value).split())
    return text if len(text) <= 60 else text[:57] + "..."


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    return "a table" if isinstance(value, Mapping) else str(value)


class Table:
    """One table of a file. `where` names file and table in errors.

    Raises TherapyError with one line: where, key, value, what is allowed.
    """

    def __init__(self, where: str, values: object, keys: Collection[str]) -> None:
        if not isinstance(values, Mapping):
            raise TherapyError(f"{where}: {shown(values)} is not a table")
        for key in values:
            if key not in keys:
                hint = did_you_mean(str(key), keys) or f"; known are {', '.join(keys)}"
                raise TherapyError(f"{where}: {key} is not known here{hint}")
        self.where = where
        self._values: Mapping[str, object] = values

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str, default: str | None = None) -> str:
        return self._scalar(key, str, default, "a text in quotes")

    def number(self, key: str, default: float | None = None) -> float:
        value = self._values.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        return self._scalar(key, float, default, "a number")

    def whole(self, key: str, default: int | None = None) -> int:
        return self._scalar(key, int, default, "a whole number")

    def flag(self, key: str, default: bool | None = None) -> bool:
        return self._scalar(key, bool, default, "true or false")

    def one_of(self, key: str, kind: type[E]) -> E:
        return self.item(key, {str(member.value): member for member in kind})

    def item(self, key: str, items: Mapping[str, Item]) -> Item:
        """The item that a text names."""
        word = self.text(key)
        if word not in items:
            raise self.wrong(key, word, f"one of {', '.join(items)}{did_you_mean(word, items)}")
        return items[word]

    def tables(self, key: str, keys: Collection[str]) -> Iterator["Table"]:
        """The tables of a list. Errors name each by its number in the list, from 1."""
        values = self._values.get(key)
        if not isinstance(values, list) or not values:
            raise self.wrong(key, values, "a list of at least one table")
        for number, item in enumerate(values, start=1):
            yield Table(f"{self.where} {key} {number}", item, keys)

    def table(self, key: str, keys: Collection[str]) -> "Table":
        """The table under a key."""
        return Table(f"{self.where} {key}", self._values.get(key), keys)

    def only(self, keys: Collection[str]) -> "Table":
        """The same table, where it has none but these keys."""
        return Table(self.where, self._values, keys)

    def wholes(self, key: str) -> tuple[int, ...]:
        values = self._values.get(key)
        if not isinstance(values, list) or not all(type(value) is int for value in values):
            raise self.wrong(key, values, "a list of whole numbers")
        return tuple(values)

    def wrong(self, key: str, value: object, allowed: str) -> TherapyError:
        if value is None:
            return TherapyError(f"{self.where}: {key} is missing; it has to be {allowed}")
        return TherapyError(f"{self.where}: {key} = {shown(value)}: it has to be {allowed}")

    def _scalar(self, key: str, kind: type[Scalar], default: Scalar | None, allowed: str) -> Scalar:
        value = self._values.get(key)
        if value is None and default is not None:
            return default
        # A truth value is an int to Python, but never to a person.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(key, value, allowed)
        return value
