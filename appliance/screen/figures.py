"""Small pictures: the steps of getting ready, how to lie, the stretches, a glass of water.

People are solid figures, like on road signs: they are read from a metre away.
"""

from collections.abc import Callable, Sequence
from functools import cache

from PIL import Image, ImageDraw

from appliance.screen.pixels import LIT
from appliance.screen.shapes import Draw, Point, cable, curve, disc, drop, limb


@cache
def picture(name: str) -> Image.Image:
    """The picture of that name."""
    size, paint = _PICTURES[name]
    image = Image.new("1", size)
    paint(ImageDraw.Draw(image))
    return image


def _wash(draw: Draw) -> None:
    """A tap, drops, a hand under it, a towel."""
    draw.rounded_rectangle((2, 2, 22, 8), radius=3, fill=LIT)
    draw.rectangle((0, 0, 3, 10), fill=LIT)
    draw.rectangle((16, 5, 22, 12), fill=LIT)
    for x, y in ((19, 18), (15, 23), (22, 24)):
        drop(draw, x, y, 1.5)
    limb(draw, [(2, 33), (14, 31), (26, 30)], 5)
    limb(draw, [(14, 32), (20, 27)], 3)
    draw.rounded_rectangle((28, 16, 43, 45), radius=2, fill=0)
    draw.rounded_rectangle((29, 17, 42, 44), radius=2, outline=LIT)
    for y in (37, 40):
        draw.line([(29, y), (42, y)], fill=LIT)
    draw.line([(33, 21), (33, 34)], fill=LIT)
    draw.line([(38, 21), (38, 34)], fill=LIT)


def _wet(draw: Draw) -> None:
    """A drop above a pad that lies with its gel upwards."""
    drop(draw, 20, 13, 5)
    draw.line([(12, 22), (9, 19)], fill=LIT)
    draw.line([(28, 22), (31, 19)], fill=LIT)
    draw.polygon([(8, 27), (34, 27), (40, 40), (2, 40)], fill=LIT)
    draw.polygon([(11, 29), (31, 29), (35, 38), (7, 38)], fill=0)
    for row, y in enumerate((31, 34, 37)):
        for x in range(12 - row, 32 + row, 4):
            draw.point((x, y - 1), fill=LIT)
    cable(draw, [(40, 40), (43, 43)])


def _stop(draw: Draw, *, pressed: bool) -> None:
    """A fist around the hand-held switch, the thumb on its button."""
    top = 12 if pressed else 8
    draw.rectangle((15, top, 26, 15), fill=LIT)
    draw.rounded_rectangle((13, 16, 29, 43), radius=4, outline=LIT)
    draw.line([(21, 44), (21, 46)], fill=LIT, width=2)
    for y in (22, 28, 34, 40):
        limb(draw, [(11, y), (25, y)], 4)
    limb(draw, [(34, 34), (35, 22), (31, 14 if pressed else 10), (25, top - 3)], 4)
    limb(draw, [(36, 26), (33, 40)], 6)
    draw.line([(4, 3), (4, 10)], fill=LIT)
    if pressed:
        draw.polygon([(1, 5), (7, 5), (4, 1)], fill=LIT)
    else:
        draw.polygon([(1, 8), (7, 8), (4, 12)], fill=LIT)


def _bed(draw: Draw, width: int, y: int) -> None:
    draw.line([(0, y), (width, y)], fill=LIT)


def _lying_back(draw: Draw) -> None:
    _bed(draw, 93, 22)
    draw.rounded_rectangle((1, 16, 13, 20), radius=2, outline=LIT)
    draw.ellipse((56, 10, 70, 21), outline=LIT)
    disc(draw, (8, 11), 5)
    limb(draw, [(72, 18), (78, 18)], 4)
    limb(draw, [(44, 16), (62, 5), (72, 17)], 5)
    limb(draw, [(17, 15), (43, 16)], 7)
    limb(draw, [(19, 14), (33, 18), (40, 13)], 3)
    _held_stop(draw, 41, 10)


def _lying_belly(draw: Draw, pads: Sequence[Point]) -> None:
    _bed(draw, 93, 22)
    draw.rounded_rectangle((26, 16, 47, 21), radius=2, outline=LIT)
    disc(draw, (8, 13), 5)
    limb(draw, [(52, 14), (82, 18), (88, 17)], 5)
    limb(draw, [(17, 14), (34, 11), (49, 12)], 7)
    limb(draw, [(18, 16), (11, 20), (20, 20)], 3)
    for x, y in pads:
        draw.rectangle((x, y, x + 3, y + 2), fill=0)
        draw.line([(x, y - 2), (x + 3, y - 2)], fill=LIT)
    _held_stop(draw, 22, 19)


