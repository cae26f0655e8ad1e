"""The screen of `paused`: output off, time stopped."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, LINE, Canvas, Phrases
from appliance.screen.screens.widgets import (
    MIDDLE,
    Footer,
    footer,
    minutes,
    stage_header,
    still_stopping,
)
from appliance.session.board import Output
from appliance.session.view import View


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    if view.stage is not None:
        stage_header(canvas, view.stage, words, minutes(view.stage.remaining_s), view.battery)
    off = view.output is Output.OFF
    if off:
        canvas.text(MIDDLE, BODY_TOP, words("paused.title"), fonts.large(), align="middle")
        canvas.text(MIDDLE, BODY_TOP + 2 * LINE, words("paused.text"), align="middle")
    else:
        still_stopping(canvas, words)
    confirm = words("foot.go_on") if off and view.can_confirm else ""
    footer(canvas, Footer(back_held=words("foot.hold_end"), confirm=confirm), view.hold)
