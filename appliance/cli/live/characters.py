"""What a terminal can show: which characters, and a line that is as wide as it has characters."""

import unicodedata
from collections.abc import Mapping

from appliance.front_panel.dots import BLANK
from appliance.records import Fixed

_CONSOLE = {"▁": "_", "▂": "_", "▃": "▄", "▅": "▄", "▆": "█", "▇": "█", BLANK: " "}
_ASCII_BARS = {"▁": "_", "▂": ".", "▃": ".", "▄": ":", "▅": ":", "▆": "|", "▇": "|", "█": "#"}


class Characters(Fixed, frozen=True):
    """The characters that a terminal shows. A picture without braille takes four times the room."""

    has_braille: bool
    bars: Mapping[int, str]
    """What stands for each eighth of a block, for `str.translate`."""
    half_blocks: Mapping[int, str]
    rings: Mapping[int, str]
    """What stands for the signs of the leads."""


_PLAIN = str.maketrans({BLANK: " "})
_RINGS = str.maketrans({"○": "o"})
FULL = Characters(True, _PLAIN, _PLAIN, {})
CONSOLE = Characters(False, str.maketrans(_CONSOLE), _PLAIN, _RINGS)
"""The Linux console: its fonts have half blocks, few of the eighths, and no braille."""
ASCII = Characters(
    False,
    str.maketrans({**_ASCII_BARS, BLANK: " "}),
    str.maketrans({"▀": "'", "▄": ".", "█": ":", BLANK: " "}),
    _RINGS,
)


def characters_of(term: str, encoding: str) -> Characters:
    """By the name of the terminal and the encoding of what is written to it."""
    if not encoding.lower().replace("-", "").startswith("utf8"):
        return ASCII
    return CONSOLE if term.startswith("linux") else FULL


def in_cells(text: str, width: int) -> str:
    """The text as exactly so many characters of one cell each.

    What would move the cursor, or take two cells or none, becomes a question mark: a line of the
    log could otherwise write anywhere.
    """
    cells = "".join(one if _is_one_cell(one) else "?" for one in text[:width])
    return cells.ljust(width)


def _is_one_cell(one: str) -> bool:
    if one.isascii():
        return one.isprintable()
    return one.isprintable() and not (
        unicodedata.east_asian_width(one) in "WF" or unicodedata.combining(one)
    )
