"""The screen of `stage_done`: take the pads off, and what comes next."""

from appliance.screen.drawing.canvas import BODY_TOP, LEFT, LINE, Canvas, Phrases
from appliance.screen.screens.widgets import Footer, footer, stage_header, stage_name, title
from appliance.session.board import Output
from appliance.session.view import View


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    if view.stage is not None:
        stage_header(canvas, view.stage, words)
    off = view.output is Output.OFF
    title(canvas, words("stage_done.title") if off else words("stop.stopping"))
    if off:
        canvas.text(LEFT, BODY_TOP + LINE, words("stage_done.text"))
    if view.next_placement is not None:
        following = words("stage_done.next", stage=stage_name(words, view.next_placement))
    else:
        following = words("stage_done.last")
    canvas.text(LEFT, BODY_TOP + 2 * LINE, following)
    more = words("foot.more_minutes") if view.more_minutes else ""
    footer(canvas, Footer(more, words("foot.end"), words("foot.next")), view.hold)
