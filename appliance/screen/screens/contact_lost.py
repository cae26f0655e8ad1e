"""The screen of `contact_lost`: the side whose pad came off."""

from collections.abc import Sequence

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, LINE, Canvas, Phrases
from appliance.screen.drawing.pixels import smooth_double
from appliance.screen.drawing.signs import ring
from appliance.screen.screens.widgets import (
    MIDDLE,
    Footer,
    footer,
    header,
    side_of,
    still_on,
    way_out,
    whole,
)
from appliance.session.board import Output
from appliance.session.view import View


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    off = view.output is Output.OFF
    if off:
        _lost(canvas, view, words)
    else:
        still_on(canvas, words)
    waits = off and view.countdown_s
    does = Footer(
        **way_out(words),
        confirm=words("foot.ok") if off and view.can_confirm and not waits else "",
        waits=words("contact_lost.wait", seconds=whole(view.countdown_s or 0.0)) if waits else "",
    )
    footer(canvas, does, view.hold)


def _lost(canvas: Canvas, view: View, words: Phrases) -> None:
    lost = view.lost_channels
    side = side_of(lost[0]) if len(lost) == 1 else "both"
    header(canvas, words("contact_lost.title"), words("contact_lost.off"), alarm=True)
    _which_side(canvas, words(f"contact_lost.{side}"), lost)
    # First what to look at; what to do about dry gel once the pads can be tried again.
    advice = "contact_lost.press" if view.countdown_s else "contact_lost.dry"
    canvas.text(MIDDLE, BODY_TOP + 2 * LINE, words(advice), align="middle")


def _which_side(canvas: Canvas, side: str, leads: Sequence[str]) -> None:
    """The side in large letters, and the rings of its lead as large."""
    face = fonts.large()
    marks = [smooth_double(ring(lead)) for lead in leads]
    x = MIDDLE - (sum(mark.width + 6 for mark in marks) + face.width(side)) // 2
    for mark in marks:
        canvas.put(mark, x, BODY_TOP + 3, "rings")
        x += mark.width + 6
    canvas.text(x, BODY_TOP, side, face)
