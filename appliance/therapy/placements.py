"""Placements: the pads of a stage, their positions on the body, and the allowed sites."""

import math
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cached_property

from appliance.errors import TherapyError
from appliance.records import Fixed
from appliance.therapy import limits
from appliance.therapy.units import CHANNELS, Channel

LEAST_APART_CM = 5.0
MOST_APART_CM = 15.0


class Side(Enum):
    LEFT = "left"
    RIGHT = "right"


class Site(Enum):
    """The parts of the body where a pad may lie. There are no others."""

    UPPER_THIGH = "upper_thigh"
    BESIDE_SPINE = "beside_spine"
    GLUTES = "glutes"


class Window(Fixed, frozen=True):
    """The rectangle of a site that a whole pad has to stay in, on either side of the body."""

    inner_cm: float
    """Nearest to the midline."""
    outer_cm: float
    lowest_cm: float
    """Above the site's landmark; negative is below it."""
    highest_cm: float


WINDOWS = {
    # Landmark: the crease of the groin. The vessels and the hernia gap lie in it, so no
    # pad comes nearer than 2 cm.
    Site.UPPER_THIGH: Window(inner_cm=4.0, outer_cm=22.0, lowest_cm=-30.0, highest_cm=-2.0),
    # Landmark: the line between the tops of the hip bones. The spine's own bones stay free,
    # and so does the chest.
    Site.BESIDE_SPINE: Window(inner_cm=1.0, outer_cm=10.0, lowest_cm=-6.0, highest_cm=16.0),
    # Landmark: the same line.
    Site.GLUTES: Window(inner_cm=3.0, outer_cm=20.0, lowest_cm=-28.0, highest_cm=-3.0),
}


class Pad(Fixed, frozen=True):
    """One pad: its centre from the midline (right positive) and above the site's landmark."""

    site: Site
    from_midline_cm: float
    above_landmark_cm: float
    width_cm: float
    height_cm: float

    @property
    def area_cm2(self) -> float:
        return self.width_cm * self.height_cm

    @property
    def side(self) -> Side:
        return Side.LEFT if self.from_midline_cm < 0 else Side.RIGHT

    @property
    def inner_edge_cm(self) -> float:
        """From the midline; zero or less touches or crosses it."""
        return abs(self.from_midline_cm) - self.width_cm / 2.0

    @property
    def outer_edge_cm(self) -> float:
        return abs(self.from_midline_cm) + self.width_cm / 2.0

    @property
    def bottom_cm(self) -> float:
        return self.above_landmark_cm - self.height_cm / 2.0

    @property
    def top_cm(self) -> float:
        return self.above_landmark_cm + self.height_cm / 2.0


class Placement(Fixed, frozen=True, dict=True):
    """The pads of a stage: two a channel, both on one side of the body.

    `on_body` False is a dummy load on the bench; then there are no pads.
    """

    id: str
    on_body: bool
    pads: tuple[tuple[Pad, ...], tuple[Pad, ...]]
    same_site: tuple[str, ...] = ()
    """Ids of the other placements at these sites: their minutes count here too."""

    @property
    def sites(self) -> frozenset[Site]:
        return frozenset(pad.site for pads in self.pads for pad in pads)

    def side(self, channel: Channel) -> Side | None:
        pads = self.pads[channel.value]
        return pads[0].side if pads else None

    @cached_property
    def smallest_pad_cm2(self) -> float | None:
        areas = [pad.area_cm2 for pads in self.pads for pad in pads]
        return min(areas) if areas else None


def with_same_site(placements: Mapping[str, Placement]) -> dict[str, Placement]:
    """The same placements, each knowing which others lie at its sites."""
    return {
        id_: one.but(
            same_site=tuple(
                other.id
                for other in placements.values()
                if other is not one and other.sites & one.sites
            ),
        )
        for id_, one in placements.items()
    }


_FRAMES = {Site.UPPER_THIGH: "front", Site.BESIDE_SPINE: "back", Site.GLUTES: "back"}
"""The surface of the body, and with it the landmark, that a site's positions are measured on."""


