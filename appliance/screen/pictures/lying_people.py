"""People on a couch, seen from the side: how to lie, and the stretches afterwards.

Solid figures, like on road signs: they are read from a metre away. All are 92 x 23, the
head on the left, the couch along the lowest rows.
"""

from appliance.screen.pictures.pen import Pen, Point

SIZE = (92, 23)
_COUCH = 21


def on_back(pen: Pen) -> None:
    """On the back, a pillow under the head, the knees up over a cushion."""
    pen.frame(0, 17, 13, 20, 1)
    pen.disc(61, 15.5, 4.8)
    pen.disc(61, 15.5, 3.6, fill=0)
    _head(pen, 7, 11)
    pen.limb((44, 16, 4), (60, 5, 3), (70, 17, 2.2), (76, 18.8, 1.2))
    _lying_trunk(pen)
    pen.limb((18, 14, 2.2), (29, 18, 1.9), (38, 13, 1.6))
    _stop(pen, 38, 6)
    _pads(pen, (47.5, 8.5), (54.5, 3.8), lean=-0.66)
    _couch(pen)


def on_belly_back(pen: Pen) -> None:
    _on_belly(pen)
    _pads(pen, (34.5, 6.6), (42.5, 6.4))
    _couch(pen)


def on_belly_glutes(pen: Pen) -> None:
    _on_belly(pen)
    _pads(pen, (47, 3.8), (55.5, 7.4), lean=0.45)
    _couch(pen)


def knee_to_chest(pen: Pen) -> None:
    """One knee pulled to the chest, the other leg stretched out."""
    _head(pen, 7, 15)
    _lying_trunk(pen)
    pen.limb((44, 16.5, 3.8), (64, 17.6, 2.6), (84, 18.2, 1.9), halo=0)
    pen.limb((84.5, 18, 1.5), (85.5, 13, 1.2), halo=0)
    pen.limb((44, 15, 3.6), (32, 4.5, 2.6), (47, 6.8, 1.9), (49.5, 4, 1.2))
    pen.limb((18, 14.5, 2.0), (23, 8, 1.7), (31, 3.4, 1.5))
    pen.arrow((70, 6), (56, 6), 5)
    _couch(pen)


def knees_to_side(pen: Pen) -> None:
    """From above: the arms spread, both bent knees let down to one side."""
    _head(pen, 8, 11)
    pen.limb((20, 1.6, 1.4), (22, 11, 2.2), (20, 20.4, 1.4))
    pen.limb((21, 11, 4.6), (32, 11, 3.8), (43, 11, 4.6), halo=0)
    pen.limb((44, 9.5, 3), (58, 16.5, 2.6), (70, 11.5, 2.0), (73, 11.5, 1.3))
    pen.limb((44, 12.5, 3.2), (55, 19, 2.6), (67, 16, 2.0), (70, 16.5, 1.3))
    pen.stroke((60, 2), (70, 1), (79, 5), (82, 13))
    pen.arrow((82, 12), (81.5, 18), 5)


def figure_four(pen: Pen) -> None:
    """From above: one ankle on the other knee, both hands at that thigh."""
    _head(pen, 8, 11)
    pen.limb((21, 11, 4.6), (32, 11, 3.8), (43, 11, 4.6))
    pen.limb((44, 14, 3.2), (59, 16, 2.8), (70, 17, 2.0), (74, 17, 1.4), halo=0)
    pen.limb((44, 8, 3.2), (58, 2.5, 2.4), halo=0)
    pen.limb((59, 2.5, 2.4), (59.5, 17, 1.8), (59.5, 20.5, 1.3))
    pen.limb((21, 14.5, 2), (32, 19.5, 1.7), (49, 19, 1.5))
    pen.arrow((86, 10), (70, 10), 5)


