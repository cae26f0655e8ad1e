"""The screen of `stopped`: STOP was pressed, and what to do now."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, LINE, Canvas, Phrases
from appliance.screen.screens.widgets import MIDDLE, Footer, footer, header
from appliance.session.board import Output
from appliance.session.view import View


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    off = view.output is Output.OFF
    header(canvas, words("stopped.off" if off else "fault_screen.stopping"), alarm=True)
    strong = words("stopped.title" if off else "stop.stopping")
    canvas.text(MIDDLE, BODY_TOP, strong, fonts.strong(), align="middle")
    mistake = "stopped.let_go" if view.stop_pressed else "stopped.press_ok"
    if view.stop_stuck:
        mistake = "stop.check_lead"
    if not off:
        mistake = "stop.wait"
    for row, key in enumerate((mistake, "stopped.unwell"), 1):
        canvas.text(MIDDLE, BODY_TOP + row * LINE, words(key), align="middle")
    confirm = words("foot.ok") if off and view.can_confirm and not view.stop_pressed else ""
    footer(canvas, Footer(back_held=words("foot.hold_end"), confirm=confirm), view.hold)
