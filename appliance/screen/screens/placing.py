"""The screen of `placing`: where the pads go, where the box stands, how to lie."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, LEFT, LINE, RIGHT, TOP, Canvas, Phrases
from appliance.screen.drawing.signs import ring
from appliance.screen.pictures import figures, pads_on_body
from appliance.screen.screens.widgets import (
    MIDDLE,
    Footer,
    footer,
    stage_header,
    stage_name,
    way_out,
)
from appliance.session.view import StageView, View
from appliance.therapy.pad_table import sizes_of

_BESIDE_PERSON = LEFT + pads_on_body.PERSON_WIDTH + 2
_BESIDE_SKIN = LEFT + pads_on_body.WIDTH + 4
_RINGS = 18
"""Room for the rings of a lead before its words."""
_LYING_TEXT = 24
"""First row of the words below the picture of a lying person."""


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    """The whole person, the pads close to, the box, how to lie: one after another."""
    stage = view.stage
    if stage is None:
        return
    if not stage.pads:
        _loads(canvas, view.page_name, words)
    elif view.page_name == "body":
        _person(canvas, stage, words)
    elif view.page_name == "pads":
        _close_up(canvas, stage, words)
    elif view.page_name == "box":
        stage_header(canvas, stage, words, f"{view.page + 1}/{view.pages}")
        canvas.lines(words("placing.box"))
    else:
        _lying(canvas, stage, words)
    does = Footer(**way_out(words, words("foot.back")), confirm=words("foot.next"))
    footer(canvas, does, view.hold)


def _person(canvas: Canvas, stage: StageView, words: Phrases) -> None:
    picture = pads_on_body.person(stage.pads, words("placing.left"), words("placing.right"))
    canvas.put(picture, LEFT, TOP, "person")
    room = RIGHT - _BESIDE_PERSON + 1
    name = stage_name(words, stage.placement)
    canvas.text(_BESIDE_PERSON, 0, fonts.small().shorten(name, room), fonts.small())
    canvas.text(_BESIDE_PERSON, BODY_TOP, fonts.text().shorten(_sizes(stage, words), room))
    for row, (lead, side) in enumerate((("A", "left"), ("B", "right")), 1):
        y = BODY_TOP + row * LINE
        canvas.put(ring(lead), _BESIDE_PERSON, y + 2, "rings")
        canvas.text(_BESIDE_PERSON + _RINGS, y, words(f"site.{_site(stage)}.{side}"))


def _sizes(stage: StageView, words: Phrases) -> str:
    """Which pads to take; where there are several sizes, how many of each."""
    sizes = sizes_of(stage.pads)
    if len(sizes) == 1:
        ((count, size),) = sizes
        return words("placing.pads", count=count, size=size)
    return ", ".join(f"{count}: {size}" for count, size in sizes)


def _close_up(canvas: Canvas, stage: StageView, words: Phrases) -> None:
    picture = pads_on_body.close_up(stage.pads, words("placing.left"), words("placing.right"))
    canvas.put(picture, LEFT, TOP, "pads")
    own = f"stage.{stage.placement}.landmark" not in words
    landmark = words("placing.own" if own else f"stage.{stage.placement}.landmark")
    canvas.lines(landmark, x=_BESIDE_SKIN, y=TOP + 2, width=RIGHT - _BESIDE_SKIN + 1)


def _lying(canvas: Canvas, stage: StageView, words: Phrases) -> None:
    picture = figures.picture(f"lying_{_site(stage)}")
    canvas.put(picture, MIDDLE - picture.width // 2, TOP, "lying")
    canvas.text(LEFT, _LYING_TEXT, words(f"site.{_site(stage)}.lying"))
    canvas.text(LEFT, _LYING_TEXT + LINE, words("placing.stop_in_hand"))


def _loads(canvas: Canvas, page_name: str | None, words: Phrases) -> None:
    """On the bench there is no body: a load on each lead."""
    picture = figures.picture("loads")
    canvas.put(picture, MIDDLE - picture.width // 2, TOP, "loads")
    first, second = ("one", "two") if page_name == "pads" else ("three", "four")
    canvas.text(LEFT, _LYING_TEXT, words(f"bench.{first}"))
    canvas.text(LEFT, _LYING_TEXT + LINE, words(f"bench.{second}"))


def _site(stage: StageView) -> str:
    return stage.pads[0].site.value
