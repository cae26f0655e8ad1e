"""The characters that the panel's font has: names that people choose are made of them.

The font draws a letter without an accent that it lacks, so two names may be drawn alike.
"""

import string
import unicodedata

DRAWN = frozenset(string.ascii_letters + string.digits + " !\"#%&'()*+,-./:;<=>?@[]_°·×–…ÄÖÜßäöü")
"""Every character of the font that a keyboard has."""


def as_drawn(text: str) -> str:
    """The text as the panel shows it, an underscore as a space; empty where it cannot."""
    drawn = "".join(map(_drawn, unicodedata.normalize("NFC", text)))
    return "" if "\0" in drawn else drawn.replace("_", " ").casefold()


def _drawn(character: str) -> str:
    if character in DRAWN:
        return character
    plain = unicodedata.normalize("NFKD", character)[:1]
    return plain if plain in DRAWN else "\0"
