"""The screen of `aftercare`: skin, soreness, comfort, stretches and water."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, LEFT, RIGHT, Canvas, Phrases
from appliance.screen.pictures import figures
from appliance.screen.screens.question import draw_question
from appliance.screen.screens.widgets import footer, header, or_hold, title, whole
from appliance.session.view import View


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    header(canvas, words("aftercare.title"), f"{view.page + 1}/{view.pages}")
    page_name = view.page_name or "skin"
    if page_name == "skin":
        _skin(canvas, view, words)
    elif page_name in ("soreness", "comfort"):
        draw_question(canvas, view, words)
    elif page_name == "water":
        _water(canvas, words)
    else:
        _stretch(canvas, page_name, view, words)
    last = view.page + 1 >= view.pages
    back = or_hold(words, "foot.back", "foot.hold_end")
    footer(canvas, back, words("foot.home" if last else "foot.next"), view.hold)


def _skin(canvas: Canvas, view: View, words: Phrases) -> None:
    value = view.question.value if view.question else 0
    canvas.lines(words("question.skin"), most=1)
    name = words(f"question.skin_{value}")
    title(canvas, f"◄ {name} ►", y=21)
    canvas.lines(words(f"question.skin_{value}_next"), y=33, most=2, face=fonts.text())


def _stretch(canvas: Canvas, page_name: str, view: View, words: Phrases) -> None:
    canvas.put(figures.picture(page_name), LEFT, BODY_TOP, page_name)
    if view.countdown_s:
        canvas.text(RIGHT, BODY_TOP, whole(view.countdown_s), fonts.digits(), align="right")
    canvas.lines(words(f"aftercare.{page_name}"), y=32, most=2)


def _water(canvas: Canvas, words: Phrases) -> None:
    canvas.put(figures.picture("glass"), LEFT, BODY_TOP + 1, "glass")
    canvas.lines(words("aftercare.water"), x=36, width=RIGHT - 35, most=1)
    canvas.lines(words("aftercare.water_warning"), x=36, y=BODY_TOP + 12, width=RIGHT - 35, most=3)
