"""One view, one picture. Nothing else decides what is on the panel."""

from collections.abc import Callable, Mapping
from datetime import datetime

from PIL import Image

from appliance.screen.drawing.canvas import Canvas, MeasuringCanvas, Phrases
from appliance.screen.screens import (
    aftercare_fault,
    choosing_preparing,
    locked_checklist,
    placing_ready,
    stimulating,
)
from appliance.screen.screens.widgets import banner
from appliance.session.state import State
from appliance.session.view import View

_SCREENS: Mapping[State, Callable[[Canvas, View, Phrases], None]] = {
    State.SELF_TEST: locked_checklist.self_test,
    State.CHECKLIST: locked_checklist.checklist,
    State.REFUSED: locked_checklist.refused,
    State.CHOOSING: choosing_preparing.choosing,
    State.PREPARING: choosing_preparing.preparing,
    State.PLACING: placing_ready.placing,
    State.READY: placing_ready.ready,
    State.STIMULATING: stimulating.stimulating,
    State.PAUSED: stimulating.paused,
    State.CONTACT_LOST: stimulating.contact_lost,
    State.STOPPED: stimulating.stopped,
    State.STAGE_DONE: stimulating.stage_done,
    State.AFTERCARE: aftercare_fault.aftercare,
    State.FAULT: aftercare_fault.fault,
}


def draw(view: View, words: Phrases, now: datetime | None = None) -> Image.Image:
    """The picture of a view: 128 x 64, one bit a pixel. `now` is for the date page only."""
    canvas = Canvas()
    _compose(canvas, view, words, now)
    return canvas.image


def measure(view: View, words: Phrases, now: datetime | None = None) -> list[str]:
    """What is cut off, overlaps or touches an edge in the view's picture."""
    canvas = MeasuringCanvas()
    _compose(canvas, view, words, now)
    return canvas.problems


def _compose(canvas: Canvas, view: View, words: Phrases, now: datetime | None) -> None:
    if view.state is State.LOCKED:
        locked_checklist.locked(canvas, view, words, now)
    else:
        _SCREENS[view.state](canvas, view, words)
    if view.stop_pressed and not _asks_for_stop(view):
        banner(canvas, words("stop.pressed"), words("stop.let_go"))


def _asks_for_stop(view: View) -> bool:
    """Whether the screen itself speaks of STOP."""
    return view.state is State.STOPPED or view.page_name == "stop_test"
