"""The screen of `ready`: contact of the pads, last level, and how to start."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, INNER, LEFT, LINE, RIGHT, Canvas, Phrases
from appliance.screen.drawing.signs import ring
from appliance.screen.screens.widgets import (
    Footer,
    footer,
    side_of,
    stage_header,
    still_on,
    way_out,
)
from appliance.session.board import Contact, Output
from appliance.session.view import ChannelView, StageView, View

_RINGS = 18
"""Room for the rings of a lead before its words."""


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    stage = view.stage
    if stage is None:
        return
    if view.output is Output.OFF:
        _rows(canvas, view, stage, words)
    else:
        still_on(canvas, words)
    start = words("foot.hold_start") if view.can_confirm else ""
    does = Footer(**way_out(words, words("foot.pads")), confirm_held=start)
    footer(canvas, does, view.hold)


def _rows(canvas: Canvas, view: View, stage: StageView, words: Phrases) -> None:
    minutes = words("choosing.minutes", minutes=f"{stage.remaining_s / 60:.0f}")
    stage_header(canvas, stage, words, minutes, view.battery)
    known = any(channel.contact is not Contact.UNKNOWN for channel in view.channels)
    message = _message(view, words)
    if known and message is None:
        for row, channel in enumerate(view.channels[:2]):
            _contact(canvas, BODY_TOP + row * LINE, channel, words, on_body=bool(stage.pads))
    else:
        otherwise = words("ready.press_pads" if stage.pads else "ready.loads")
        canvas.lines(message or otherwise, most=2)
    y = BODY_TOP + 2 * LINE
    taken = canvas.text(LEFT, y, words("ready.level"), fonts.strong())
    canvas.text(RIGHT, y, _last(view, words), align="right", width=INNER - taken - 4)


def _message(view: View, words: Phrases) -> str | None:
    seen = any(channel.contact is Contact.OPEN for channel in view.channels)
    if view.hint is None or (view.hint == "blocked_contact" and seen):
        # The pad that is off is shown in its own row.
        return None
    return words(f"hint.{view.hint}")


def _last(view: View, words: Phrases) -> str:
    levels = [channel.last for channel in view.channels if channel.last]
    if not levels:
        return words("ready.first_time")
    # A level that was still rising when it ended is rounded down.
    return words("ready.last", level=int(max(levels)), unit=view.unit.value)


def _contact(
    canvas: Canvas, y: int, channel: ChannelView, words: Phrases, *, on_body: bool
) -> None:
    canvas.put(ring(channel.name), LEFT, y + 2, "ring")
    side = words(f"side.{side_of(channel.name)}") if on_body else channel.name
    canvas.text(LEFT + _RINGS, y, side, width=40)
    bad = channel.contact is Contact.OPEN
    face = fonts.strong() if bad else fonts.text()
    canvas.text(RIGHT, y, words(f"ready.contact_{channel.contact.value}"), face, align="right")
