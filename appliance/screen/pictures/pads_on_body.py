"""The body with the pads where they must lie: close to, and the whole person.

A picture's left is the person's own left: the back is seen from behind, the front as in a
mirror. Pads are drawn from the placement's own centimetres, so that the picture cannot say
something else than the file that limits and checks them.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from PIL import Image, ImageDraw

from appliance.records import Fixed
from appliance.screen.drawing import fonts
from appliance.screen.drawing.pixels import LIT, outline
from appliance.screen.drawing.signs import ring
from appliance.screen.pictures import figures
from appliance.screen.pictures.pen import Pen, Point, curve, tone
from appliance.therapy.placements import Pad, Site

WIDTH, HEIGHT = 62, 46
MIDLINE = 31


class CloseUp(Fixed, frozen=True):
    """One site close to. Lines are the right half's, x counted from the midline."""

    landmark_y: float
    """The row of the landmark that heights are counted from."""
    pixels_a_cm: float
    outer: tuple[Point, ...]
    """The contour from top to bottom."""
    inner: tuple[Point, ...]
    """Back up between the legs to the midline; empty where the trunk ends below."""
    details: tuple[tuple[Point, ...], ...]
    hand: str
    """The hand that feels for the landmark."""
    hand_at: tuple[int, int]
    """Its corner from the midline and from the landmark."""
    both_hands: bool
    letter_y: int
    ring_y: int
    spine: tuple[int, ...] = ()
    """Rows of the spine's bumps: never under a pad."""


CLOSE_UPS = {
    Site.BESIDE_SPINE: CloseUp(
        landmark_y=34,
        pixels_a_cm=1.5,
        outer=((21, -2), (19, 8), (18, 16), (19, 24), (21, 33), (23, 41), (23, 48)),
        inner=(),
        details=(((0, 43), (0, 47)),),
        hand="thumb",
        hand_at=(12, -4),
        both_hands=True,
        letter_y=-1,
        ring_y=11,
        spine=tuple(range(1, 41, 4)),
    ),
    Site.UPPER_THIGH: CloseUp(
        landmark_y=6,
        pixels_a_cm=1.25,
        outer=((17, -2), (18, 4), (21, 12), (21, 22), (19, 36), (16, 48)),
        inner=((4, 48), (3, 34), (2, 24), (0, 17)),
        details=(((1, 15), (10, 7), (17, -1)),),
        hand="two_fingers",
        hand_at=(8, 0),
        both_hands=False,
        letter_y=35,
        ring_y=19,
    ),
    Site.GLUTES: CloseUp(
        landmark_y=5,
        pixels_a_cm=1.5,
        outer=((17, -2), (18, 3), (22, 13), (23, 24), (21, 36), (19, 48)),
        inner=((3, 48), (2, 45), (0, 42)),
        details=(((0, 12), (0, 42)), ((2, 43), (10, 46), (19, 42))),
        hand="thumb",
        hand_at=(9, -4),
        both_hands=True,
        letter_y=35,
        ring_y=19,
    ),
}


@cache
def close_up(pads: tuple[Pad, ...], left: str, right: str) -> Image.Image:
    """All pads of a placement on the skin of their site, with the letters of both sides."""
    site = CLOSE_UPS[pads[0].site]
    pen = Pen(Image.new("1", (WIDTH, HEIGHT)))
    _skin(pen, site)
    for line in site.details:
        _mirrored(pen, line)
    for y in site.spine:
        pen.box(MIDLINE - 1, y, MIDLINE + 1, y + 1)
    _hands(pen, site)
    for side in (-1, 1):
        _lead(pen, site, [pad for pad in pads if pad.from_midline_cm * side > 0], side)
    for pad in pads:
        _pad(pen, site, pad)
    _sides(pen, site, left, right)
    return pen.image


def _half(points: tuple[Point, ...], side: int) -> list[Point]:
    return [(MIDLINE + side * x, y) for x, y in curve(points)] if points else []


def _skin(pen: Pen, site: CloseUp) -> None:
    """The body's surface in dots, its contour as a line."""
    right = _half(site.outer, 1) + _half(site.inner, 1)
    left = _half(site.outer, -1) + _half(site.inner, -1)
    mask = Image.new("1", pen.image.size)
    ImageDraw.Draw(mask).polygon(right + left[::-1], fill=LIT)
    pen.image.paste(tone(pen.image.size), (0, 0), mask)
    for points in (site.outer, site.inner):
        _mirrored(pen, points)


def _mirrored(pen: Pen, line: tuple[Point, ...]) -> None:
    for side in (1, -1):
        points = _half(line, side)
        if points:
            pen.line(*points)


def edges(site: CloseUp, pad: Pad) -> tuple[int, int, int, int]:
    """Where a pad is drawn close to: left, top, right, bottom, the last two inside."""
    x = MIDLINE + pad.from_midline_cm * site.pixels_a_cm
    return (
        round(x - pad.width_cm * site.pixels_a_cm / 2),
        round(site.landmark_y - pad.top_cm * site.pixels_a_cm),
        round(x + pad.width_cm * site.pixels_a_cm / 2),
        round(site.landmark_y - pad.bottom_cm * site.pixels_a_cm),
    )


def _pad(pen: Pen, site: CloseUp, pad: Pad) -> None:
    left, top, right, bottom = edges(site, pad)
    pen.box(left - 1, top - 1, right + 1, bottom + 1, 0)
    pen.draw.rounded_rectangle((left, top, right, bottom), radius=1, fill=LIT)


