"""The screen of `checklist`: one statement that is true of a healthy reader as it stands."""

from appliance.screen.drawing.canvas import Canvas, Phrases
from appliance.screen.screens.widgets import Footer, footer, header
from appliance.session.view import View


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    """The footer says what is agreed to by holding CONFIRM: TRUE, NONE, I WILL; and the opposite.

    So a person who reads only the names of illnesses cannot confuse the two buttons.
    """
    statement = view.statement
    if statement is None:
        return
    header(
        canvas,
        words(f"statement.{statement.id}.topic"),
        f"{statement.number}/{statement.count}",
    )
    canvas.lines(words(f"statement.{statement.id}.text"))
    kind = statement.heading.value
    does = Footer(back=words(f"disagree.{kind}"), confirm_held=words(f"agree.{kind}"))
    footer(canvas, does, view.hold)
