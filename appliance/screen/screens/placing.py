"""The screen of `placing`: where the pads go and how to lie."""

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, LEFT, LINE, RIGHT, Canvas, Phrases
from appliance.screen.drawing.signs import ring
from appliance.screen.pictures import figures, pads_on_body
from appliance.screen.screens.widgets import MIDDLE, footer, or_hold, stage_header
from appliance.session.view import StageView, View

_BESIDE_PERSON = LEFT + pads_on_body.PERSON_WIDTH + 2

_BESIDE_SKIN = LEFT + pads_on_body.WIDTH + 5

_RINGS = 18
"""Room for the rings of a lead before its words."""


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
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
