"""The screen of `preparing`: skin, pads and the test of STOP."""

from appliance.screen.drawing.canvas import LEFT, RIGHT, TOP, Canvas, Phrases
from appliance.screen.pictures import figures
from appliance.screen.screens.widgets import Footer, footer, whole
from appliance.session.view import View

WORN_PADS = 15
"""Sessions after which pads hold and conduct badly."""
_BESIDE = 50
_PREPARING = {
    "skin": ("wash", "preparing.skin"),
    "pads": ("drop", "preparing.pads"),
    "stop_test": ("stop", "preparing.stop_test"),
}


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    """A picture and three short lines; no header, so that both are large."""
    page = view.page_name or "skin"
    picture, key = _PREPARING.get(page, _PREPARING["skin"])
    released = page == "stop_test" and view.stop_pressed
    canvas.put(figures.picture("stop_let_go" if released else picture), LEFT, TOP, picture)
    text = words("preparing.stop_release" if released else key)
    if page == "pads" and view.pad_uses is not None and view.pad_uses >= WORN_PADS:
        text = words("preparing.old_pads", count=view.pad_uses)
    canvas.lines(text, x=_BESIDE, y=TOP + 2, width=RIGHT - _BESIDE + 1)
    footer(canvas, _does(view, page, words), view.hold)


def _does(view: View, page: str, words: Phrases) -> Footer:
    confirm = "" if page == "stop_test" else words("foot.next")
    if page == "pads" and view.countdown_s:
        confirm = f"{whole(view.countdown_s)} s {confirm}"
    return Footer(words("foot.back"), words("foot.end"), confirm)
