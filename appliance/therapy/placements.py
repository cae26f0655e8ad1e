"""Placements: where the pads of one stage lie on the body."""

from dataclasses import dataclass
from enum import Enum

from appliance.therapy.units import Channel


class Side(Enum):
    LEFT = "left"
    RIGHT = "right"


class Site(Enum):
    """Where a pad may go. There is no other place."""

    UPPER_THIGH = "upper_thigh"
    BESIDE_SPINE = "beside_spine"
    GLUTES = "glutes"


@dataclass(frozen=True, slots=True)
class Pad:
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


@dataclass(frozen=True, slots=True)
class Placement:
    """The pads of a stage: two a channel, both on one side of the body.

    `on_body` False is a dummy load on the bench; then there are no pads.
    """

    id: str
    on_body: bool
    pads: tuple[tuple[Pad, ...], tuple[Pad, ...]]

    def side(self, channel: Channel) -> Side | None:
        pads = self.pads[channel.value]
        return pads[0].side if pads else None

    @property
    def smallest_pad_cm2(self) -> float | None:
        areas = [pad.area_cm2 for pads in self.pads for pad in pads]
        return min(areas) if areas else None


def check_placement(placement: Placement) -> None:
    """Raise TherapyError where a placement crosses the midline or leaves the allowed sites."""
    raise NotImplementedError
