"""Small pictures by name: the steps of getting ready, how to lie, the stretches, a glass."""

from collections.abc import Callable
from functools import cache

from PIL import Image

from appliance.screen.pictures import lying_people
from appliance.screen.pictures.pen import Pen, tone


@cache
def picture(name: str) -> Image.Image:
    """The picture of that name."""
    size, paint = _PICTURES[name]
    image = Image.new("1", size)
    paint(Pen(image))
    return image


def _wash(pen: Pen) -> None:
    """A running tap, and a towel on its rail."""
    pen.limb((2, 8, 2.6), (12, 8, 2.6), (17, 10, 2.6), (17, 15, 2.6), halo=0)
    pen.box(0, 2, 2, 14)
    pen.limb((9, 6, 1.4), (9, 2, 1.4), halo=0)
    pen.limb((5, 1.5, 1.2), (13, 1.5, 1.2), halo=0)
    for x, y in ((17, 23), (13, 30), (20, 32), (16, 39)):
        pen.drop(x, y, 2)
    pen.stroke((6, 43), (10, 41), (14, 43), (18, 41), (22, 43))
    pen.box(25, 9, 43, 10)
    pen.frame(28, 9, 40, 42, 1)
    for y in (34, 35, 38):
        pen.line((28, y), (40, y))
    pen.line((32, 13), (32, 28))
    pen.line((36, 13), (36, 24))


def _bottle(pen: Pen) -> None:
    """A hot-water bottle, and warmth that rises from it."""
    pen.box(17, 12, 26, 15)
    pen.polygon((18, 15), (25, 15), (28, 20), (15, 20))
    pen.limb((12, 23, 3), (31, 23, 3), halo=0)
    pen.limb((12, 41, 3), (31, 41, 3), halo=0)
    pen.box(9, 22, 34, 41)
    for x in (15, 21, 27):
        pen.line((x, 25), (x, 39), fill=0)
    for x in (4, 39):
        pen.stroke((x, 38), (x + 2, 34), (x, 30), (x + 2, 26), (x, 22))
    pen.stroke((21, 9), (23, 7), (21, 4), (23, 1))


def _wet(pen: Pen) -> None:
    """One drop above a pad that lies with its gel upwards."""
    pen.drop(21, 15, 5.5)
    pen.line((11, 22), (8, 19))
    pen.line((31, 22), (34, 19))
    pen.polygon((9, 26), (33, 26), (41, 40), (1, 40))
    pen.polygon((11, 28), (31, 28), (37, 38), (5, 38), fill=0)
    for row, y in enumerate((29, 32, 35)):
        for x in range(13 - 2 * row, 32 + 2 * row, 3):
            pen.dots((x, y))
    pen.stroke((41, 39), (42, 43), (43, 45))


def _stop(pen: Pen, *, pressed: bool) -> None:
    """A fist around the hand-held switch, the thumb on its button; an arrow for the thumb."""
    top = 11 if pressed else 8
    pen.box(17, top, 26, 14)
    pen.frame(14, 15, 29, 44, 4)
    pen.line((21, 45), (21, 45))
    for y in (21, 27, 33, 39):
        pen.limb((12, y, 2.1), (26, y, 2.1))
    pen.limb((35, 41, 4), (36, 30, 4.2), (34, 20, 2.8), (30, top - 1, 2.4), (24, top - 3, 2.2))
    if pressed:
        pen.arrow((5, 14), (5, 2), 6)
    else:
        pen.arrow((5, 2), (5, 14), 6)


def _flat(pen: Pen) -> None:
    """A flat hand that presses a pad on the skin."""
    width, height = pen.image.size
    pen.image.paste(tone(pen.image.size).crop((0, 0, width, height - 27)), (0, 27))
    pen.box(0, 26, width - 1, 26)
    pen.box(6, 22, 38, 24)
    pen.stroke((39, 23), (43, 24), (45, 21))
    pen.limb((46, 2, 4), (38, 11, 3.6), (31, 17, 3.2), (22, 18.6, 2.1), (10, 19, 1.5))
    pen.limb((33, 15, 2.2), (25, 12.4, 1.6), (20, 13.6, 1.4))
    pen.arrow((5, 1), (5, 14), 6)
    pen.arrow((17, 0), (17, 9), 6)


def _loads(pen: Pen) -> None:
    """A resistor on each lead."""
    for y in (5, 17):
        pen.line((0, y), (60, y))
        pen.frame(14, y - 4, 44, y + 4)
        for x in (22, 29, 36):
            pen.line((x, y - 4), (x, y + 4))


def _glass(pen: Pen) -> None:
    pen.polygon((0, 2), (30, 2), (25, 44), (5, 44))
    pen.polygon((2, 1), (28, 1), (23.2, 42), (6.8, 42), fill=0)
    pen.polygon((4.6, 14), (12, 12.5), (18, 14.5), (25.4, 13), (22, 40.4), (8, 40.4))
    for x, y in ((12, 22), (18, 28), (14, 34)):
        pen.disc(x, y, 1.2, fill=0)


def _thumb(pen: Pen) -> None:
    """A right hand on the right hip, seen from behind: its thumb points to the spine."""
    pen.limb((19, 5, 3.6), (12, 4.6, 4))
    pen.limb((12, 4, 2.2), (6, 3.6, 1.6), (2, 3.6, 1.5), halo=0)
    pen.limb((13, 8, 1.4), (9, 9, 1.3), halo=0)


def _two_fingers(pen: Pen) -> None:
    """Two fingers of a right hand, laid across from outside."""
    pen.limb((17, 2.5, 2.9), (22, 2.5, 2.9), halo=0)
    for y in (0, 3):
        pen.box(1, y, 16, y + 1)


_PICTURES: dict[str, tuple[tuple[int, int], Callable[[Pen], None]]] = {
    "wash": ((44, 46), _wash),
    "bottle": ((44, 46), _bottle),
    "drop": ((44, 46), _wet),
    "stop": ((44, 46), lambda pen: _stop(pen, pressed=False)),
    "stop_let_go": ((44, 46), lambda pen: _stop(pen, pressed=True)),
    "flat": ((48, 34), _flat),
    "lying_upper_thigh": (lying_people.SIZE, lying_people.on_back),
    "lying_beside_spine": (lying_people.SIZE, lying_people.on_belly_back),
    "lying_glutes": (lying_people.SIZE, lying_people.on_belly_glutes),
    "loads": ((61, 23), _loads),
    "stretch_1": (lying_people.SIZE, lying_people.knee_to_chest),
    "stretch_2": (lying_people.SIZE, lying_people.knees_to_side),
    "stretch_3": (lying_people.SIZE, lying_people.figure_four),
    "bridge": (lying_people.SIZE, lying_people.bridge),
    "bird_dog": (lying_people.SIZE, lying_people.bird_dog),
    "dead_bug": (lying_people.SIZE, lying_people.dead_bug),
    "glass": ((31, 46), _glass),
    "thumb": ((23, 11), _thumb),
    "two_fingers": ((23, 6), _two_fingers),
}
"""Size in pixels, and what is painted on it."""
