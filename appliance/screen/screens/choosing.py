"""The screen of `choosing`: the question about soreness, then the options."""

from appliance.screen.drawing.canvas import (
    BODY_TOP,
    INNER,
    LEFT,
    LINE,
    LINES,
    RIGHT,
    Canvas,
    Phrases,
)
from appliance.screen.drawing.signs import chosen_sign
from appliance.screen.screens.question import draw_question, scale_ends
from appliance.screen.screens.widgets import Footer, footer, header, name_of, stage_name
from appliance.session.view import View
from appliance.therapy.offers import Option
from appliance.therapy.plan import Offer

_OPTIONS_SHOWN = LINES
_MARK = 9
"""Columns for the mark of the chosen one."""


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    if view.question is not None:
        header(canvas, words("choosing.title"), scale_ends(words))
        draw_question(canvas, view, words)
        does = Footer(back=words("foot.back"), confirm=words("foot.next"))
    else:
        _options(canvas, view, words)
        does = Footer(back=words("foot.back"), confirm=words("foot.choose"))
    footer(canvas, does, view.hold)


def _options(canvas: Canvas, view: View, words: Phrases) -> None:
    count = len(view.options)
    chosen = view.options[view.option_index] if count else None
    gentle = [words("choosing.gentle")] if chosen is not None and chosen.gentle else []
    number = [f"{view.option_index + 1}/{count}"] if count else []
    header(canvas, words("choosing.title"), " ".join(gentle + number))
    first = min(max(0, view.option_index - 1), max(0, count - _OPTIONS_SHOWN))
    for row, option in enumerate(view.options[first : first + _OPTIONS_SHOWN]):
        y = BODY_TOP + row * LINE
        right = _minutes(option, words)
        room = INNER - _MARK
        if right:
            room -= canvas.text(RIGHT, y, right, align="right") + 5
        if first + row == view.option_index:
            canvas.put(chosen_sign(), LEFT, y, "chosen")
        canvas.text(LEFT + _MARK, y, option_name(option, words), width=room)


def option_name(option: Option, words: Phrases) -> str:
    if option.offer is Offer.UNFINISHED:
        stage = option.stages[0].placement.id if option.stages else option.id
        return words("option.unfinished", stage=stage_name(words, stage))
    return name_of(words, f"option.{option.id}", option.id)


def _minutes(option: Option, words: Phrases) -> str:
    if not option.minutes:
        return ""
    return words("choosing.minutes", minutes=f"{option.minutes:.0f}")
