"""The screen of `stopped`: STOP was pressed, and what to do now."""

from appliance.screen.drawing.canvas import BODY_TOP, LINE, Canvas, Phrases
from appliance.screen.screens.widgets import (
    MIDDLE,
    Footer,
    footer,
    header,
    still_on,
    title,
    way_out,
)
from appliance.session.board import Output
from appliance.session.view import View


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    off = view.output is Output.OFF
    if off:
        _stopped(canvas, view, words)
    else:
        still_on(canvas, words)
    confirm = words("foot.ok") if off and view.can_confirm and not view.stop_pressed else ""
    footer(canvas, Footer(**way_out(words), confirm=confirm), view.hold)


def _stopped(canvas: Canvas, view: View, words: Phrases) -> None:
    header(canvas, words("stopped.off"), alarm=True)
    title(canvas, words("stopped.title"))
    mistake = "stopped.let_go" if view.stop_pressed else "stopped.press_ok"
    if view.stop_stuck:
        mistake = "stop.check_lead"
    for row, key in enumerate((mistake, "stopped.unwell"), 1):
        canvas.text(MIDDLE, BODY_TOP + row * LINE, words(key), align="middle")
