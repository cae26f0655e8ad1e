"""Screens from the choice to the start: choosing, preparing, placing, ready."""

from PIL import Image

from appliance.screen import body, figures, fonts
from appliance.screen.canvas import BODY_TOP, INNER, LEFT, LINE, RIGHT, Canvas, Phrases
from appliance.screen.parts import MIDDLE, amount, footer, header, name_of, ring, scale, stage_name
from appliance.session.board import Contact, Output
from appliance.session.view import ChannelView, StageView, View
from appliance.therapy.plan import Offer, Option

_PICTURE_WIDTH = 62
_BESIDE = LEFT + _PICTURE_WIDTH + 3
_OPTIONS_SHOWN = 4
SORE, VERY_SORE = 4, 7
"""Soreness that asks for a day of rest, and for a doctor if it stays."""
PICTURED = (*body.PLACES, "bench")
"""Placements that there are pictures of; one's own files may bring others."""
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
    canvas.text(RIGHT - 3, BODY_TOP + 1, str(asked.value), fonts.digits(), align="right")
    canvas.put(scale(asked.value, asked.largest), LEFT, 34, "scale")
    if "soreness" in asked.id and asked.value >= SORE:
        key = "question.soreness_doctor" if asked.value >= VERY_SORE else "question.soreness_rest"
        canvas.text(MIDDLE, 46, words(key), fonts.small(), align="middle")
        return
    canvas.text(LEFT, 46, words("scale.none"), fonts.small())
    canvas.text(RIGHT, 46, words("scale.worst"), fonts.small(), align="right")


def _options(canvas: Canvas, view: View, words: Phrases) -> None:
    count = len(view.options)
    chosen = view.options[view.option_index] if count else None
    gentle = chosen is not None and chosen.gentle
    left = words("choosing.gentle") if gentle else words("choosing.title")
    header(canvas, left, f"{view.option_index + 1}/{count}" if count else "")
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
    step = view.step or "skin"
    header(canvas, words("preparing.title"), f"{view.page + 1}/{view.pages}")
    released = step == "stop_test" and view.stop_pressed
    picture, key = _PREPARING.get(step, _PREPARING["skin"])
    canvas.put(figures.picture("stop_let_go" if released else picture), LEFT, BODY_TOP + 1, picture)
    text = words("preparing.stop_release" if released else key)
    if step == "pads" and view.pad_uses is not None and view.pad_uses >= WORN_PADS:
        text = words("preparing.old_pads", count=view.pad_uses)
    canvas.lines(text, x=50, width=RIGHT - 50 + 1)
    confirm = "" if step == "stop_test" else words("foot.next")
    footer(canvas, words("foot.back"), confirm, view.hold)


_PREPARING = {
    "skin": ("wash", "preparing.skin"),
    "pads": ("drop", "preparing.pads"),
    "stop_test": ("stop", "preparing.stop_test"),
}


def stage_header(canvas: Canvas, stage: StageView, words: Phrases, right: str = "") -> None:
    number = f" {stage.index + 1}/{stage.count}" if stage.count > 1 else ""
    header(canvas, stage_name(words, stage.placement) + number, right)


def placing(canvas: Canvas, view: View, words: Phrases) -> None:
    stage = view.stage
    if stage is None:
        return
    stage_header(canvas, stage, words, f"{view.page + 1}/{view.pages}" if view.pages > 1 else "")
    if view.page == 0:
        _where(canvas, stage.placement, words)
        footer(canvas, words("foot.back"), words("foot.next"), view.hold)
        return
    _lying(canvas, stage.placement, words)
    footer(canvas, words("foot.back"), words("foot.next"), view.hold)


def _where(canvas: Canvas, placement: str, words: Phrases) -> None:
    if placement not in PICTURED:
        canvas.lines(words("placing.own"), y=14, most=3)
        return
    picture = body.picture(placement, words("placing.left"), words("placing.right"))
    canvas.put(picture, LEFT, BODY_TOP, placement)
    canvas.lines(words(f"stage.{placement}.landmark"), x=_BESIDE, width=RIGHT - _BESIDE + 1)


def _lying(canvas: Canvas, placement: str, words: Phrases) -> None:
    if placement not in PICTURED:
        canvas.lines(words("placing.own_lying"), y=14, most=3)
        return
    picture = figures.picture(f"lying_{placement}")
    canvas.put(picture, MIDDLE - picture.width // 2, BODY_TOP + 1, "lying")
    canvas.text(LEFT, 32, words(f"stage.{placement}.lying"))
    canvas.text(LEFT, 44, words(f"stage.{placement}.lead"))


def ready(canvas: Canvas, view: View, words: Phrases) -> None:
    stage = view.stage
    if stage is None:
        return
    minutes = words("choosing.minutes", minutes=f"{stage.remaining_s / 60:.0f}")
    stage_header(canvas, stage, words, minutes)
    for row, channel in enumerate(view.channels[:2]):
        _contact(canvas, BODY_TOP + row * LINE, channel, stage.placement, words)
    key = f"hint.{view.hint}" if view.hint else "ready.press_pads"
    told = words(key if view.output is Output.OFF else "stop.stopping")
    canvas.text(LEFT, BODY_TOP + 2 * LINE, told)
    y = BODY_TOP + 3 * LINE
    canvas.text(LEFT, y, words("ready.level"), fonts.strong())
    canvas.text(RIGHT, y, _last(view, words), align="right", width=70)
    confirm = words("foot.hold_start") if view.can_confirm else ""
    footer(canvas, words("foot.pads"), confirm, view.hold)


def _last(view: View, words: Phrases) -> str:
    levels = [channel.last for channel in view.channels if channel.last]
    if not levels:
        return words("ready.first_time")
    return words("ready.last", level=amount(max(levels)), unit=view.unit.value)


def side_of(channel: str) -> str:
    """Lead A is always on the left of the body, lead B on the right."""
    return "left" if channel == "A" else "right"


def _contact(canvas: Canvas, y: int, channel: ChannelView, placement: str, words: Phrases) -> None:
    mark: Image.Image = ring(channel.name)
    canvas.text(LEFT, y, channel.name, fonts.strong())
    canvas.put(mark, LEFT + 10, y + 2, "ring")
    if placement != "bench":
        canvas.text(LEFT + 30, y, words(f"side.{side_of(channel.name)}"), width=36)
    bad = channel.contact is Contact.OPEN
    face = fonts.strong() if bad else fonts.text()
    canvas.text(RIGHT, y, words(f"ready.contact_{channel.contact.value}"), face, align="right")
