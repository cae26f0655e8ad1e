"""The screen of `preparing`: skin, pads and the test of STOP."""

from appliance.screen.drawing.canvas import BODY_TOP, LEFT, RIGHT, Canvas, Phrases
from appliance.screen.pictures import figures
from appliance.screen.screens.widgets import footer, header, or_hold
from appliance.session.view import View

WORN_PADS = 15
"""Sessions after which pads hold and conduct badly."""


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    page_name = view.page_name or "skin"
    header(canvas, words("preparing.title"), f"{view.page + 1}/{view.pages}")
    released = page_name == "stop_test" and view.stop_pressed
    picture, key = _PREPARING.get(page_name, _PREPARING["skin"])
    canvas.put(figures.picture("stop_let_go" if released else picture), LEFT, BODY_TOP + 1, picture)
    text = words("preparing.stop_release" if released else key)
    if page_name == "pads" and view.pad_uses is not None and view.pad_uses >= WORN_PADS:
        text = words("preparing.old_pads", count=view.pad_uses)
    canvas.lines(text, x=50, width=RIGHT - 50 + 1)
    confirm = "" if page_name == "stop_test" else words("foot.next")
    footer(canvas, or_hold(words, "foot.back", "foot.hold_end"), confirm, view.hold)


_PREPARING = {
    "skin": ("wash", "preparing.skin"),
    "pads": ("drop", "preparing.pads"),
    "stop_test": ("stop", "preparing.stop_test"),
}
