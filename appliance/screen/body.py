"""Where the pads of each stage lie, drawn on a body of 62 x 47 pixels.

Left is always the person's own left: the back is seen from behind, the front as in a
mirror. Distances are centimetres from the midline and from the site's landmark, the same
ones as the placements' own table.
"""

from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw

from appliance.screen import figures, fonts
from appliance.screen.parts import ring
from appliance.screen.pixels import LIT, outline
from appliance.screen.shapes import Draw, Point, cable, curve, tone

WIDTH, HEIGHT = 62, 47
MIDLINE = 31
_LETTER_TOP = -1
_RING_TOP = 11


@dataclass(frozen=True)
class PadPicture:
    """A pad on the right side; its twin on the left mirrors it. Centimetres."""

    from_midline_cm: float
    above_landmark_cm: float
    width_cm: float
    height_cm: float


@dataclass(frozen=True)
class Place:
    """One placement's picture. Lines are the right half's, x counted from the midline."""

    landmark_y: int
    """The row of the landmark that heights are counted from."""
    pixels_a_cm: float
    pads: tuple[PadPicture, ...]
    outer: tuple[Point, ...]
    """The contour from top to bottom."""
    inner: tuple[Point, ...]
    """Back up between the legs to the midline; empty where the trunk ends below."""
    details: tuple[tuple[Point, ...], ...]
    spine: tuple[int, ...] = ()
    """Rows of the spine's bumps: never under a pad."""
    hands: bool = False
    """Hands on the hips, thumbs at the landmark."""


PLACES = {
    "lower_back": Place(
        landmark_y=29,
        pixels_a_cm=1.25,
        pads=(PadPicture(4.5, 0, 5, 5), PadPicture(4.5, 11, 5, 5)),
        outer=((19, -2), (16, 8), (15, 16), (17, 24), (20, 33), (21, 40), (20, 48)),
        inner=(),
        details=(((0, 41), (0, 47)),),
        spine=(1, 5, 9, 13, 17, 21, 25, 29, 33, 37),
        hands=True,
    ),
    "hip_flexors": Place(
        landmark_y=8,
        pixels_a_cm=1.1,
        pads=(PadPicture(9, -9, 5, 9), PadPicture(9, -24, 5, 9)),
        outer=((15, -2), (17, 4), (20, 12), (20, 22), (18, 36), (15, 48)),
        inner=((4, 48), (3, 34), (2, 24), (0, 17)),
        details=(((1, 15), (9, 10), (19, 2)),),
    ),
    "glutes": Place(
        landmark_y=3,
        pixels_a_cm=1.3,
        pads=(PadPicture(10, -9, 9, 5), PadPicture(10, -20, 9, 5)),
        outer=((14, -2), (17, 4), (21, 13), (22, 24), (20, 34), (17, 48)),
        inner=((4, 48), (3, 42), (2, 38), (0, 35)),
        details=(((0, 9), (0, 35)), ((2, 36), (9, 38), (17, 35))),
    ),
}


@cache
def picture(placement: str, left: str, right: str) -> Image.Image:
    """The placement's picture with the letters of both sides; a dummy load where no body is."""
    place = PLACES.get(placement)
    if place is None:
        return figures.picture("bench_load")
    image = Image.new("1", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(image)
    _silhouette(image, draw, place)
    for line in place.details:
        _mirrored(draw, line)
    for y in place.spine:
        draw.rectangle((MIDLINE - 1, y, MIDLINE + 1, y + 1), fill=LIT)
    if place.hands:
        _hands(image, place)
    _leads(draw, place)
    for pad in place.pads:
        _pads(draw, place, pad)
    _sides(image, left, right)
    return image


def _half(points: tuple[Point, ...], side: int) -> list[Point]:
    return [(MIDLINE + side * x, y) for x, y in curve(points)] if points else []


def _silhouette(image: Image.Image, draw: Draw, place: Place) -> None:
    """The body's surface in dots, its contour as a line."""
    right = _half(place.outer, 1) + _half(place.inner, 1)
    left = _half(place.outer, -1) + _half(place.inner, -1)
    mask = Image.new("1", image.size)
    ImageDraw.Draw(mask).polygon(right + left[::-1], fill=LIT)
    image.paste(tone(image.size), (0, 0), mask)
    for points in (place.outer, place.inner):
        _mirrored(draw, points)


def _mirrored(draw: Draw, line: tuple[Point, ...]) -> None:
    for side in (1, -1):
        points = _half(line, side)
        if points:
            draw.line(points, fill=LIT)


def _centre(place: Place, pad: PadPicture, side: int) -> Point:
    x = MIDLINE + side * pad.from_midline_cm * place.pixels_a_cm
    return x, place.landmark_y - pad.above_landmark_cm * place.pixels_a_cm


def _pads(draw: Draw, place: Place, pad: PadPicture) -> None:
    half_width = pad.width_cm * place.pixels_a_cm / 2
    half_height = pad.height_cm * place.pixels_a_cm / 2
    for side in (1, -1):
        x, y = _centre(place, pad, side)
        left, top = round(x - half_width), round(y - half_height)
        right, bottom = round(x + half_width), round(y + half_height)
        draw.rectangle((left - 1, top - 1, right + 1, bottom + 1), fill=0)
        draw.rounded_rectangle((left, top, right, bottom), radius=1, fill=LIT)


def _leads(draw: Draw, place: Place) -> None:
    """From each side's ring to its pads."""
    for side, start in ((-1, 7), (1, WIDTH - 8)):
        for pad in place.pads:
            x, y = _centre(place, pad, side)
            cable(draw, [(start, _RING_TOP + 3), (start - side * 3, _RING_TOP + 3), (x, y)])


def _hands(image: Image.Image, place: Place) -> None:
    hand = figures.picture("hand")
    mirrored = hand.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    y = place.landmark_y - 4
    for picture, x in ((hand, MIDLINE + 12), (mirrored, MIDLINE - 11 - hand.width)):
        image.paste(0, (x, y), outline(picture))
        image.paste(LIT, (x, y), picture)


def _sides(image: Image.Image, left: str, right: str) -> None:
    """The left letter with one ring at that edge, the right one with two."""
    for letter, x in ((left, 0), (right, WIDTH - fonts.strong().width(right))):
        image.paste(LIT, (x, _LETTER_TOP), fonts.strong().render(letter))
    one, two = ring("A"), ring("B").rotate(90, expand=True)
    image.paste(LIT, (0, _RING_TOP), one)
    image.paste(LIT, (WIDTH - two.width, _RING_TOP), two)
