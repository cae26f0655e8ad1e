"""A question with a number from 0 to 10 for an answer: in `choosing` and `aftercare`."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, LEFT, RIGHT, Canvas, Phrases
from appliance.screen.screens.widgets import MIDDLE, scale
from appliance.session.view import View
from appliance.therapy.calendar import REST_DAY_SORENESS
from appliance.therapy.plan import ONLY_REST_SORENESS


def draw_question(canvas: Canvas, view: View, words: Phrases) -> None:
    """A number from 0 to 10 that the knob chooses."""
    question = view.question
    if question is None:
        return
    canvas.lines(words(f"question.{question.id}"), most=2, width=92)
    canvas.text(RIGHT - 3, BODY_TOP, str(question.value), fonts.digits(), align="right")
    canvas.put(scale(question.value, question.largest), LEFT, 33, "scale")
    if "soreness" in question.id and question.value >= REST_DAY_SORENESS:
        advice = "doctor" if question.value >= ONLY_REST_SORENESS else "rest"
        canvas.text(MIDDLE, 44, words(f"question.soreness_{advice}"), align="middle")
        return
    canvas.text(LEFT, 46, words("scale.none"), fonts.small())
    canvas.text(RIGHT, 46, words("scale.worst"), fonts.small(), align="right")
