"""The screen of `choosing`: the question about soreness, then the options."""

from collections.abc import Sequence

from appliance.screen.drawing import fonts
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
    names = names_of(view.options, words)
    for row, option in enumerate(view.options[first : first + _OPTIONS_SHOWN]):
        y = BODY_TOP + row * LINE
        right = _minutes(option, words)
        if right:
            canvas.text(RIGHT, y, right, align="right")
        if first + row == view.option_index:
            canvas.put(chosen_sign(), LEFT, y, "chosen")
        canvas.text(LEFT + _MARK, y, names[first + row])


def names_of(options: Sequence[Option], words: Phrases) -> list[str]:
    """What each line says, as far as it fits. Those that would look alike begin with a number."""
    names = [_shortened(option_name(option, words), option, words) for option in options]
    lines = list(zip(names, (_minutes(option, words) for option in options), strict=True))
    return [
        name if lines.count(lines[index]) == 1 else _shortened(f"{index + 1} {name}", one, words)
        for index, (name, one) in enumerate(zip(names, options, strict=True))
    ]


def _shortened(name: str, option: Option, words: Phrases) -> str:
    """Built-in names fit; one's own may be of any length."""
    minutes = _minutes(option, words)
    room = INNER - _MARK - (fonts.text().width(minutes) + 5 if minutes else 0)
    return fonts.text().shorten(name, room)


def option_name(option: Option, words: Phrases) -> str:
    """A name of the package, or an id of one's own in quotation marks, which no other line has."""
    match option.offer:
        case Offer.REST_DAY:
            return words("choosing.rest_day")
        case Offer.UNFINISHED if option.stages:
            stage = stage_name(words, option.stages[0].placement.id)
            return words("choosing.unfinished", stage=stage)
        case Offer.SINGLE:
            return stage_name(words, option.id)
    return name_of(words, f"routine.{option.id}", option.id)


def _minutes(option: Option, words: Phrases) -> str:
    if not option.minutes:
        return ""
    return words("choosing.minutes", minutes=f"{option.minutes:.0f}")
