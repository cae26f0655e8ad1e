"""The screen of `self_test`: what is being checked."""

from appliance.screen.drawing.canvas import BODY_TOP, INNER, LEFT, LINE, LINES, Canvas, Phrases
from appliance.screen.screens.widgets import header
from appliance.session.view import View

_MARKS = {True: "✓", False: "✗", None: "…"}
_URGENCY = {False: 0, None: 1, True: 2}


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    """Failed checks come first, then those that still run; good ones may not fit on the screen."""
    done = sum(good is not None for _, good in view.checks)
    header(canvas, words("check.title"), f"{done}/{len(view.checks)}")
    urgent = sorted(view.checks, key=lambda check: _URGENCY[check[1]])
    for row, (name, good) in enumerate(urgent[:LINES]):
        y = BODY_TOP + row * LINE
        canvas.text(LEFT, y, _MARKS[good])
        canvas.text(LEFT + 13, y, words(_key(name, good, words)), width=INNER - 13)


def _key(name: str, good: bool | None, words: Phrases) -> str:
    """The name of what is checked, or what to do where it has failed and a hand can help."""
    failed = f"check.{name}_failed"
    return failed if good is False and failed in words else f"check.{name}"
