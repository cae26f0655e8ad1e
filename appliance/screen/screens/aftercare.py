"""The screen of `aftercare`: questions, stretches, strengthening and water."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, LEFT, LINE, RIGHT, TOP, Canvas, Phrases
from appliance.screen.pictures import figures
from appliance.screen.screens.question import draw_question, scale_ends
from appliance.screen.screens.widgets import Footer, footer, header, title, way_out, whole
from appliance.session.view import View
from appliance.therapy.exercise import Beat, Moment, beat_word

_BESIDE_GLASS = 36


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    page_name = view.page_name or "skin"
    if page_name == "skin":
        _skin(canvas, view, words)
    elif view.question is not None:
        header(canvas, _title(view, words), "" if view.stop_pressed else scale_ends(words))
        draw_question(canvas, view, words)
    elif page_name == "water":
        _water(canvas, words)
    elif view.exercise is not None:
        _exercise(canvas, page_name, view.exercise, words)
    else:
        _stretch(canvas, page_name, view, words)
    last = view.page + 1 >= view.pages
    skips = view.question is not None and view.question.value is None
    confirm = words("foot.skip" if skips else "foot.home" if last else "foot.next")
    back = words("foot.back") if view.page else ""
    footer(canvas, Footer(**way_out(words, back), confirm=confirm), view.hold)


def _title(view: View, words: Phrases) -> str:
    """STOP blocks no answer: that it is pressed is told beside the question, not over it."""
    return words("stop.pressed" if view.stop_pressed else "aftercare.title")


def _skin(canvas: Canvas, view: View, words: Phrases) -> None:
    value = view.question.value if view.question else 0
    header(canvas, _title(view, words), f"{view.page + 1}/{view.pages}")
    canvas.text(LEFT, BODY_TOP, words("question.skin"))
    title(canvas, f"◄ {words(f'question.skin_{value}')} ►", y=BODY_TOP + LINE)
    canvas.text(LEFT, BODY_TOP + 2 * LINE, words(f"question.skin_{value}_next"))


def _stretch(canvas: Canvas, page_name: str, view: View, words: Phrases) -> None:
    canvas.put(figures.picture(page_name), LEFT, TOP, page_name)
    if view.countdown_s:
        canvas.text(RIGHT, TOP, whole(view.countdown_s), fonts.strong(), align="right")
    for row, part in enumerate(("first", "then")):
        canvas.text(LEFT, 24 + row * LINE, words(f"aftercare.{page_name}.{part}"))


def _exercise(canvas: Canvas, page_name: str, moment: Moment, words: Phrases) -> None:
    """The picture and the seconds of this beat; below how it is done, and how often."""
    canvas.put(figures.picture(page_name), LEFT, TOP, page_name)
    if moment.left_s:
        canvas.text(RIGHT, TOP, whole(moment.left_s), fonts.strong(), align="right")
    canvas.text(LEFT, 24, words(f"exercise.{page_name}.name"))
    block = moment.block
    sets = words("exercise.set", number=moment.set_number, count=block.sets)
    canvas.text(RIGHT, 24 + LINE, sets, align="right")
    key = beat_word(page_name, moment.beat)
    doing = words(f"exercise.{key}", number=moment.repetition, count=block.repetitions)
    room = RIGHT - LEFT - fonts.text().width(sets)
    strong = moment.beat is Beat.LIFT and fonts.strong().width(doing) < room
    canvas.text(LEFT, 24 + LINE, doing, fonts.strong() if strong else fonts.text())


def _water(canvas: Canvas, words: Phrases) -> None:
    canvas.put(figures.picture("glass"), LEFT, TOP, "glass")
    canvas.lines(
        words("aftercare.water"), x=_BESIDE_GLASS, y=TOP + 2, width=RIGHT - _BESIDE_GLASS + 1
    )
