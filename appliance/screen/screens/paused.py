"""The screen of `paused`: output off, time stopped."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, Canvas, Phrases
from appliance.screen.screens.widgets import MIDDLE, footer, minutes, stage_header
from appliance.session.board import Output
from appliance.session.view import View


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    if view.stage is not None:
        stage_header(canvas, view.stage, words, minutes(view.stage.remaining_s), view.battery)
    canvas.text(MIDDLE, BODY_TOP, words("paused.title"), fonts.large(), align="middle")
    text = words("paused.text") if view.output is Output.OFF else words("stop.stopping")
    canvas.lines(text, y=31, most=2)
    footer(canvas, words("foot.hold_end"), words("foot.go_on"), view.hold)
