"""The characters that the panel's font has: names that people choose are made of them.

The font draws a letter without an accent that it lacks, so two names may be drawn alike.
"""

import string
import unicodedata

DRAWN = frozenset(string.ascii_letters + string.digits + " !\"#%&'()*+,-./:;<=>?@[]_°·×–…ÄÖÜßäöü")
"""Every character of the font that a keyboard has."""
_ONE_PICTURE = str.maketrans({"_": " ", "0": "o", "×": "*"})
"""An underscore is a space; of the others a face has one picture for both."""
_ONE_STROKE = str.maketrans("I1", "ll")
"""Strokes that differ by a pixel at an end, a difference that is not visible from a couch."""


def as_drawn(text: str) -> str:
    """The text as the panel shows it, in one case of letters; empty where it cannot."""
    return _folded(_shown(text))


def look_alike(one: str, other: str) -> bool:
    """Whether two texts differ in nothing that a person can be sure to see or say.

    They differ in case alone, or in characters with one picture, or in those that are one stroke.
    """
    first, second = _shown(one), _shown(other)
    return _folded(first) == _folded(second) or _strokes(first) == _strokes(second)


def _shown(text: str) -> str:
    shown = "".join(map(_drawn, unicodedata.normalize("NFC", text)))
    return "" if "\0" in shown else shown


def _folded(shown: str) -> str:
    return shown.casefold().translate(_ONE_PICTURE)


def _strokes(shown: str) -> str:
    # Before the case goes: a capital i is a stroke, a small one has a dot.
    return _folded(shown.translate(_ONE_STROKE))


def _drawn(character: str) -> str:
    if character in DRAWN:
        return character
    plain = unicodedata.normalize("NFKD", character)[:1]
    return plain if plain in DRAWN else "\0"
