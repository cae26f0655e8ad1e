"""The canvas of 128 x 64 pixels that every screen is drawn on, and one that finds layout errors.

Header of 8 rows, three lines of 14, footer of 13. Nobody has to act on what the header says:
it alone is in the small face. The outermost pixels stay free, so that
the panel can shift a picture by one pixel against burn-in without cutting anything.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from PIL import Image, ImageChops, ImageDraw

from appliance.screen.drawing import fonts
from appliance.screen.drawing.fonts import Face
from appliance.screen.drawing.pixels import LIT

WIDTH, HEIGHT = 128, 64
LEFT, RIGHT = 1, WIDTH - 2
TOP, BOTTOM = 1, HEIGHT - 2
INNER = RIGHT - LEFT + 1
BODY_TOP, FOOT_TOP = 9, 51
LINE = 14
LINES = 3

Box = tuple[int, int, int, int]
"""Left, top, right, bottom; the last two are inside."""


class Phrases(Protocol):
    """The words of one language, by key."""

    def __call__(self, key: str, **values: object) -> str: ...

    def __contains__(self, key: str) -> bool: ...


class Canvas:
    """A canvas for one screen. Text that does not fit is shortened; MeasuringCanvas reports it."""

    def __init__(self) -> None:
        self.image = Image.new("1", (WIDTH, HEIGHT))

    def text(
        self,
        x: int,
        y: int,
        words: str,
        face: Face | None = None,
        *,
        align: str = "left",
        width: int | None = None,
    ) -> int:
        """Draw one line that begins (left), ends (right) or is centred (middle) at `x`.

        `width` is the room in pixels; the default is all of it up to the margin. Returns the
        width of the line that was drawn.
        """
        face = face or fonts.text()
        room = {
            "left": RIGHT - x + 1,
            "right": x - LEFT + 1,
            "middle": 2 * min(x - LEFT, RIGHT - x) + 1,
        }
        width = room[align] if width is None else width
        if face.width(words) > width:
            self.problem(f"{words!r} is {face.width(words)} px wide, {width} are there")
            words = face.shorten(words, width)
        line = face.render(words)
        start = {"left": x, "right": x - line.width + 1, "middle": x - line.width // 2}[align]
        self.put(line, start, y, words)
        return line.width

    def lines(
        self,
        words: str | Sequence[str],
        *,
        x: int = LEFT,
        y: int = BODY_TOP,
        width: int = INNER,
        most: int = LINES,
        face: Face | None = None,
        align: str = "left",
    ) -> int:
        """Draw wrapped text of at most `most` lines; returns the row below the last one."""
        face = face or fonts.text()
        parts = face.wrap(words, width) if isinstance(words, str) else list(words)
        if len(parts) > most:
            self.problem(f"{words!r} takes {len(parts)} lines, {most} are there")
            parts = [*parts[: most - 1], " ".join(parts[most - 1 :])]
        for index, part in enumerate(parts):
            self.text(x, y + index * face.height, part, face, align=align, width=width)
        return y + len(parts) * face.height

    def put(self, picture: Image.Image, x: int, y: int, name: str = "picture") -> None:
        """Draw the lit pixels of a picture over the canvas."""
        self.image.paste(LIT, (x, y), picture)

    def drawn(self, paint: Callable[[ImageDraw.ImageDraw], None], name: str = "drawing") -> None:
        """Draw what `paint` paints, as one picture."""
        layer = Image.new("1", (WIDTH, HEIGHT))
        paint(ImageDraw.Draw(layer))
        self.put(layer, 0, 0, name)

    def invert(self, box: Box) -> None:
        left, top, right, bottom = box
        area = (left, top, right + 1, bottom + 1)
        self.image.paste(ImageChops.invert(self.image.crop(area)), area)

    def clear(self, box: Box) -> None:
        left, top, right, bottom = box
        self.image.paste(0, (left, top, right + 1, bottom + 1))

    def problem(self, what: str) -> None:
        """Called with a description of text that does not fit."""


class MeasuringCanvas(Canvas):
    """A canvas that records everything that is cut off, overlaps or touches an edge."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []
        self._inks: list[tuple[str, Box]] = []
        self._bands: list[Box] = []

    def put(self, picture: Image.Image, x: int, y: int, name: str = "picture") -> None:
        super().put(picture, x, y, name)
        found = picture.getbbox()
        if found is None:
            return
        ink = (found[0] + x, found[1] + y, found[2] + x - 1, found[3] + y - 1)
        self._check_edges(ink, name)
        for other, taken in self._inks:
            if _crowd(ink, taken):
                self.problem(f"{name!r} at {ink} touches {other!r} at {taken}")
        for band in self._bands:
            self._check_band(band, ink, name)
        self._inks.append((name, ink))

    def clear(self, box: Box) -> None:
        """Forget ink that lies wholly in the box; report ink that only reaches into it."""
        super().clear(box)
        left = [(name, ink) for name, ink in self._inks if not _within(ink, box)]
        for name, ink in left:
            if _overlap(ink, box):
                self.problem(f"{name!r} at {ink} is cut by {box}")
        self._inks = left
        self._bands = [band for band in self._bands if not _overlap(band, box)]

    def invert(self, box: Box) -> None:
        super().invert(box)
        self._bands.append(box)
        for name, ink in self._inks:
            self._check_band(box, ink, name)

    def problem(self, what: str) -> None:
        self.problems.append(what)

    def _check_edges(self, ink: Box, name: str) -> None:
        left, top, right, bottom = ink
        if left < LEFT or top < TOP or right > RIGHT or bottom > BOTTOM:
            self.problem(f"{name!r} reaches {ink}, beyond the margin")

    def _check_band(self, band: Box, ink: Box, name: str) -> None:
        """Report ink in the first or last row of a band, or in the row outside of either.

        Its sides may move across a text, as they do while a hold fills the footer.
        """
        if band[0] > ink[2] or ink[0] > band[2]:
            return
        rows = (band[1] - 1, band[1], band[3], band[3] + 1)
        if any(ink[1] <= row <= ink[3] for row in rows):
            self.problem(f"{name!r} at {ink} touches the edge of the band {band}")


def _within(ink: Box, box: Box) -> bool:
    return box[0] <= ink[0] and box[1] <= ink[1] and ink[2] <= box[2] and ink[3] <= box[3]


def _overlap(one: Box, other: Box) -> bool:
    across = one[0] <= other[2] and other[0] <= one[2]
    return across and one[1] <= other[3] and other[1] <= one[3]


def _crowd(one: Box, other: Box) -> bool:
    """Whether less than two dark columns or one dark row lie between two pictures."""
    left, top, right, bottom = other
    return _overlap(one, (left - 2, top - 1, right + 2, bottom + 1))
