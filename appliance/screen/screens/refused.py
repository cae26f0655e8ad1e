"""The screen of `refused`: which statement was not true, and what to do."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, LINE, Canvas, Phrases
from appliance.screen.screens.widgets import MIDDLE, Footer, footer, header
from appliance.session.view import RefusalView, View
from appliance.therapy.plan import DayUsed


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    refusal = view.refusal
    if refusal is None:
        return
    topic = f"statement.{refusal.statement}.topic"
    header(canvas, words(topic) if refusal.statement else words("refused.today"))
    title = words(f"refused.title.{_kind(refusal)}")
    canvas.text(MIDDLE, BODY_TOP, title, fonts.strong(), align="middle")
    canvas.lines(_what_to_do(refusal, words), y=BODY_TOP + LINE, most=2)
    mistake = words("foot.mistake") if refusal.mistake_s > 0 else ""
    footer(canvas, Footer(back=mistake, confirm=words("foot.ok")), view.hold)


def _kind(refusal: RefusalView) -> str:
    if refusal.day_used is DayUsed.INTERVAL:
        return "too_soon"
    if refusal.day_used is DayUsed.UNDATED:
        return "undated"
    if refusal.day_used is not None:
        return "day_used"
    return refusal.remedy.value if refusal.remedy is not None else "not_today"


def _what_to_do(refusal: RefusalView, words: Phrases) -> str:
    if refusal.day_used is not None:
        return words(f"refused.day_used.{refusal.day_used.value}")
    return words(f"statement.{refusal.statement}.remedy")
