"""The screen of `self_test`: what is being checked."""

from appliance.screen.drawing.canvas import BODY_TOP, INNER, LEFT, LINE, LINES, Canvas, Phrases
from appliance.screen.screens.widgets import header
from appliance.session.view import View

_MARKS = {True: "✓", False: "✗", None: "…"}
_URGENCY = {False: 0, None: 1, True: 2}


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    """What has failed stands first, then what still runs; what is good may not be seen."""
    done = sum(good is not None for _, good in view.checks)
    header(canvas, words("check.title"), f"{done}/{len(view.checks)}")
    urgent = sorted(view.checks, key=lambda check: _URGENCY[check[1]])
    for row, (name, good) in enumerate(urgent[:LINES]):
        y = BODY_TOP + row * LINE
        canvas.text(LEFT, y, _MARKS[good])
        canvas.text(LEFT + 13, y, words(f"check.{name}"), width=INNER - 13)
