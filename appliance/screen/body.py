"""Where the pads of each stage lie, drawn on a body of 62 x 47 pixels.

Left is always the person's own left: the back is seen from behind, the front as in a
mirror. Distances are centimetres from the midline and from the site's landmark, the same
ones as the placements' own table.
"""

from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw

from appliance.screen import fonts, icons
from appliance.screen.parts import ring
from appliance.screen.pixels import LIT

WIDTH, HEIGHT = 62, 47
MIDLINE = 31

Point = tuple[float, float]


@dataclass(frozen=True)
class PadPicture:
    """A pad on the right side; its twin on the left mirrors it. Centimetres."""

    from_midline_cm: float
    above_landmark_cm: float
    width_cm: float
    height_cm: float


@dataclass(frozen=True)
class Place:
    """One placement's picture: where its landmark lies, how large a centimetre is, its lines.

    Lines are given for the right half, x counted from the midline, and mirrored.
    """

    landmark_y: int
    pixels_a_cm: float
    pads: tuple[PadPicture, ...]
    outline: tuple[tuple[Point, ...], ...]
    details: tuple[tuple[Point, ...], ...]
    spine: tuple[int, int] | None = None


PLACES = {
    "lower_back": Place(
        landmark_y=27,
        pixels_a_cm=1.4,
        pads=(PadPicture(4.5, 0, 5, 5), PadPicture(4.5, 11, 5, 5)),
        outline=(((16, 0), (14, 8), (14, 16), (17, 24), (20, 32), (20, 40), (19, 46)),),
        details=(((19, 27), (16, 25), (13, 27)), ((0, 40), (0, 46))),
        spine=(1, 34),
    ),
    "hip_flexors": Place(
        landmark_y=9,
        pixels_a_cm=1.1,
        pads=(PadPicture(9, -9, 5, 9), PadPicture(9, -24, 5, 9)),
        outline=(
            ((15, 0), (18, 6), (19, 14), (18, 30), (16, 46)),
            ((1, 16), (3, 24), (5, 46)),
        ),
        details=(((2, 14), (8, 10), (16, 4)),),
    ),
    "glutes": Place(
        landmark_y=4,
        pixels_a_cm=1.3,
        pads=(PadPicture(10, -9, 9, 5), PadPicture(10, -20, 9, 5)),
        outline=(
            ((14, 0), (18, 6), (21, 14), (22, 24), (20, 34), (19, 46)),
            ((1, 38), (3, 46)),
        ),
        details=(((0, 8), (0, 36)), ((1, 37), (6, 39), (13, 38)), ((18, 5), (14, 3), (11, 4))),
    ),
}


@cache
def picture(placement: str, left: str, right: str) -> Image.Image:
    """The placement's picture with the letters of both sides; a dummy load where no body is."""
    place = PLACES.get(placement)
    if place is None:
        return icons.picture("bench_load")
    image = Image.new("1", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(image)
    for line in (*place.outline, *place.details):
        _mirrored(draw, line)
    if place.spine is not None:
        for y in range(*place.spine, 4):
            draw.rectangle((MIDLINE, y, MIDLINE, y + 1), fill=LIT)
    for pad in place.pads:
        _pads(draw, place, pad)
    _sides(image, left, right)
    return image


def _mirrored(draw: ImageDraw.ImageDraw, line: tuple[Point, ...]) -> None:
    for side in (1, -1):
        draw.line([(MIDLINE + side * x, y) for x, y in line], fill=LIT)


def _pads(draw: ImageDraw.ImageDraw, place: Place, pad: PadPicture) -> None:
    y = place.landmark_y - pad.above_landmark_cm * place.pixels_a_cm
    half_width = pad.width_cm * place.pixels_a_cm / 2
    half_height = pad.height_cm * place.pixels_a_cm / 2
    for side in (1, -1):
        x = MIDLINE + side * pad.from_midline_cm * place.pixels_a_cm
        box = (
            round(x - half_width),
            round(y - half_height),
            round(x + half_width),
            round(y + half_height),
        )
        draw.rectangle((box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1), fill=0)
        draw.rectangle(box, fill=LIT)


def _sides(image: Image.Image, left: str, right: str) -> None:
    """The left letter with one ring at that edge, the right one with two."""
    for letter, x in ((left, 0), (right, WIDTH - fonts.strong().width(right))):
        image.paste(LIT, (x, 12), fonts.strong().render(letter))
    one, two = ring("A"), ring("B")
    image.paste(LIT, (0, 26), one)
    upright = two.rotate(90, expand=True)
    image.paste(LIT, (WIDTH - upright.width, 26), upright)
