"""What every example view is made of: a person, a stage, two channels."""

from appliance.records import Fixed
from appliance.screen.examples.shipped import shipped
from appliance.session.board import Contact
from appliance.session.state import State
from appliance.session.view import (
    ChannelView,
    StageView,
    View,
)
from appliance.therapy.placements import Pad, Site

Pads = tuple[Pad, ...]


class Example(Fixed, frozen=True):
    """A view worth looking at, and its name."""

    name: str
    view: View


def a_view(state: State, **fields: object) -> View:
    # A dict of fields cannot be typed; every one of them is a field of View.
    return View(state=state, person="Anna", **fields)  # type: ignore[arg-type]


_OWN_PADS = tuple(
    Pad(Site.GLUTES, side * 8.0, height_cm, 5.0, 5.0)
    for side in (-1, 1)
    for height_cm in (-8.0, -21.0)
)
ON_BODY = tuple(name for name, one in shipped().placements.items() if one.on_body)
PADS: dict[str, Pads] = {
    **{name: sum(shipped().placements[name].pads, ()) for name in ON_BODY},
    "my_own_place": _OWN_PADS,
}
"""All pads of each placement on the body that ships, and of one of a person's own."""


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
