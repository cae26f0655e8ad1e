"""The screen of `stage_done`: take the pads off, and what comes next."""

from appliance.screen.drawing.canvas import BODY_TOP, LEFT, LINE, Canvas, Phrases
from appliance.screen.screens.widgets import (
    Footer,
    footer,
    stage_header,
    stage_name,
    still_on,
    title,
    way_out,
)
from appliance.session.board import Output
from appliance.session.view import View


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    if view.output is Output.OFF:
        _rows(canvas, view, words)
    else:
        still_on(canvas, words)
    more = words("foot.more_minutes", minutes=view.more_minutes) if view.more_minutes else ""
    footer(canvas, Footer(**way_out(words, more), confirm=words("foot.next")), view.hold)


def _rows(canvas: Canvas, view: View, words: Phrases) -> None:
    """Pads off, and what follows. If more minutes are offered, pads come off only if refused."""
    if view.stage is not None:
        stage_header(canvas, view.stage, words)
    if view.more_minutes:
        more = words("stage_done.more", minutes=view.more_minutes)
        strong, *rows = words("stage_done.text"), more, words("stage_done.more_off")
    else:
        strong, *rows = words("stage_done.title"), words("stage_done.text"), _following(view, words)
    title(canvas, strong)
    for row, text in enumerate(rows, 1):
        canvas.text(LEFT, BODY_TOP + row * LINE, text)


def _following(view: View, words: Phrases) -> str:
    if view.next_placement is None:
        return words("stage_done.last")
    return words("stage_done.next", stage=stage_name(words, view.next_placement))
