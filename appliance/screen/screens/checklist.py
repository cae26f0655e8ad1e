"""The screen of `checklist`: one statement that the person agrees to."""

from appliance.screen.drawing.canvas import Canvas, Phrases
from appliance.screen.screens.widgets import footer, header
from appliance.session.view import View
from appliance.therapy.checklist import Heading


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    statement = view.statement
    if statement is None:
        return
    header(
        canvas,
        words(f"heading.{statement.heading.value}"),
        f"{statement.number}/{statement.count}",
        alarm=statement.heading is not Heading.IS_THIS_TRUE,
    )
    canvas.lines(words(f"statement.{statement.id}.text"))
    footer(canvas, words("foot.no_unsure"), words("foot.hold_true"), view.hold)
