"""Draw the screen of a view: one file per state in `screens/`."""

from collections.abc import Callable, Mapping

from PIL import Image

from appliance.screen.drawing.canvas import Canvas, MeasuringCanvas, Phrases
from appliance.screen.screens import (
    aftercare,
    checklist,
    choosing,
    contact_lost,
    fault,
    locked,
    paused,
    placing,
    preparing,
    ready,
    refused,
    self_test,
    stage_done,
    stimulating,
    stopped,
)
from appliance.screen.screens.widgets import banner
from appliance.session.board import Output
from appliance.session.machine.pages import SWITCH_OFF
from appliance.session.state import State
from appliance.session.view import View

_SCREENS: Mapping[State, Callable[[Canvas, View, Phrases], None]] = {
    State.SELF_TEST: self_test.draw,
    State.LOCKED: locked.draw,
    State.CHECKLIST: checklist.draw,
    State.REFUSED: refused.draw,
    State.CHOOSING: choosing.draw,
    State.PREPARING: preparing.draw,
    State.PLACING: placing.draw,
    State.READY: ready.draw,
    State.STIMULATING: stimulating.draw,
    State.PAUSED: paused.draw,
    State.CONTACT_LOST: contact_lost.draw,
    State.STOPPED: stopped.draw,
    State.STAGE_DONE: stage_done.draw,
    State.AFTERCARE: aftercare.draw,
    State.FAULT: fault.draw,
}


def draw(view: View, words: Phrases) -> Image.Image:
    """The picture of a view: 128 x 64, one bit a pixel."""
    canvas = Canvas()
    compose(canvas, view, words)
    return canvas.image


def measure(view: View, words: Phrases) -> list[str]:
    """Everything that is cut off, overlaps or touches an edge in the picture of a view."""
    canvas = MeasuringCanvas()
    compose(canvas, view, words)
    return canvas.problems


def compose(canvas: Canvas, view: View, words: Phrases) -> None:
    """Draw the screen of a view on this canvas."""
    _SCREENS[view.state](canvas, view, words)
    if view.stop_pressed and not _asks_for_stop(view):
        what_to_do = "stop.check_lead" if view.stop_stuck else "stop.let_go"
        banner(canvas, words("stop.pressed"), words(what_to_do))


_SAY_STILL_ON = {State.READY, State.PAUSED, State.CONTACT_LOST, State.STAGE_DONE}


def _asks_for_stop(view: View) -> bool:
    """Whether the screen itself speaks of STOP, or asks something that STOP does not block.

    The screen of a fault is never covered, nor one that says that current may still be on.
    """
    if view.state in (State.STOPPED, State.FAULT):
        return True
    if view.state is State.AFTERCARE and view.question is not None:
        return True
    if view.state in _SAY_STILL_ON and view.output is not Output.OFF:
        return True
    return view.page_name == "stop_test" or view.page_name in SWITCH_OFF
