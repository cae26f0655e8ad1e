"""A question with a number for an answer, in `choosing` and `aftercare`."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, LEFT, LINE, RIGHT, Canvas, Phrases
from appliance.screen.screens.widgets import scale
from appliance.session.view import QuestionView, View
from appliance.therapy.calendar import REST_DAY_SORENESS
from appliance.therapy.plan import ONLY_REST_SORENESS

_ROOM = 92
"""Columns for the words beside the number."""


def draw_question(canvas: Canvas, view: View, words: Phrases) -> None:
    """The question and the number that the knob has chosen, and below it the scale."""
    question = view.question
    if question is None:
        return
    canvas.lines(_text(question, words), most=2, width=_ROOM)
    if question.value is None:
        canvas.text(RIGHT - 3, BODY_TOP + 4, "–", fonts.large(), align="right")
    else:
        canvas.text(RIGHT - 3, BODY_TOP, str(question.value), fonts.digits(), align="right")
    canvas.put(scale(question.value, question.largest), LEFT, BODY_TOP + 2 * LINE, "scale")


def scale_ends(words: Phrases) -> str:
    """What the smallest and the largest number mean, for the header."""
    return words("question.ends")


def _text(question: QuestionView, words: Phrases) -> str:
    """The question, or what a high number means for the next session."""
    soreness = question.value or 0 if "soreness" in question.id else 0
    if soreness >= ONLY_REST_SORENESS:
        return words("question.soreness_doctor")
    if soreness >= REST_DAY_SORENESS:
        return words("question.soreness_rest")
    return words(f"question.{question.id}")