def bridge(pen: Pen) -> None:
    """On the back, the feet flat, the hips lifted until shoulder and knee make one line."""
    _head(pen, 7, 15)
    pen.limb((57, 5, 2.8), (66, 11, 2.2), (65, 18, 1.8), (71, 19, 1.2))
    pen.limb((17, 17, 3.4), (30, 12.5, 3.8), (44, 7.5, 4.2), (57, 5, 2.8), halo=0)
    pen.limb((18, 18.5, 1.6), (40, 18.8, 1.5))
    pen.arrow((44, 19), (44, 13), 5)
    _couch(pen)


def bird_dog(pen: Pen) -> None:
    """On one hand and one knee; the other arm and the other leg stretched out level."""
    pen.limb((27, 8, 2.2), (27, 13, 1.9), (26, 19, 1.6))
    pen.limb((55, 9, 3.2), (57, 18, 2.4), (70, 19, 1.6))
    pen.limb((27, 7.5, 3.6), (40, 8.5, 3.6), (55, 8, 4), halo=0)
    pen.limb((55, 7, 3.4), (70, 7, 2.4), (84, 6.5, 1.8), (85, 9, 1.2), halo=0)
    pen.limb((26, 6.5, 2.2), (13, 4, 1.8), (2, 3, 1.4))
    _head(pen, 19, 11)
    _couch(pen)


def dead_bug(pen: Pen) -> None:
    """On the back; one knee and one arm up, the other arm and the other leg let down."""
    _head(pen, 14, 15)
    pen.limb((24, 16.2, 3.6), (36, 16.4, 3.9), (50, 16.2, 4.1))
    pen.limb((50, 16.5, 3.6), (68, 16, 2.4), (86, 15, 1.8), (87, 12, 1.2), halo=0)
    pen.limb((50, 14, 3.2), (52, 4, 2.4), (66, 4.5, 1.9), (67, 1.5, 1.2))
    pen.limb((24, 14, 2), (26, 7, 1.7), (26, 1.5, 1.4))
    pen.limb((22, 13.5, 2), (12, 7, 1.7), (3, 5.5, 1.4))
    _couch(pen)


def _couch(pen: Pen) -> None:
    pen.box(0, _COUCH, SIZE[0] - 1, _COUCH)


def _head(pen: Pen, x: float, y: float) -> None:
    pen.disc(x, y, 5, halo=1)


def _lying_trunk(pen: Pen) -> None:
    pen.limb((17, 16.2, 3.6), (30, 16.4, 3.9), (44, 16.2, 4.1))


def _on_belly(pen: Pen) -> None:
    """Belly down over a cushion, the head on the side, STOP in the hand in front."""
    pen.frame(27, 15, 47, 20, 2)
    pen.limb((49, 13, 4.6), (66, 16.6, 2.8), (72, 18, 2), (84, 17.6, 1.9), (90, 19.3, 1.1))
    pen.line((49, 17), (57, 18), (68, 20), fill=0)
    pen.limb((22, 14.3, 3.7), (31, 12.4, 4.2), (40, 13.2, 3.6), (49, 11.2, 5.2), halo=0)
    pen.line((54, 13), (53, 15), (50, 17), fill=0)
    _head(pen, 12, 13)
    pen.limb((21, 16, 2.1), (15, 19, 1.7), (5, 18.4, 1.5))
    _stop(pen, 1, 12)


def _stop(pen: Pen, left: int, top: int) -> None:
    """The hand-held switch, standing in a fist."""
    pen.box(left - 1, top - 1, left + 3, top + 6, 0)
    pen.box(left, top + 2, left + 2, top + 6)
    pen.dots((left + 1, top), (left + 1, top + 1))


def _pads(pen: Pen, *places: Point, lean: float = 0.0) -> None:
    """Pads as thick strokes on the skin; `lean` is their rise a pixel, downwards positive."""
    for x, y in places:
        pen.limb((x - 2, y - 2 * lean, 1.2), (x + 2, y + 2 * lean, 1.2))
