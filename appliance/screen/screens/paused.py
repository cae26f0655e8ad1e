"""The screen of `paused`: output off, time stopped."""

from appliance.screen.drawing.canvas import BODY_TOP, LINE, Canvas, Phrases
from appliance.screen.screens.widgets import (
    MIDDLE,
    Footer,
    footer,
    minutes,
    stage_header,
    still_on,
    title,
    way_out,
)
from appliance.session.board import Output
from appliance.session.view import View


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    off = view.output is Output.OFF
    if off:
        _paused(canvas, view, words)
    else:
        still_on(canvas, words)
    confirm = words("foot.go_on") if off and view.can_confirm else ""
    footer(canvas, Footer(**way_out(words), confirm=confirm), view.hold)


def _paused(canvas: Canvas, view: View, words: Phrases) -> None:
    """That nothing flows, and what GO ON means; what to do first where pads were dry."""
    if view.stage is not None:
        stage_header(canvas, view.stage, words, minutes(view.stage.remaining_s), view.battery)
    title(canvas, words("paused.title"))
    then = "hint.wet_pads" if view.hint == "wet_pads" else "paused.from_zero"
    for row, key in enumerate(("paused.text", then), 1):
        canvas.text(MIDDLE, BODY_TOP + row * LINE, words(key), align="middle")
