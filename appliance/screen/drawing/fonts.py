"""The pixel faces: read from their small sources, measured, wrapped, and set as one-bit images.

A face's source is a text file of blocks: a line of characters after `=`, then one row of
cells a line, `#` for a lit pixel. What is drawn in the file is what is on the panel.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources

from PIL import Image

from appliance.screen.drawing.pixels import LIT, smooth_double, widen

NO_BREAK = "\u00a0"
SOFT_HYPHEN = "\u00ad"
"""Where a long word may be broken, with a hyphen then."""
_UNKNOWN = "?"
_REMEMBERED = 256


class Face:
    """Glyphs of one height with `gap` empty columns between them.

    `weight` 2 doubles the strokes' width, `scale` 2 doubles everything.
    """

    def __init__(
        self,
        glyphs: Mapping[str, Image.Image],
        *,
        space: int,
        gap: int = 1,
        weight: int = 1,
        scale: int = 1,
    ) -> None:
        self._glyphs = dict(glyphs)
        self._space, self._gap, self._weight, self._scale = space, gap, weight, scale
        height = next(iter(self._glyphs.values())).height
        blank = Image.new("1", (space, height))
        self._glyphs[" "] = self._glyphs[NO_BREAK] = blank
        self.height = height * scale
        # Texts repeat from picture to picture; a set line costs one paste afterwards.
        self.render = lru_cache(_REMEMBERED)(self._render)
        self.width = lru_cache(_REMEMBERED)(self._width)
        self.wrap = lru_cache(_REMEMBERED)(self._wrap)

    def variant(self, *, weight: int = 1, scale: int = 1) -> "Face":
        """The same glyphs, bolder or larger."""
        gap = self._gap
        return Face(self._glyphs, space=self._space, gap=gap, weight=weight, scale=scale)

    def has(self, character: str) -> bool:
        return character in self._glyphs

    def _width(self, text: str) -> int:
        """Width of one line, pixels, without the gap after its last glyph."""
        advance = sum(self._glyph(c).width + self._weight - 1 + self._gap for c in text)
        return max(0, advance - self._gap) * self._scale

    def _wrap(self, text: str, width: int) -> tuple[str, ...]:
        """Lines no wider than `width`, broken at spaces; a single word may still be wider."""
        return tuple(line for part in text.split("\n") for line in self._wrap_part(part, width))

    def shorten(self, text: str, width: int) -> str:
        """The text, or as much of it as fits before an ellipsis."""
        if self.width(text) <= width:
            return text
        while text and self.width(text + "…") > width:
            text = text[:-1]
        return text.rstrip() + "…"

    def _wrap_part(self, part: str, width: int) -> Iterator[str]:
        line = ""
        for word in part.split(" "):
            head, tail = self._split(line, word, width)
            while tail is not None:
                if head:
                    yield head
                head, tail = self._split("", tail, width)
            line = head
        yield line

    def _split(self, line: str, word: str, width: int) -> tuple[str, str | None]:
        """The line with as much of the word as fits, and the rest; None where all of it did.

        A word that stands alone on its line is never left out, even if it is too wide.
        """
        before = f"{line} " if line else ""
        parts = word.split(SOFT_HYPHEN)
        whole = before + "".join(parts)
        if self.width(whole) <= width:
            return whole, None
        for count in range(len(parts) - 1, 0, -1):
            head = before + "".join(parts[:count]) + "-"
            if self.width(head) <= width:
                return head, SOFT_HYPHEN.join(parts[count:])
        return (line, word) if line else (whole, None)

    def _glyph(self, character: str) -> Image.Image:
        """The character's picture; without its accent, or a question mark, if it has none.

        Names of people are the only words that no test has seen.
        """
        found = self._glyphs.get(character)
        if found is None:
            plain = unicodedata.normalize("NFKD", character)[:1]
            found = self._glyphs.get(plain) or self._glyphs[_UNKNOWN]
        return found

    def _render(self, text: str) -> Image.Image:
        width = max(1, self.width(text) // self._scale)
        line = Image.new("1", (width, self.height // self._scale))
        x = 0
        for character in text:
            glyph = self._glyph(character)
            line.paste(glyph, (x, 0))
            x += glyph.width + self._weight - 1 + self._gap
        if self._weight > 1:
            line = widen(line)
        return smooth_double(line) if self._scale > 1 else line


def read_face(source: str, *, space: int, gap: int = 1) -> Face:
    """A face from the text of its source."""
    return Face(dict(_glyphs(source)), space=space, gap=gap)


@cache
def small() -> Face:
    """8 px high, capitals of 6: the header, units and marks beside large digits."""
    return read_face(_source("small"), space=1)


@cache
def text() -> Face:
    """14 px high, capitals of 11: everything that a person acts on."""
    return read_face(_source("text"), space=3)


@cache
def strong() -> Face:
    """14 px high with thick strokes: the one line that matters most."""
    return text().variant(weight=2)


@cache
def large() -> Face:
    """24 px high, capitals of 16: the word of an alarm."""
    return read_face(_source("alarm"), space=2).variant(scale=2)


@cache
def digits() -> Face:
    """24 px high, narrow: time and level."""
    return read_face(_source("digits"), space=3, gap=2)


def _glyphs(source: str) -> Iterator[tuple[str, Image.Image]]:
    characters: list[str] = []
    rows: list[list[str]] = []
    for line in [*source.splitlines(), ""]:
        if line.startswith("= "):
            characters, rows = line[2:].split(" "), []
        elif line and not line.startswith(";"):
            rows.append(line.split(" "))
        elif characters:
            yield from zip(characters, map(_picture, zip(*rows, strict=True)), strict=True)
            characters = []


def _picture(rows: tuple[str, ...]) -> Image.Image:
    image = Image.new("1", (len(rows[0]), len(rows)))
    image.putdata([LIT if pixel == "#" else 0 for row in rows for pixel in row])
    return image


def _source(name: str) -> str:
    return (resources.files(__package__) / "faces" / f"{name}.txt").read_text("utf-8")
