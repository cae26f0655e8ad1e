"""Screens at the end: aftercare and fault."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, FOOT_TOP, INNER, LEFT, RIGHT, Canvas, Phrases
from appliance.screen.pictures import figures
from appliance.screen.screens.choosing_preparing import question
from appliance.screen.screens.widgets import footer, header, or_hold, title, whole
from appliance.session.board import Output
from appliance.session.faults import FAULTS
from appliance.session.view import View

_EXACT = ("settings_wrong", "pins_failed", "internal")
"""Faults whose remedy needs the error's own words."""


def aftercare(canvas: Canvas, view: View, words: Phrases) -> None:
    header(canvas, words("aftercare.title"), f"{view.page + 1}/{view.pages}")
    step = view.page_name or "skin"
    if step == "skin":
        _skin(canvas, view, words)
    elif step in ("soreness", "comfort"):
        question(canvas, view, words)
    elif step == "water":
        _water(canvas, words)
    else:
        _stretch(canvas, step, view, words)
    last = view.page + 1 >= view.pages
    back = or_hold(words, "foot.back", "foot.hold_end")
    footer(canvas, back, words("foot.home" if last else "foot.next"), view.hold)


def _skin(canvas: Canvas, view: View, words: Phrases) -> None:
    value = view.question.value if view.question else 0
    canvas.lines(words("question.skin"), most=1)
    name = words(f"question.skin_{value}")
    title(canvas, f"◄ {name} ►", y=21)
    canvas.lines(words(f"question.skin_{value}_next"), y=33, most=2, face=fonts.text())


def _stretch(canvas: Canvas, step: str, view: View, words: Phrases) -> None:
    canvas.put(figures.picture(step), LEFT, BODY_TOP, step)
    if view.countdown_s:
        canvas.text(RIGHT, BODY_TOP, whole(view.countdown_s), fonts.digits(), align="right")
    canvas.lines(words(f"aftercare.{step}"), y=32, most=2)


def _water(canvas: Canvas, words: Phrases) -> None:
    canvas.put(figures.picture("glass"), LEFT, BODY_TOP + 1, "glass")
    canvas.lines(words("aftercare.water"), x=36, width=RIGHT - 35, most=1)
    canvas.lines(words("aftercare.water_warning"), x=36, y=BODY_TOP + 12, width=RIGHT - 35, most=3)


def fault(canvas: Canvas, view: View, words: Phrases) -> None:
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
