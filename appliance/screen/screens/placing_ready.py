"""Screens from the pads to the start: placing, ready."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, INNER, LEFT, LINE, RIGHT, Canvas, Phrases
from appliance.screen.pictures import figures, pads_on_body
from appliance.screen.screens.widgets import (
    MIDDLE,
    footer,
    or_hold,
    ring,
    side_of,
    stage_header,
)
from appliance.session.board import Contact, Output
from appliance.session.view import ChannelView, StageView, View

_BESIDE_PERSON = LEFT + pads_on_body.PERSON_WIDTH + 2
_BESIDE_SKIN = LEFT + pads_on_body.WIDTH + 5
_BESIDE_HAND = LEFT + 52
_RINGS = 18
"""Room for the rings of a lead before its words."""


def placing(canvas: Canvas, view: View, words: Phrases) -> None:
    """The whole person, the pads close to, how to lie: one after another."""
    stage = view.stage
    if stage is None:
        return
    stage_header(canvas, stage, words, f"◄ {view.page + 1}/{view.pages} ►")
    if not stage.pads:
        _loads(canvas, view.page_name, words)
    elif view.page_name == "body":
        _person(canvas, stage, words)
    elif view.page_name == "pads":
        _close_up(canvas, stage, words)
    else:
        _lying(canvas, stage, words)
    footer(canvas, or_hold(words, "foot.back", "foot.hold_skip"), words("foot.next"), view.hold)


def _person(canvas: Canvas, stage: StageView, words: Phrases) -> None:
    picture = pads_on_body.person(stage.pads, words("placing.left"), words("placing.right"))
    canvas.put(picture, LEFT, BODY_TOP + 1, "person")
    front = pads_on_body.is_front(stage.pads)
    canvas.text(
        _BESIDE_PERSON,
        BODY_TOP,
        words("placing.front" if front else "placing.behind"),
        fonts.strong(),
    )
    for row, (lead, side) in enumerate((("A", "left"), ("B", "right")), 1):
        y = BODY_TOP + row * LINE
        canvas.put(ring(lead), _BESIDE_PERSON, y + 2, "rings")
        x = _BESIDE_PERSON + _RINGS
        canvas.text(x, y, words(f"site.{_site(stage)}.{side}"))
    if not front:
        canvas.text(_BESIDE_PERSON, BODY_TOP + 3 * LINE, words("placing.helper"))


def _close_up(canvas: Canvas, stage: StageView, words: Phrases) -> None:
    picture = pads_on_body.close_up(stage.pads, words("placing.left"), words("placing.right"))
    canvas.put(picture, LEFT, BODY_TOP + 1, "pads")
    own = f"stage.{stage.placement}.landmark" not in words
    landmark = words("placing.own" if own else f"stage.{stage.placement}.landmark")
    canvas.lines(landmark, x=_BESIDE_SKIN, width=RIGHT - _BESIDE_SKIN + 1)


def _lying(canvas: Canvas, stage: StageView, words: Phrases) -> None:
    picture = figures.picture(f"lying_{_site(stage)}")
    canvas.put(picture, MIDDLE - picture.width // 2, BODY_TOP + 1, "lying")
    canvas.text(LEFT, 32, words(f"site.{_site(stage)}.lying"))
    canvas.text(LEFT, 44, words("placing.stop_in_hand"))


def _loads(canvas: Canvas, step: str | None, words: Phrases) -> None:
    """On the bench there is no body: a load on each lead."""
    picture = figures.picture("loads")
    canvas.put(picture, MIDDLE - picture.width // 2, BODY_TOP + 1, "loads")
    first, second = ("one", "two") if step == "pads" else ("three", "four")
    canvas.text(LEFT, 32, words(f"bench.{first}"))
    canvas.text(LEFT, 44, words(f"bench.{second}"))


def _site(stage: StageView) -> str:
    return stage.pads[0].site.value


def ready(canvas: Canvas, view: View, words: Phrases) -> None:
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
    told = _told(view, words, "ready.press_pads")
    canvas.lines(told, x=_BESIDE_HAND, width=RIGHT - _BESIDE_HAND + 1, most=3)


def _contacts(canvas: Canvas, view: View, words: Phrases) -> None:
    pads = view.stage.pads if view.stage is not None else ()
    for row, channel in enumerate(view.channels[:2]):
        _contact(canvas, BODY_TOP + row * LINE, channel, words, on_body=bool(pads))
    told = _told(view, words, "ready.pads_flat" if pads else "ready.loads")
    canvas.text(LEFT, BODY_TOP + 2 * LINE, told)


def _told(view: View, words: Phrases, otherwise: str) -> str:
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
