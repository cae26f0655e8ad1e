"""One view, one picture. Nothing else decides what is on the panel."""

from collections.abc import Callable, Mapping
from datetime import datetime

from PIL import Image

from appliance.screen import before, closing, opening, placing, running
from appliance.screen.canvas import Canvas, MeasuringCanvas, Phrases
from appliance.screen.parts import banner
from appliance.session.state import State
from appliance.session.view import View

_SCREENS: Mapping[State, Callable[[Canvas, View, Phrases], None]] = {
    State.SELF_TEST: opening.self_test,
    State.CHECKLIST: opening.checklist,
    State.REFUSED: opening.refused,
    State.CHOOSING: before.choosing,
    State.PREPARING: before.preparing,
    State.PLACING: placing.placing,
    State.READY: placing.ready,
    State.STIMULATING: running.stimulating,
    State.PAUSED: running.paused,
    State.CONTACT_LOST: running.contact_lost,
    State.STOPPED: running.stopped,
    State.STAGE_DONE: running.stage_done,
    State.AFTERCARE: closing.aftercare,
    State.FAULT: closing.fault,
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
        opening.locked(canvas, view, words, now)
    else:
        _SCREENS[view.state](canvas, view, words)
    if view.stop_pressed and not _asks_for_stop(view):
        banner(canvas, words("stop.pressed"), words("stop.let_go"))


def _asks_for_stop(view: View) -> bool:
    """Whether the screen itself speaks of STOP."""
    return view.state is State.STOPPED or view.step == "stop_test"
