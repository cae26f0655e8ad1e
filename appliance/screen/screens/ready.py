"""The screen of `ready`: contact of the pads, last level, and how to start."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, INNER, LEFT, LINE, RIGHT, Canvas, Phrases
from appliance.screen.drawing.signs import ring
from appliance.screen.pictures import figures
from appliance.screen.screens.widgets import footer, or_hold, side_of, stage_header
from appliance.session.board import Contact, Output
from appliance.session.view import ChannelView, View

_BESIDE_HAND = LEFT + 52


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    stage = view.stage
    if stage is None:
        return
    minutes = words("choosing.minutes", minutes=f"{stage.remaining_s / 60:.0f}")
    stage_header(canvas, stage, words, minutes, view.battery)
    known = any(channel.contact is not Contact.UNKNOWN for channel in view.channels)
    if stage.pads and not known:
        _press_flat(canvas, view, words)
    else:
        _contacts(canvas, view, words)
    y = BODY_TOP + 3 * LINE
    taken = canvas.text(LEFT, y, words("ready.level"), fonts.strong())
    canvas.text(RIGHT, y, _last(view, words), align="right", width=INNER - taken - 4)
    confirm = words("foot.hold_start") if view.can_confirm else ""
    footer(canvas, or_hold(words, "foot.pads", "foot.hold_skip"), confirm, view.hold)


def _press_flat(canvas: Canvas, view: View, words: Phrases) -> None:
    """While the board cannot feel the pads: a hand that presses one flat."""
    canvas.put(figures.picture("flat"), LEFT, BODY_TOP + 1, "flat")
    message = _message(view, words, "ready.press_pads")
    canvas.lines(message, x=_BESIDE_HAND, width=RIGHT - _BESIDE_HAND + 1, most=3)


def _contacts(canvas: Canvas, view: View, words: Phrases) -> None:
    pads = view.stage.pads if view.stage is not None else ()
    for row, channel in enumerate(view.channels[:2]):
        _contact(canvas, BODY_TOP + row * LINE, channel, words, on_body=bool(pads))
    message = _message(view, words, "ready.pads_flat" if pads else "ready.loads")
    canvas.text(LEFT, BODY_TOP + 2 * LINE, message)


def _message(view: View, words: Phrases, otherwise: str) -> str:
    if view.output is not Output.OFF:
        return words("stop.stopping")
    return words(f"hint.{view.hint}" if view.hint else otherwise)


def _last(view: View, words: Phrases) -> str:
    levels = [channel.last for channel in view.channels if channel.last]
    if not levels:
        return words("ready.first_time")
    # A level that was still rising when it ended is rounded down.
    return words("ready.last", level=int(max(levels)), unit=view.unit.value)


def _contact(
    canvas: Canvas, y: int, channel: ChannelView, words: Phrases, *, on_body: bool
) -> None:
    canvas.text(LEFT, y, channel.name, fonts.strong())
    canvas.put(ring(channel.name), LEFT + 10, y + 2, "ring")
    if on_body:
        canvas.text(LEFT + 30, y, words(f"side.{side_of(channel.name)}"), width=36)
    bad = channel.contact is Contact.OPEN
    face = fonts.strong() if bad else fonts.text()
    canvas.text(RIGHT, y, words(f"ready.contact_{channel.contact.value}"), face, align="right")
