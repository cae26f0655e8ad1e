"""The screen of `fault`: what happened and what to do."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, FOOT_TOP, INNER, Canvas, Phrases
from appliance.screen.screens.widgets import footer, header
from appliance.session.board import Output
from appliance.session.faults import FAULTS
from appliance.session.view import View

_EXACT = ("settings_wrong", "pins_failed", "internal")
"""Faults whose remedy needs the error's own words."""


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    """What happened and what to do; the exact words of an error where they help."""
    count = len(view.faults)
    off = view.output is Output.OFF
    heading = words("fault_screen.title" if off else "fault_screen.stopping")
    more = words("fault_screen.more", number=1, count=count) if count > 1 else ""
    header(canvas, heading, more, alarm=True)
    name = view.faults[0] if view.faults and view.faults[0] in FAULTS else "internal"
    below = canvas.lines(words(f"fault.{name}.text"), most=2)
    if view.detail and name in _EXACT:
        _detail(canvas, view.detail, below + 1)
    else:
        canvas.lines(words(f"fault.{name}.next"), y=BODY_TOP + 24, most=2)
    footer(canvas, right=words("foot.try_again") if view.can_confirm else "", hold=view.hold)


def _detail(canvas: Canvas, detail: str, y: int) -> None:
    """As much of an error's own words as there is room for; `status` has all of them."""
    face = fonts.small()
    room = (FOOT_TOP - 1 - y) // face.height
    lines = list(face.wrap(detail, INNER))
    if len(lines) > room:
        lines = [*lines[: room - 1], face.shorten(" ".join(lines[room - 1 :]), INNER)]
    canvas.lines([face.shorten(line, INNER) for line in lines], y=y, most=room, face=face)