def _lead(pen: Pen, site: CloseUp, pads: Sequence[Pad], side: int) -> None:
    """From the side's rings to the middle between its pads, and from there to each pad."""
    centres = [
        ((left + right) // 2, (top + bottom) // 2)
        for left, top, right, bottom in (edges(site, pad) for pad in pads)
    ]
    x = sum(x for x, _ in centres) // len(centres)
    y = sum(y for _, y in centres) // len(centres)
    start = 3 if side < 0 else WIDTH - 4
    cable = Pen(Image.new("1", pen.image.size))
    cable.line((start, site.ring_y + 3), (start, y), (x, y))
    for centre in centres:
        cable.line((x, y), centre)
    _over(pen, cable.image, 0, 0)


def _hands(pen: Pen, site: CloseUp) -> None:
    hand = figures.picture(site.hand)
    x, y = site.hand_at[0], round(site.landmark_y) + site.hand_at[1]
    _over(pen, hand, MIDLINE + x, y)
    if site.both_hands:
        mirrored = hand.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        _over(pen, mirrored, MIDLINE - x - hand.width + 1, y)


def _over(pen: Pen, picture: Image.Image, x: int, y: int) -> None:
    layer = Image.new("1", pen.image.size)
    layer.paste(picture, (x, y))
    pen.image.paste(0, (0, 0), outline(layer))
    pen.image.paste(LIT, (0, 0), layer)


def _sides(pen: Pen, site: CloseUp, left: str, right: str) -> None:
    """The left letter with one ring at that edge, the right one with two."""
    letters = fonts.strong()
    for letter, x in ((left, 0), (right, WIDTH - letters.width(right))):
        pen.image.paste(LIT, (x, site.letter_y), letters.render(letter))
    one, two = ring("A"), ring("B").rotate(90, expand=True)
    for rings, x in ((one, 0), (two, WIDTH - two.width)):
        pen.image.paste(0, (x, site.ring_y, x + rings.width, site.ring_y + rings.height))
        pen.image.paste(LIT, (x, site.ring_y), rings)


PERSON_WIDTH = 46
_AXIS = 23
_GROIN_Y, _HIPS_Y = 33.0, 27.0
_SMALL = 0.4
"""Pixels a centimetre of the whole person."""


@cache
def person(pads: tuple[Pad, ...], left: str, right: str) -> Image.Image:
    """The whole person from behind, or from the front, down to the knees."""
    pen = Pen(Image.new("1", (PERSON_WIDTH, HEIGHT)))
    front = is_front(pads)
    _figure(pen)
    pen.disc(_AXIS, 4.6, 4.6)
    if front:
        _face(pen)
    else:
        _back(pen)
    for pad in pads:
        _small_pad(pen, pad, _GROIN_Y if front else _HIPS_Y)
    letters = fonts.strong()
    for letter, x in ((left, _AXIS - 16), (right, _AXIS + 16)):
        pen.image.paste(LIT, (x - letters.width(letter) // 2, HEIGHT - 12), letters.render(letter))
    return pen.image


def is_front(pads: Iterable[Pad]) -> bool:
    return any(pad.site is Site.UPPER_THIGH for pad in pads)


def _figure(pen: Pen) -> None:
    """A person's contour, one pixel wide: the right half, and its mirror image."""
    solid = Pen(Image.new("1", (PERSON_WIDTH + 1, HEIGHT + 6)))
    x = _AXIS
    solid.disc(x, 4.6, 4.6)
    solid.limb((x, 8, 2.2), (x, 12, 2.2), halo=0)
    solid.polygon(*curve([(x + dx, y) for dx, y in _TRUNK]), (x - 1, 36), (x - 1, 10))
    solid.limb((x + 4.2, 33, 4), (x + 4, 52, 2.8), halo=0)
    solid.limb((x + 8.4, 14, 2.4), (x + 11.6, 23, 2), (x + 12.8, 32, 1.8), halo=0)
    half = solid.image.crop((x, 0, *solid.image.size))
    mirrored = half.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    solid.image.paste(mirrored, (x + 1 - half.width, 0))
    solid.image.paste(0, (0, 0), _shrunk(solid.image))
    pen.image.paste(LIT, (0, 0), solid.image.crop((0, 0, PERSON_WIDTH, HEIGHT)))


_TRUNK = ((2, 10.5), (6.5, 12), (8, 15), (5.8, 23), (7.6, 31), (7.6, 36))
"""The trunk's right contour, from the neck down, x counted from the axis."""


def _shrunk(image: Image.Image) -> Image.Image:
    """The shape one pixel smaller all round."""
    dark = Image.new("1", image.size, LIT)
    dark.paste(0, (0, 0), image)
    inside = Image.new("1", image.size, LIT)
    inside.paste(0, (0, 0), outline(dark))
    return inside


def _face(pen: Pen) -> None:
    """Eyes and a mouth in the head, and the navel."""
    pen.dots((_AXIS - 2, 4), (_AXIS + 2, 4), (_AXIS - 2, 6), (_AXIS + 2, 6), fill=0)
    pen.line((_AXIS - 1, 7), (_AXIS + 1, 7), fill=0)
    pen.dots((_AXIS, 26))


def _back(pen: Pen) -> None:
    """The spine, and the cleft."""
    for y in range(13, 29, 2):
        pen.dots((_AXIS, y))
    pen.line((_AXIS, 31), (_AXIS, 36))


def _small_pad(pen: Pen, pad: Pad, landmark_y: float) -> None:
    side = 1 if pad.from_midline_cm > 0 else -1
    x = round(_AXIS + side * max(3.0, abs(pad.from_midline_cm) * _SMALL))
    y = round(landmark_y - pad.above_landmark_cm * _SMALL)
    across, along = 1, (2 if pad.height_cm > pad.width_cm else 1)
    pen.box(x - across - 1, y - along - 1, x + across + 1, y + along + 1, 0)
    pen.box(x - across, y - along, x + across, y + along)
