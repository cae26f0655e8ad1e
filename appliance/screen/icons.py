"""Small pictures: the steps of getting ready, how to lie, the stretches, a glass of water."""

from collections.abc import Callable
from functools import cache

from PIL import Image, ImageDraw

from appliance.screen.pixels import LIT

Draw = ImageDraw.ImageDraw


@cache
def picture(name: str) -> Image.Image:
    """The picture of that name."""
    size, paint = _PICTURES[name]
    image = Image.new("1", size)
    paint(ImageDraw.Draw(image))
    return image


def _drop(draw: Draw, x: int, y: int, size: int) -> None:
    draw.ellipse((x - size, y, x + size, y + 2 * size), fill=LIT)
    draw.polygon([(x - size, y + size), (x + size, y + size), (x, y - size)], fill=LIT)


def _wash(draw: Draw) -> None:
    for x in (8, 18, 28):
        _drop(draw, x, 4, 2)
    draw.line([(2, 22), (12, 16), (24, 16), (36, 22)], fill=LIT, width=2)
    draw.arc((0, 18, 40, 46), 200, 340, fill=LIT, width=2)
    draw.line([(6, 32), (34, 32)], fill=LIT)
    draw.line([(6, 36), (34, 36)], fill=LIT)
    draw.rectangle((4, 29, 36, 40), outline=LIT)


def _pad(draw: Draw) -> None:
    _drop(draw, 20, 8, 5)
    draw.rounded_rectangle((4, 28, 36, 40), radius=3, outline=LIT, width=2)
    for x in range(9, 34, 4):
        draw.point((x, 34), fill=LIT)
    draw.line([(36, 34), (40, 34)], fill=LIT, width=2)


def _stop(draw: Draw, *, pressed: bool) -> None:
    top = 14 if pressed else 8
    draw.rounded_rectangle((10, 20, 30, 44), radius=5, outline=LIT, width=2)
    draw.rectangle((14, top, 26, 18), fill=LIT)
    if not pressed:
        draw.line([(20, 0), (20, 5)], fill=LIT)
        draw.polygon([(17, 3), (23, 3), (20, 6)], fill=LIT)
    else:
        draw.polygon([(17, 8), (23, 8), (20, 4)], fill=LIT)
    for y in (26, 31, 36):
        draw.line([(26, y), (36, y)], fill=LIT, width=2)


def _lying_back(draw: Draw) -> None:
    draw.ellipse((2, 9, 11, 18), outline=LIT)
    draw.line([(12, 15), (48, 16), (62, 5), (74, 18), (80, 18)], fill=LIT, width=3)
    draw.line([(0, 21), (88, 21)], fill=LIT)
    draw.ellipse((56, 10, 70, 20), outline=LIT)


def _lying_belly(draw: Draw) -> None:
    draw.ellipse((2, 8, 11, 17), outline=LIT)
    draw.line([(12, 13), (40, 11), (56, 13), (84, 17)], fill=LIT, width=4)
    draw.rounded_rectangle((28, 15, 50, 20), radius=2, outline=LIT)
    draw.line([(0, 21), (88, 21)], fill=LIT)


def _bench(draw: Draw) -> None:
    for x, y in ((10, 4), (10, 16)):
        draw.line([(0, y), (x, y)], fill=LIT)
        draw.rectangle((x, y - 3, x + 30, y + 3), outline=LIT)
        draw.line([(x + 30, y), (x + 42, y)], fill=LIT)


def _stretch_1(draw: Draw) -> None:
    draw.ellipse((0, 22, 7, 29), outline=LIT)
    draw.line([(8, 28), (28, 29)], fill=LIT, width=3)
    draw.line([(28, 29), (20, 17), (30, 15)], fill=LIT, width=2)
    draw.line([(28, 29), (44, 29)], fill=LIT, width=2)
    draw.line([(12, 27), (20, 18)], fill=LIT)
    draw.line([(0, 31), (45, 31)], fill=LIT)


def _stretch_2(draw: Draw) -> None:
    draw.ellipse((17, 0, 24, 7), outline=LIT)
    draw.line([(20, 8), (20, 20)], fill=LIT, width=3)
    draw.line([(2, 10), (38, 10)], fill=LIT, width=2)
    draw.line([(20, 20), (34, 22), (30, 31)], fill=LIT, width=2)
    draw.arc((22, 10, 42, 30), 300, 20, fill=LIT)


def _stretch_3(draw: Draw) -> None:
    draw.ellipse((0, 22, 7, 29), outline=LIT)
    draw.line([(8, 28), (26, 29)], fill=LIT, width=3)
    draw.line([(26, 29), (30, 14), (40, 20)], fill=LIT, width=2)
    draw.line([(26, 16), (36, 14)], fill=LIT, width=2)
    draw.line([(12, 27), (29, 17)], fill=LIT)
    draw.line([(0, 31), (45, 31)], fill=LIT)


def _glass(draw: Draw) -> None:
    draw.line([(4, 4), (8, 42), (22, 42), (26, 4)], fill=LIT, width=2)
    draw.polygon([(6, 16), (24, 16), (21, 40), (9, 40)], fill=LIT)


_PICTURES: dict[str, tuple[tuple[int, int], Callable[[Draw], None]]] = {
    "wash": ((44, 46), _wash),
    "drop": ((44, 46), _pad),
    "stop": ((44, 46), lambda draw: _stop(draw, pressed=False)),
    "stop_let_go": ((44, 46), lambda draw: _stop(draw, pressed=True)),
    "lying_back": ((90, 23), _lying_back),
    "lying_belly": ((90, 23), _lying_belly),
    "bench_load": ((54, 22), _bench),
    "stretch_1": ((46, 33), _stretch_1),
    "stretch_2": ((44, 33), _stretch_2),
    "stretch_3": ((46, 33), _stretch_3),
    "glass": ((30, 45), _glass),
}
