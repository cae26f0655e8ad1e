"""Pictures as characters: braille (2 x 4 pixels each), half blocks (1 x 2), and bars."""

from collections.abc import Sequence

from PIL import Image

_BRAILLE = 0x2800
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot, by row and column."""
BLANK = "\u00a0"
"""A space that no layout takes away at the beginning of a line."""
_HALVES = f"{BLANK}▀▄█"
EIGHTHS = f"{BLANK}▁▂▃▄▅▆▇█"


def braille(picture: Image.Image) -> list[str]:
    """A line of characters for every four rows; the sizes are multiples of 4 and 2."""
    rows = _rows(picture)
    return [
        "".join(_braille_cell(rows, left, top) for left in range(0, picture.width, 2))
        for top in range(0, picture.height, 4)
    ]


def half_blocks(picture: Image.Image) -> list[str]:
    """A line of characters for every two rows; the height is a multiple of 2."""
    rows = _rows(picture)
    return [
        "".join(_HALVES[bool(up) + 2 * bool(down)] for up, down in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]


def bars(shares: Sequence[float], rows: int) -> list[str]:
    """A bar for each share of the full height, 0 to 1. A share of 0 is drawn as a thin line."""
    eighths = [round(share * 8 * rows) if share else 1 for share in shares]
    eighths = [max(2, one) if share else one for one, share in zip(eighths, shares, strict=True)]
    return [
        "".join(EIGHTHS[min(max(one - 8 * below, 0), 8)] for one in eighths)
        for below in reversed(range(rows))
    ]


def _braille_cell(rows: list[bytes], left: int, top: int) -> str:
    bits = 0
    for row, dots in zip(rows[top : top + 4], _DOTS, strict=True):
        bits |= dots[0] * bool(row[left]) | dots[1] * bool(row[left + 1])
    return chr(_BRAILLE + bits)


def _rows(picture: Image.Image) -> list[bytes]:
    pixels, width = picture.convert("L").tobytes(), picture.width
    return [pixels[start : start + width] for start in range(0, len(pixels), width)]
