"""The screen of `stopped`: STOP was pressed, and what to do now."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, LEFT, Canvas, Phrases
from appliance.screen.screens.widgets import MIDDLE, footer, header
from appliance.session.board import Output
from appliance.session.view import View


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    off = view.output is Output.OFF
    header(canvas, words("stopped.off" if off else "stop.stopping"), alarm=True)
    canvas.text(MIDDLE, BODY_TOP, words("stopped.title"), fonts.large(), align="middle")
    mistake = "stopped.let_go" if view.stop_pressed else "stopped.press_ok"
    canvas.text(LEFT, 31, words(mistake))
    canvas.text(LEFT, 43, words("stopped.unwell"))
    confirm = words("foot.ok") if view.can_confirm and not view.stop_pressed else ""
    footer(canvas, words("foot.hold_end"), confirm, view.hold)