def overlap(some: Sequence[Pad], others: Sequence[Pad]) -> bool:
    """Whether current between `some` pads reaches a site of `others`, on either side.

    The same site is the same muscle group wherever the pads lie in it. Across sites the
    pads themselves are compared.
    """
    return any(
        one.site is other.site or (_FRAMES[one.site] == _FRAMES[other.site] and _meet(one, other))
        for one in some
        for other in others
    )


def _meet(one: Pad, other: Pad) -> bool:
    across = one.inner_edge_cm < other.outer_edge_cm and other.inner_edge_cm < one.outer_edge_cm
    return across and one.bottom_cm < other.top_cm and other.bottom_cm < one.top_cm


def gap_cm(one: Pad, other: Pad) -> float:
    """Between the nearest edges of two pads at one site: what a ruler on the skin shows."""
    across = abs(one.from_midline_cm - other.from_midline_cm) - (one.width_cm + other.width_cm) / 2
    along = abs(one.above_landmark_cm - other.above_landmark_cm)
    along -= (one.height_cm + other.height_cm) / 2
    return math.hypot(max(0.0, across), max(0.0, along))


def check_placement(placement: Placement) -> None:
    """Raise TherapyError where a placement crosses the midline or leaves the allowed sites."""
    if not placement.on_body:
        if any(placement.pads):
            raise TherapyError(f"placement {placement.id}: a dummy load has no pads")
        return
    for channel in CHANNELS:
        where = f"placement {placement.id}, channel {channel.name}"
        pads = placement.pads[channel.value]
        if len(pads) != 2:
            raise TherapyError(f"{where}: {len(pads)} pads; a channel has 2")
        for number, pad in enumerate(pads, start=1):
            _check_pad(pad, f"{where}, pad {number}")
        _check_pair(pads[0], pads[1], channel, where)


def _check_pad(pad: Pad, where: str) -> None:
    _check_size(pad, where)
    # Written so that NaN fails as well.
    if not pad.inner_edge_cm > 0:
        raise TherapyError(f"{where}: it touches or crosses the midline of the body")
    window = WINDOWS[pad.site]
    if not (window.inner_cm <= pad.inner_edge_cm and pad.outer_edge_cm <= window.outer_cm):
        raise TherapyError(
            f"{where}: its edges are {pad.inner_edge_cm:g} and {pad.outer_edge_cm:g} cm from the"
            f" midline; at {pad.site.value} allowed is"
            f" {window.inner_cm:g} to {window.outer_cm:g} cm"
        )
    if not (window.lowest_cm <= pad.bottom_cm and pad.top_cm <= window.highest_cm):
        raise TherapyError(
            f"{where}: its edges are {pad.bottom_cm:g} and {pad.top_cm:g} cm above the landmark;"
            f" at {pad.site.value} allowed is {window.lowest_cm:g} to {window.highest_cm:g} cm"
        )


def _check_size(pad: Pad, where: str) -> None:
    if not (pad.width_cm > 0 and pad.height_cm > 0 and pad.area_cm2 >= limits.SMALLEST_PAD_CM2):
        raise TherapyError(
            f"{where}: {pad.width_cm:g} x {pad.height_cm:g} cm;"
            f" a pad has at least {limits.SMALLEST_PAD_CM2:g} cm2"
        )


def _check_pair(one: Pad, other: Pad, channel: Channel, where: str) -> None:
    if one.side is not other.side:
        raise TherapyError(f"{where}: its current would cross the midline; both pads on one side")
    expected = Side.LEFT if channel is Channel.A else Side.RIGHT
    if one.side is not expected:
        raise TherapyError(f"{where}: it lies on the {one.side.value}; A is left, B is right")
    if one.site is not other.site:
        raise TherapyError(f"{where}: its pads lie at two sites; both belong to one")
    apart_cm = gap_cm(one, other)
    if not LEAST_APART_CM <= apart_cm <= MOST_APART_CM:
        raise TherapyError(
            f"{where}: its pads are {apart_cm:g} cm apart;"
            f" allowed is {LEAST_APART_CM:g} to {MOST_APART_CM:g} cm between their edges"
        )
