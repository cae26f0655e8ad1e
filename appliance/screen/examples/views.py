"""What every example view is made of: a person, a stage, two channels."""

from dataclasses import dataclass

from appliance.session.board import Contact
from appliance.session.state import State
from appliance.session.view import (
    ChannelView,
    StageView,
    View,
)
from appliance.therapy.placements import Pad, Site

Pads = tuple[Pad, ...]
PLACEMENTS = ("hip_flexors", "lower_back", "glutes", "bench")


@dataclass(frozen=True)
class Example:
    """A view worth looking at, and its name."""

    name: str
    view: View


def a_view(state: State, **fields: object) -> View:
    # A dict of fields cannot be typed; every one of them is a field of View.
    return View(state=state, person="Anna", **fields)  # type: ignore[arg-type]


def pads_at(site: Site, across_cm: float, heights_cm: tuple[float, float], long: bool) -> Pads:
    """Both sides' pads, 5 cm wide, as high or nearly twice as high."""
    high_cm = 9.0 if long else 5.0
    return tuple(
        Pad(site, side * across_cm, height_cm, 5.0, high_cm)
        for side in (-1, 1)
        for height_cm in heights_cm
    )


PADS: dict[str, Pads] = {
    "hip_flexors": pads_at(Site.UPPER_THIGH, 9.0, (-9.0, -24.0), True),
    "lower_back": pads_at(Site.BESIDE_SPINE, 4.5, (0.0, 11.0), False),
    "glutes": pads_at(Site.GLUTES, 9.0, (-7.5, -21.5), True),
    "my_own_place": pads_at(Site.GLUTES, 8.0, (-8.0, -21.0), False),
}


def a_stage(placement: str = "lower_back", **fields: object) -> StageView:
    values: dict[str, object] = {
        "pads": PADS.get(placement, ()),
        "program": "lower_back",
        "index": 1,
        "count": 3,
        "minutes": 20.0,
        "remaining_s": 760.0,
        "phase": "work",
        "part": "off",
        "part_remaining_s": 11.2,
        "next_contraction_s": 11.2,
        "contractions_done": 5,
        **fields,
    }
    return StageView(placement=placement, **values)  # type: ignore[arg-type]


def two_channels(
    a: float = 22.0, b: float | None = None, last: float | None = 22.0
) -> tuple[ChannelView, ChannelView]:
    b = a if b is None else b
    return (
        ChannelView("A", a, max(0.0, a - 1), 0.0, Contact.UNKNOWN, last),
        ChannelView("B", b, max(0.0, b - 1), 0.0, Contact.UNKNOWN, last),
    )
