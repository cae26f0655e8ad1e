"""The characters that the panel's font has: names that people choose are made of them.

The font draws a letter without an accent that it lacks, so two names may be drawn alike.
"""

import string
import unicodedata

DRAWN = frozenset(string.ascii_letters + string.digits + " !\"#%&'()*+,-./:;<=>?@[]_°·×–…ÄÖÜßäöü")
"""Every character of the font that a keyboard has."""
_LOOK_ALIKE = str.maketrans({"_": " ", "0": "o", "×": "*"})
"""An underscore is a space; of the others a face has one picture for both."""


def as_drawn(text: str) -> str:
    """The text as the panel shows it, to be compared; empty where it cannot.

    Texts that differ in case, or in characters that look the same, have one form.
    """
    drawn = "".join(map(_drawn, unicodedata.normalize("NFC", text)))
    return "" if "\0" in drawn else drawn.casefold().translate(_LOOK_ALIKE)


def _drawn(character: str) -> str:
    if character in DRAWN:
        return character
    plain = unicodedata.normalize("NFKD", character)[:1]
    return plain if plain in DRAWN else "\0"
