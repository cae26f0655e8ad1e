"""The screen of `refused`: why no session starts, and what to do."""

from appliance.screen.drawing.canvas import RIGHT, Canvas, Phrases
from appliance.screen.screens.widgets import footer, title
from appliance.session.view import View


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    refusal = view.refusal
    if refusal is None:
        return
    if refusal.day_used is not None:
        heading, text = "day_used", words(f"refused.day_used.{refusal.day_used.value}")
    else:
        heading = refusal.remedy.value if refusal.remedy is not None else "not_today"
        text = words(f"statement.{refusal.statement}.remedy")
    title(canvas, words(f"refused.title.{heading}"), y=2)
    canvas.invert((0, 0, RIGHT + 1, 14))
    canvas.lines(text, y=17, most=3)
    mistake = words("foot.mistake") if refusal.mistake_s > 0 else ""
    footer(canvas, mistake, words("foot.ok"), view.hold)
