"""The page of the record in `locked`: count, last session, this week, trend, pads."""

from collections.abc import Callable

from PIL import Image, ImageDraw

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, INNER, LEFT, LINE, RIGHT, Canvas, Phrases
from appliance.screen.drawing.pixels import LIT
from appliance.screen.screens.widgets import MIDDLE, amount, header, stage_name, title
from appliance.session.machine.pages import RECORD
from appliance.session.view import View
from appliance.therapy.history import TREND_SESSIONS

_PLOT_WIDTH, _PLOT_HEIGHT = 120, 21
_WORST = 10


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    """One part of the record; the knob turns to the next."""
    number = f"◄{RECORD.index(view.record_part) + 1}/{len(RECORD)}►"
    room = INNER - fonts.small().width(number) - 4
    whose = f"{words(f'record.{view.record_part}')}: {view.person}"
    header(canvas, fonts.small().shorten(whose, room), number)
    _PARTS[view.record_part](canvas, view, words)


def _count(canvas: Canvas, view: View, words: Phrases) -> None:
    canvas.text(MIDDLE, BODY_TOP, str(view.sessions_done), fonts.digits(), align="middle")
    key = {0: "record.none", 1: "record.one"}.get(view.sessions_done, "record.many")
    canvas.text(MIDDLE, BODY_TOP + 2 * LINE, words(key, count=view.sessions_done), align="middle")


def _last(canvas: Canvas, view: View, words: Phrases) -> None:
    last = view.recent.last
    if last is None:
        title(canvas, words("record.none"))
        return
    title(canvas, last.day)
    canvas.text(LEFT, BODY_TOP + LINE, words("record.minutes", minutes=f"{last.minutes:.0f}"))
    left, right = (amount(level) for level in last.highest)
    levels = words("record.levels", left=left, right=right)
    canvas.text(LEFT, BODY_TOP + 2 * LINE, levels, width=INNER)


def _week(canvas: Canvas, view: View, words: Phrases) -> None:
    recent = view.recent
    canvas.text(MIDDLE, BODY_TOP, str(recent.week_sessions), fonts.digits(), align="middle")
    text = words("record.minutes", minutes=f"{recent.week_minutes:.0f}")
    canvas.text(MIDDLE, BODY_TOP + 2 * LINE, text, align="middle")


def _trend(canvas: Canvas, view: View, words: Phrases) -> None:
    comfort = view.recent.comfort
    if not comfort:
        title(canvas, words("record.none"))
        return
    canvas.put(plot(comfort), LEFT + 2, BODY_TOP + 1, "plot")
    canvas.text(LEFT, BODY_TOP + 2 * LINE, words("record.trend_means"))


def plot(answers: tuple[int, ...]) -> Image.Image:
    """A column for each answer, the worse the higher; a dotted line at the worst."""
    image = Image.new("1", (_PLOT_WIDTH, _PLOT_HEIGHT))
    paint = ImageDraw.Draw(image)
    paint.point([(x, 0) for x in range(0, _PLOT_WIDTH, 4)], fill=LIT)
    bottom, step = _PLOT_HEIGHT - 1, _PLOT_WIDTH // TREND_SESSIONS
    for place, answer in enumerate(answers):
        x = place * step
        height = round(answer / _WORST * (_PLOT_HEIGHT - 2))
        paint.rectangle((x, bottom - height, x + step - 4, bottom), fill=LIT)
    return image


def _pads(canvas: Canvas, view: View, words: Phrases) -> None:
    if not view.recent.pads:
        title(canvas, words("record.no_pads"))
        return
    oldest = sorted(view.recent.pads, key=lambda pads: -pads[1])[:3]
    for row, (placement, uses) in enumerate(oldest):
        y = BODY_TOP + row * LINE
        number = words("record.uses", count=uses)
        room = INNER - canvas.text(RIGHT, y, number, align="right") - 5
        name = fonts.text().shorten(stage_name(words, placement), room)
        canvas.text(LEFT, y, name, width=room)


_PARTS: dict[str, Callable[[Canvas, View, Phrases], None]] = {
    "count": _count,
    "last": _last,
    "week": _week,
    "trend": _trend,
    "pads": _pads,
}
