"""The screen of `fault`: what happened and what to do."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import FOOT_TOP, INNER, LEFT, LINES, Canvas, Phrases
from appliance.screen.screens.widgets import Footer, footer, header
from appliance.session.board import Output
from appliance.session.faults import FAULTS
from appliance.session.view import View


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    """What happened and what to do; the exact words of an error where they help.

    The knob leafs through several faults. While the output may still be on, the screen shows
    only how to end that: a remedy could work against it, and RETRY would remove the text.
    """
    if view.output is not Output.OFF:
        _still_on(canvas, words)
        return
    count = len(view.faults)
    page = min(view.page, max(0, count - 1))
    more = words("fault_screen.more", number=page + 1, count=count) if count > 1 else ""
    header(canvas, words("fault_screen.title"), more, alarm=True)
    name = view.faults[page] if view.faults else "internal"
    known = name if name in FAULTS else "internal"
    text = words(f"fault.{known}.text")
    below = canvas.lines(text, most=2)
    detail = dict(view.details).get(name, "")
    if detail and FAULTS[known].shows_detail:
        _detail(canvas, detail, below + 1)
    else:
        room = LINES - len(fonts.text().wrap(text, INNER))
        canvas.lines(words(f"fault.{known}.next"), y=below, most=room)
    footer(canvas, _confirm(view, known, words), view.hold)
    _left(canvas, view, words)


def _still_on(canvas: Canvas, words: Phrases) -> None:
    header(canvas, words("fault_screen.stopping"), alarm=True)
    below = canvas.lines([words("fault_screen.pull")], face=fonts.strong())
    canvas.lines([words("fault_screen.leave"), words("fault_screen.call")], y=below)


def _confirm(view: View, known: str, words: Phrases) -> Footer:
    """RETRY once every cause is gone; before that, WAIT if the remedy names RETRY."""
    retry = words("foot.try_again")
    if view.can_confirm:
        return Footer(confirm=retry)
    named = retry in words(f"fault.{known}.next")
    if view.stop_pressed and len(view.faults) > 1:
        # STOP has the other corner.
        return Footer(waits=words("fault_screen.turn_short"))
    return Footer(waits=words("foot.not_yet") if named and len(view.faults) == 1 else "")


def _left(canvas: Canvas, view: View, words: Phrases) -> None:
    """STOP, or how to see the other faults, where BACK has nothing to do.

    Beside RETRY there is no room for both: the arrows around the number say it as well.
    """
    if view.stop_pressed:
        key = "fault_screen.stop_lead" if view.stop_stuck else "fault_screen.stop"
    elif len(view.faults) > 1:
        key = "fault_screen.turn"
    else:
        return
    canvas.text(LEFT, FOOT_TOP + 1, words(key))


def _detail(canvas: Canvas, detail: str, y: int) -> None:
    """As much of an error's own words as there is room for; `status` has all of them."""
    face = fonts.small()
    room = (FOOT_TOP - 1 - y) // face.height
    lines = list(face.wrap(detail, INNER))
    if len(lines) > room:
        lines = [*lines[: room - 1], face.shorten(" ".join(lines[room - 1 :]), INNER)]
    canvas.lines([face.shorten(line, INNER) for line in lines], y=y, most=room, face=face)
