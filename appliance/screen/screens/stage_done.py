"""The screen of `stage_done`: take the pads off, and what comes next."""

from appliance.screen.drawing.canvas import LEFT, Canvas, Phrases
from appliance.screen.screens.widgets import footer, or_hold, stage_header, stage_name, title
from appliance.session.board import Output
from appliance.session.view import View


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    if view.stage is not None:
        stage_header(canvas, view.stage, words)
    title(canvas, words("stage_done.title"), y=9)
    text = words("stage_done.text") if view.output is Output.OFF else words("stop.stopping")
    canvas.lines(text, y=21, most=2)
    if view.next_placement is not None:
        following = words("stage_done.next", stage=stage_name(words, view.next_placement))
    else:
        following = words("stage_done.last")
    canvas.text(LEFT, 44, following)
    back = words("foot.hold_end")
    if view.more_minutes:
        back = or_hold(words, "foot.more_minutes", "foot.hold_end")
    footer(canvas, back, words("foot.next"), view.hold)