def _held_stop(draw: Draw, x: int, y: int) -> None:
    draw.rectangle((x, y, x + 2, y + 3), fill=LIT)


def _loads(draw: Draw, rows: Sequence[int]) -> None:
    """A resistor on each lead."""
    for y in rows:
        draw.line([(0, y), (60, y)], fill=LIT)
        draw.rectangle((14, y - 4, 44, y + 4), fill=0, outline=LIT)
        for x in (22, 29, 36):
            draw.line([(x, y - 4), (x, y + 4)], fill=LIT)


def _knee_to_chest(draw: Draw) -> None:
    _bed(draw, 57, 33)
    disc(draw, (5, 27), 4)
    limb(draw, [(34, 30), (54, 31)], 4)
    limb(draw, [(13, 29), (33, 30)], 6)
    limb(draw, [(33, 28), (25, 16), (39, 15)], 5)
    limb(draw, [(14, 27), (20, 19), (27, 19)], 3)
    _arrow(draw, (36, 6), (24, 9))


def _knees_to_side(draw: Draw) -> None:
    """From above: arms spread, both knees to one side."""
    disc(draw, (28, 4), 4)
    limb(draw, [(4, 13), (28, 12), (52, 13)], 4)
    limb(draw, [(28, 12), (28, 22)], 8)
    limb(draw, [(27, 24), (42, 22), (38, 33)], 4)
    limb(draw, [(27, 26), (46, 27), (43, 33)], 4)
    draw.arc((4, 18, 24, 36), 90, 200, fill=LIT)
    draw.polygon([(3, 20), (8, 24), (2, 26)], fill=LIT)


def _figure_four(draw: Draw) -> None:
    _bed(draw, 57, 33)
    disc(draw, (5, 27), 4)
    limb(draw, [(13, 29), (32, 30)], 6)
    limb(draw, [(32, 29), (33, 13), (48, 16)], 4)
    limb(draw, [(32, 28), (44, 22), (35, 15)], 4)
    limb(draw, [(14, 27), (22, 20), (31, 20)], 3)
    _arrow(draw, (38, 5), (26, 8))


def _arrow(draw: Draw, start: Point, end: Point) -> None:
    draw.line([start, end], fill=LIT)
    x, y = end
    draw.polygon([(x - 3, y + 1), (x + 2, y - 4), (x + 3, y + 3)], fill=LIT)


def _glass(draw: Draw) -> None:
    draw.line([(2, 3), (7, 43), (23, 43), (28, 3)], fill=LIT, width=2)
    surface = curve([(4, 15), (10, 13), (15, 15), (20, 17), (26, 15)])
    draw.polygon([*surface, (22, 40), (8, 40)], fill=LIT)
    for x, y in ((12, 22), (18, 28), (14, 34)):
        disc(draw, (x, y), 1, 0)


def _hand(draw: Draw) -> None:
    """A right hand on the right hip, seen from behind: the thumb points to the spine."""
    limb(draw, [(12, 6), (9, 5)], 6)
    draw.line([(2, 4), (9, 4)], fill=LIT, width=2)
    draw.line([(10, 5), (14, 5)], fill=0)


_PICTURES: dict[str, tuple[tuple[int, int], Callable[[Draw], None]]] = {
    "wash": ((44, 46), _wash),
    "drop": ((44, 46), _wet),
    "stop": ((44, 46), lambda draw: _stop(draw, pressed=False)),
    "stop_let_go": ((44, 46), lambda draw: _stop(draw, pressed=True)),
    "lying_hip_flexors": ((94, 23), _lying_back),
    "lying_lower_back": ((94, 23), lambda draw: _lying_belly(draw, [(33, 9), (40, 9)])),
    "lying_glutes": ((94, 23), lambda draw: _lying_belly(draw, [(46, 10), (52, 12)])),
    "lying_bench": ((62, 23), lambda draw: _loads(draw, (5, 17))),
    "bench_load": ((62, 36), lambda draw: _loads(draw, (8, 26))),
    "stretch_1": ((58, 35), _knee_to_chest),
    "stretch_2": ((58, 35), _knees_to_side),
    "stretch_3": ((58, 35), _figure_four),
    "glass": ((31, 45), _glass),
    "hand": ((15, 11), _hand),
}
