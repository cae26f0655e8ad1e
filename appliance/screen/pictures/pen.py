"""Strokes for one-bit pictures: solid shapes with smooth edges, thin lines, a dotted tone.

Solid shapes are painted several times too large and brought down, so that a limb at any
angle has the outline that it would have if a careful hand had set its pixels.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

from PIL import Image, ImageDraw

from appliance.screen.drawing.pixels import LIT, outline

Draw = ImageDraw.ImageDraw
Point = tuple[float, float]
Joint = tuple[float, float, float]
"""A point of a limb and its radius there."""
_STEPS = 8
_FINE = 8
"""How many times too large solid shapes are painted."""


class Pen:
    """What draws on one picture. Coordinates are pixels; a solid point is a pixel's middle."""

    def __init__(self, image: Image.Image) -> None:
        self.image = image
        self.draw = ImageDraw.Draw(image)

    def line(self, *points: Point, fill: int = LIT) -> None:
        """A line of one pixel."""
        self.draw.line([(round(x), round(y)) for x, y in points], fill=fill)

    def stroke(self, *points: Point) -> None:
        """A smooth line of one pixel through all the points."""
        self.line(*curve(points))

    def dots(self, *points: Point, fill: int = LIT) -> None:
        self.draw.point(list(points), fill=fill)

    def box(self, left: float, top: float, right: float, bottom: float, fill: int = LIT) -> None:
        """A solid rectangle; its last row and column are inside."""
        self.draw.rectangle((left, top, right, bottom), fill=fill)

    def frame(self, left: float, top: float, right: float, bottom: float, radius: int = 0) -> None:
        """The outline of a rectangle with nothing in it."""
        self.draw.rounded_rectangle((left, top, right, bottom), radius, fill=0, outline=LIT)

    def disc(self, x: float, y: float, radius: float, *, fill: int = LIT, halo: int = 0) -> None:
        self._solid(lambda draw: _disc(draw, x, y, radius), fill, halo)

    def polygon(self, *points: Point, fill: int = LIT, halo: int = 0) -> None:
        self._solid(lambda draw: draw.polygon(_fine(points), fill=LIT), fill, halo)

    def limb(self, *joints: Joint, fill: int = LIT, halo: int = 1) -> None:
        """A limb through its joints, with `halo` dark pixels apart from what lies below it."""

        def paint(draw: Draw) -> None:
            for one, other in pairwise(joints):
                _bone(draw, one, other)

        self._solid(paint, fill, halo)

    def drop(self, x: float, y: float, radius: float) -> None:
        """A drop of water whose round part has its centre at (x, y)."""
        self.limb((x, y - radius * 2.4, 0.2), (x, y, radius), halo=0)

    def arrow(self, start: Point, end: Point, size: float = 3.0) -> None:
        """A line with a head at its end."""
        angle = math.atan2(end[1] - start[1], end[0] - start[0])
        self.line(start, (end[0] - math.cos(angle), end[1] - math.sin(angle)))
        wings = [
            (end[0] - size * math.cos(angle + turn), end[1] - size * math.sin(angle + turn))
            for turn in (-0.6, 0.6)
        ]
        self.polygon(end, *wings)

    def _solid(self, paint: Callable[[Draw], None], fill: int, halo: int) -> None:
        width, height = self.image.size
        large = Image.new("L", (width * _FINE, height * _FINE))
        paint(ImageDraw.Draw(large))
        shape = large.resize((width, height), Image.Resampling.BOX).point(_more_than_half, "1")
        around = shape
        for _ in range(halo):
            around = outline(around)
        if halo:
            self.image.paste(0, (0, 0), around)
        self.image.paste(fill, (0, 0), shape)


def curve(points: Sequence[Point]) -> list[Point]:
    """A smooth line through all the points (Catmull-Rom)."""
    return _through([points[0], *points, points[-1]])


@cache
def tone(size: tuple[int, int]) -> Image.Image:
    """Every twelfth pixel lit, in a lattice of diamonds: a surface, not a line."""
    cell = Image.new("1", (6, 4))
    for dot in ((1, 0), (4, 2)):
        cell.putpixel(dot, LIT)
    image = Image.new("1", size)
    for y in range(0, size[1], cell.height):
        for x in range(0, size[0], cell.width):
            image.paste(cell, (x, y))
    return image


def _more_than_half(level: int) -> int:
    return LIT if level > 0.53 * LIT else 0


def _fine(points: Sequence[Point]) -> list[Point]:
    return [((x + 0.5) * _FINE, (y + 0.5) * _FINE) for x, y in points]


def _disc(draw: Draw, x: float, y: float, radius: float) -> None:
    ((x, y),) = _fine([(x, y)])
    reach = radius * _FINE
    draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=LIT)


def _bone(draw: Draw, one: Joint, other: Joint) -> None:
    """Two discs and everything between them."""
    (x, y, radius), (u, v, other_radius) = one, other
    _disc(draw, x, y, radius)
    _disc(draw, u, v, other_radius)
    length = math.hypot(u - x, v - y)
    if length > abs(radius - other_radius):
        # The tangents that both discs have in common.
        along = math.atan2(v - y, u - x)
        turn = math.acos((radius - other_radius) / length)
        corners = [
            (cx + r * math.cos(along + side * turn), cy + r * math.sin(along + side * turn))
            for (cx, cy, r), side in (
                ((x, y, radius), 1),
                ((u, v, other_radius), 1),
                ((u, v, other_radius), -1),
                ((x, y, radius), -1),
            )
        ]
        draw.polygon(_fine(corners), fill=LIT)


def _through(ends: Sequence[Point]) -> list[Point]:
    line = [ends[1]]
    for index in range(1, len(ends) - 2):
        four = ends[index - 1 : index + 3]
        line += [_between(four, step / _STEPS) for step in range(1, _STEPS + 1)]
    return line


def _between(four: Sequence[Point], t: float) -> Point:
    weights = (
        -t * (1 - t) ** 2 / 2,
        (2 - 5 * t**2 + 3 * t**3) / 2,
        t * (1 + 4 * t - 3 * t**2) / 2,
        -(t**2) * (1 - t) / 2,
    )
    pairs = list(zip(weights, four, strict=True))
    return sum(w * p[0] for w, p in pairs), sum(w * p[1] for w, p in pairs)
