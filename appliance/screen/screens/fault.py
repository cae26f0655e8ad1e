"""The screen of `fault`: what happened and what to do."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import FOOT_TOP, INNER, LINES, Canvas, Phrases
from appliance.screen.screens.widgets import Footer, footer, header
from appliance.session.board import Output
from appliance.session.faults import FAULTS
from appliance.session.view import View


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    """What happened and what to do; the exact words of an error where they help.

    While the output may still be on, how to end that stands where the cause does otherwise.
    The knob leafs through several faults.
    """
    off = view.output is Output.OFF
    heading = words("fault_screen.title" if off else "fault_screen.stopping")
    count = len(view.faults)
    page = min(view.page, max(0, count - 1))
    more = words("fault_screen.more", number=page + 1, count=count) if count > 1 else ""
    if view.stop_pressed:
        more = words("fault_screen.stop")
    header(canvas, heading, more, alarm=True)
    name = view.faults[page] if view.faults else "internal"
    known = name if name in FAULTS else "internal"
    text = words(f"fault.{known}.text" if off else "fault_screen.pull")
    below = canvas.lines(text, most=2)
    detail = dict(view.details).get(name, "")
    if detail and FAULTS[known].shows_detail:
        _detail(canvas, detail, below + 1)
    else:
        room = LINES - len(fonts.text().wrap(text, INNER))
        canvas.lines(words(f"fault.{known}.next"), y=below, most=room)
    turn = words("fault_screen.turn") if count > 1 else ""
    footer(canvas, Footer(confirm=_confirm(view, known, words)), view.hold)
    _turn(canvas, turn)


def _confirm(view: View, known: str, words: Phrases) -> str:
    """RETRY once every cause is gone; before, that it comes, where the remedy names it."""
    retry = words("foot.try_again")
    if view.can_confirm:
        return retry
    named = retry in words(f"fault.{known}.next")
    return words("foot.not_yet") if named and len(view.faults) == 1 else ""


def _turn(canvas: Canvas, words: str) -> None:
    """How to see the other faults, where BACK has nothing to do."""
    if words:
        canvas.text(1, FOOT_TOP + 1, words)


def _detail(canvas: Canvas, detail: str, y: int) -> None:
    """As much of an error's own words as there is room for; `status` has all of them."""
    face = fonts.small()
    room = (FOOT_TOP - 1 - y) // face.height
    lines = list(face.wrap(detail, INNER))
    if len(lines) > room:
        lines = [*lines[: room - 1], face.shorten(" ".join(lines[room - 1 :]), INNER)]
    canvas.lines([face.shorten(line, INNER) for line in lines], y=y, most=room, face=face)
