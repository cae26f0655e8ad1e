"""The screen of `preparing`: skin, pads and the test of STOP."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import LEFT, LINE, RIGHT, TOP, Canvas, Phrases
from appliance.screen.pictures import figures
from appliance.screen.screens.widgets import Footer, footer, way_out, whole
from appliance.session.view import View
from appliance.therapy.pads import is_worn_out

_BESIDE = 50
_PREPARING = {
    "skin": ("wash", "preparing.skin"),
    "warmth": ("bottle", "preparing.warmth"),
    "pads": ("drop", "preparing.pads"),
    "stop_test": ("stop", "preparing.stop_test"),
}


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    """A picture and three short lines; no header, so that both are large."""
    page = "warmth" if view.hint == "warmth" else view.page_name or "skin"
    picture, key = _PREPARING.get(page, _PREPARING["skin"])
    released = page == "stop_test" and view.stop_pressed
    canvas.put(figures.picture("stop_let_go" if released else picture), LEFT, TOP, picture)
    text = words("preparing.stop_release" if released else key)
    if view.question is not None:
        _worn_pads(canvas, view, words)
    else:
        below = canvas.lines(text, x=_BESIDE, y=TOP + 2, width=RIGHT - _BESIDE + 1)
        if page == "pads" and view.countdown_s:
            wait = words("preparing.wait", seconds=whole(view.countdown_s))
            canvas.text(_BESIDE, below, wait)
    footer(canvas, _does(view, page, words), view.hold)


def _worn_pads(canvas: Canvas, view: View, words: Phrases) -> None:
    """How many sessions the pads have had; the knob chooses old or new pads."""
    new = view.question is not None and view.question.value == 1
    key = "preparing.worn_out" if is_worn_out(view.pad_uses) else "preparing.worn"
    text = words("preparing.renewed" if new else key, count=view.pad_uses)
    canvas.lines(text, x=_BESIDE, y=TOP + 2, width=RIGHT - _BESIDE + 1, most=2)
    chosen = words("preparing.pads_new" if new else "preparing.pads_old")
    middle = (_BESIDE + RIGHT) // 2
    canvas.text(middle, TOP + 2 + 2 * LINE, f"◄ {chosen} ►", fonts.strong(), align="middle")


def _does(view: View, page: str, words: Phrases) -> Footer:
    confirm = "" if page == "stop_test" or not view.can_confirm else words("foot.next")
    return Footer(**way_out(words, words("foot.back")), confirm=confirm)
