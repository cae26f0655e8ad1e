"""The words of the product: one TOML file a language, looked up by key."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from appliance.errors import SettingsError

DEFAULT_LANGUAGE = "en"


class Words:
    """The words of one language. A missing key or placeholder is an error that names it."""

    def __init__(self, language: str, by_key: Mapping[str, str]) -> None:
        self.language = language
        self._by_key = dict(by_key)

    @classmethod
    @cache
    def load(cls, language: str = DEFAULT_LANGUAGE) -> "Words":
        """Read the language's file; SettingsError where there is none.

        A file is read once: the voice asks for its words in steps of the control loop.
        """
        known = languages()
        if language not in known:
            raise SettingsError(
                f"language: no words for {language!r}; there are {', '.join(known)}"
            )
        source = (_folder() / f"{language}.toml").read_text("utf-8")
        return cls(language, dict(_flat(tomllib.loads(source))))

    def __call__(self, key: str, **values: object) -> str:
        """The text under `key`, its {placeholders} filled in."""
        try:
            return self._by_key[key].format(**values)
        except KeyError as missing:
            what = (
                f"no words under {key!r}" if key not in self._by_key else f"{key} needs {missing}"
            )
            raise SettingsError(f"words/{self.language}.toml: {what}") from None

    def fault(self, fault_id: str) -> tuple[str, str]:
        """What happened and what to do. A fault without words has those of `internal`."""
        known = fault_id if f"fault.{fault_id}.text" in self else "internal"
        return self(f"fault.{known}.text"), self(f"fault.{known}.next")

    def __contains__(self, key: str) -> bool:
        return key in self._by_key

    def raw(self, key: str) -> str:
        """The text under `key` with its {placeholders} as they are written."""
        return self._by_key[key]

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._by_key)


def languages() -> tuple[str, ...]:
    """The languages that have a file in `words/`, by their two letters."""
    names = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(name[:-5] for name in names if name.endswith(".toml")))


def _folder() -> Traversable:
    return resources.files(__package__) / "words"


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, str):
            yield f"{prefix}{name}", value
        else:
            raise SettingsError(f"words: {prefix}{name} is no text; put it in quotes")
