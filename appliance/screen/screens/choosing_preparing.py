"""Screens of the choice and of getting ready: choosing, preparing."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, INNER, LEFT, LINE, RIGHT, Canvas, Phrases
from appliance.screen.pictures import figures
from appliance.screen.screens.widgets import (
    MIDDLE,
    footer,
    header,
    name_of,
    or_hold,
    scale,
    stage_name,
)
from appliance.session.view import View
from appliance.therapy.plan import ONLY_REST_SORENESS, REST_DAY_SORENESS, Offer, Option

_OPTIONS_SHOWN = 4
WORN_PADS = 15
"""Sessions after which pads hold and conduct badly."""


def choosing(canvas: Canvas, view: View, words: Phrases) -> None:
    if view.question is not None:
        header(canvas, words("choosing.question"))
        question(canvas, view, words)
        footer(canvas, words("foot.back"), words("foot.next"), view.hold)
        return
    _options(canvas, view, words)
    footer(canvas, words("foot.back"), words("foot.choose"), view.hold)


def question(canvas: Canvas, view: View, words: Phrases) -> None:
    """A number from 0 to 10 that the knob chooses."""
    asked = view.question
    if asked is None:
        return
    canvas.lines(words(f"question.{asked.id}"), most=2, width=92)
    canvas.text(RIGHT - 3, BODY_TOP, str(asked.value), fonts.digits(), align="right")
    canvas.put(scale(asked.value, asked.largest), LEFT, 33, "scale")
    if "soreness" in asked.id and asked.value >= REST_DAY_SORENESS:
        key = (
            "question.soreness_doctor"
            if asked.value >= ONLY_REST_SORENESS
            else "question.soreness_rest"
        )
        canvas.text(MIDDLE, 44, words(key), align="middle")
        return
    canvas.text(LEFT, 46, words("scale.none"), fonts.small())
    canvas.text(RIGHT, 46, words("scale.worst"), fonts.small(), align="right")


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
        room = INNER - 4
        if right:
            room -= canvas.text(RIGHT - 1, y, right, align="right") + 5
        canvas.text(LEFT + 2, y, option_name(option, words), width=room)
        if first + row == view.option_index:
            canvas.invert((0, y, RIGHT + 1, y + LINE - 1))


def option_name(option: Option, words: Phrases) -> str:
    if option.offer is Offer.UNFINISHED:
        stage = option.stages[0].placement.id if option.stages else option.id
        return words("option.unfinished", stage=stage_name(words, stage))
    return name_of(words, f"option.{option.id}", option.id)


def _minutes(option: Option, words: Phrases) -> str:
    if not option.minutes:
        return ""
    return words("choosing.minutes", minutes=f"{option.minutes:.0f}")


def preparing(canvas: Canvas, view: View, words: Phrases) -> None:
    step = view.page_name or "skin"
    header(canvas, words("preparing.title"), f"{view.page + 1}/{view.pages}")
    released = step == "stop_test" and view.stop_pressed
    picture, key = _PREPARING.get(step, _PREPARING["skin"])
    canvas.put(figures.picture("stop_let_go" if released else picture), LEFT, BODY_TOP + 1, picture)
    text = words("preparing.stop_release" if released else key)
    if step == "pads" and view.pad_uses is not None and view.pad_uses >= WORN_PADS:
        text = words("preparing.old_pads", count=view.pad_uses)
    canvas.lines(text, x=50, width=RIGHT - 50 + 1)
    confirm = "" if step == "stop_test" else words("foot.next")
    footer(canvas, or_hold(words, "foot.back", "foot.hold_end"), confirm, view.hold)


_PREPARING = {
    "skin": ("wash", "preparing.skin"),
    "pads": ("drop", "preparing.pads"),
    "stop_test": ("stop", "preparing.stop_test"),
}
