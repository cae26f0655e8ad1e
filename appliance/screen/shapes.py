"""Strokes for one-bit pictures: curves through points, limbs with round ends, a dotted tone."""

from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw

from appliance.screen.pixels import LIT

Draw = ImageDraw.ImageDraw
Point = tuple[float, float]
_STEPS = 8


def curve(points: Sequence[Point]) -> list[Point]:
    """A smooth line through all the points (Catmull-Rom)."""
    ends = [points[0], *points, points[-1]]
    line = [points[0]]
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


def limb(draw: Draw, points: Sequence[Point], width: float) -> None:
    """A lit band with round joints, a dark line apart from everything below it."""
    _band(draw, points, width + 2, 0)
    _band(draw, points, width, LIT)


def disc(draw: Draw, centre: Point, radius: float, fill: int = LIT) -> None:
    x, y = centre
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


def _band(draw: Draw, points: Sequence[Point], width: float, fill: int) -> None:
    draw.line(list(points), fill=fill, width=round(width))
    for point in points:
        disc(draw, point, (width - 1) / 2, fill)


def cable(draw: Draw, points: Sequence[Point]) -> None:
    """A thin lit line with a dark one along each side."""
    draw.line(list(points), fill=0, width=3)
    draw.line(list(points), fill=LIT)


def drop(draw: Draw, x: float, y: float, radius: float) -> None:
    """A drop of water whose round part has its centre at (x, y)."""
    disc(draw, (x, y), radius)
    tip = [(x - radius, y), (x + radius, y), (x, y - 2.4 * radius)]
    draw.polygon(tip, fill=LIT)


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
