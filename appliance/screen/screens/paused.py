"""The screen of `paused`: output off, time stopped."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, LINE, Canvas, Phrases
from appliance.screen.screens.widgets import MIDDLE, Footer, footer, minutes, stage_header
from appliance.session.board import Output
from appliance.session.view import View


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    if view.stage is not None:
        stage_header(canvas, view.stage, words, minutes(view.stage.remaining_s), view.battery)
    canvas.text(MIDDLE, BODY_TOP, words("paused.title"), fonts.large(), align="middle")
    text = words("paused.text") if view.output is Output.OFF else words("stop.stopping")
    canvas.text(MIDDLE, BODY_TOP + 2 * LINE, text, align="middle")
    does = Footer(back_held=words("foot.hold_end"), confirm=words("foot.go_on"))
    footer(canvas, does, view.hold)
