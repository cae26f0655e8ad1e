"""What screens have in common: header, footer, scale, bar, rings of the leads, the STOP banner."""

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw

from appliance.records import Fixed
from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import (
    BODY_TOP,
    FOOT_TOP,
    HEIGHT,
    INNER,
    LEFT,
    LINE,
    RIGHT,
    TOP,
    WIDTH,
    Canvas,
    Phrases,
)
from appliance.screen.drawing.pixels import LIT
from appliance.screen.drawing.signs import button_sign
from appliance.session.events import Button
from appliance.session.view import HoldView, StageView

MIDDLE = WIDTH // 2


def header(
    canvas: Canvas, left: str, right: str = "", *, alarm: bool = False, charge: float | None = None
) -> None:
    """The line at the top; `charge` is the battery's, 0 to 1.

    `alarm` inverts the line, Use capitals: the line has no room below the baseline.
    """
    face = fonts.small()
    room = INNER
    if charge is not None:
        picture = battery(charge)
        canvas.put(picture, RIGHT - picture.width + 1, TOP, "battery")
        room -= picture.width + 4
    if right:
        room -= canvas.text(LEFT + room - 1, 0, right, face, align="right") + 4
    canvas.text(LEFT, 0, left, face, width=room)
    if alarm:
        canvas.invert((0, 0, WIDTH - 1, BODY_TOP - 2))


def name_of(words: Phrases, key: str, own: str) -> str:
    """The words under a key; where one's own file brought a new id, that id in quotation marks."""
    return words(key) if key in words else '"' + own.replace("_", " ") + '"'


def stage_name(words: Phrases, placement: str) -> str:
    return name_of(words, f"stage.{placement}.name", placement)


def side_of(channel: str) -> str:
    """Lead A is always on the left of the body, lead B on the right."""
    return "left" if channel == "A" else "right"


def stage_header(
    canvas: Canvas, stage: StageView, words: Phrases, right: str = "", charge: float | None = None
) -> None:
    """Which stage of how many, something on the right, and the battery where it is known."""
    number = f" {stage.index + 1}/{stage.count}" if stage.count > 1 else ""
    name = stage_name(words, stage.placement)
    if f"stage.{stage.placement}.name" not in words:
        # A name of one's own may be of any length.
        taken = fonts.small().width(number + right) + 8 + (0 if charge is None else 18)
        name = fonts.small().shorten(name, INNER - taken)
    header(canvas, name + number, right, charge=charge)


class Footer(Fixed, frozen=True):
    """What the two buttons do now: the words of a press, and those of a hold, of each."""

    back: str = ""
    back_held: str = ""
    back_held_short: str = ""
    """The hold's word alone, for where "hold:" before it does not fit."""
    confirm: str = ""
    confirm_held: str = ""
    waits: str = ""
    """Until when CONFIRM does nothing, in its corner and without its sign."""


def footer(canvas: Canvas, does: Footer, hold: HoldView | None = None) -> None:
    """BACK on the left, CONFIRM on the right; filled from the side of the button held.

    Where BACK can be pressed and held and both words do not fit, the hold is not shown: a sign
    without a word would have to be guessed, and one step back the hold stands there. Use capitals:
    the line has no room below the baseline.
    """
    room = INNER
    held = does.confirm_held
    if held or does.confirm:
        x = RIGHT - 6
        canvas.put(button_sign(Button.CONFIRM, held=bool(held)), x, FOOT_TOP + 1, "CONFIRM")
        words = held or does.confirm
        room -= _SIGN + canvas.text(RIGHT - _SIGN, FOOT_TOP + 1, words, align="right") + _APART
    elif does.waits:
        room -= canvas.text(RIGHT, FOOT_TOP + 1, does.waits, align="right") + _APART
    _back(canvas, does, room)
    if hold is not None:
        fill(canvas, hold)


def _back(canvas: Canvas, does: Footer, room: int) -> None:
    x = LEFT
    if does.back:
        canvas.put(button_sign(Button.BACK), x, FOOT_TOP + 1, "BACK")
        x += _SIGN
        x += canvas.text(x, FOOT_TOP + 1, does.back, width=room - _SIGN) + _APART
    held = _hold_that_fits(does, room - (x - LEFT) - _SIGN)
    if held:
        canvas.put(button_sign(Button.BACK, held=True), x, FOOT_TOP + 1, "BACK held")
        canvas.text(x + _SIGN, FOOT_TOP + 1, held, width=room - (x - LEFT) - _SIGN)


_SIGN, _APART = 9, 4
"""Width of a button's sign and the gap to its words, and the gap to what comes next."""


def _hold_that_fits(does: Footer, room: int) -> str:
    """What holding BACK does, as fully as there is room; alone in its corner it is in full."""
    if not does.back:
        return does.back_held
    width = fonts.text().width
    choices = (does.back_held, does.back_held_short)
    return next((words for words in choices if words and width(words) <= room), "")


def way_out(words: Phrases, back: str = "") -> dict[str, str]:
    """BACK's part of a footer where a hold ends."""
    held, short = words("foot.hold_end"), words("foot.end")
    return {"back": back, "back_held": held, "back_held_short": short}


def fill(canvas: Canvas, hold: HoldView) -> None:
    width = round(min(1.0, max(0.0, hold.fraction)) * WIDTH)
    if width == 0:
        return
    start = 0 if hold.button is Button.BACK else WIDTH - width
    canvas.invert((start, FOOT_TOP, start + width - 1, HEIGHT - 1))


def title(canvas: Canvas, words: str, y: int = BODY_TOP) -> None:
    """The one strong line of a screen, in the middle."""
    canvas.text(MIDDLE, y, words, fonts.strong(), align="middle")


def still_on(canvas: Canvas, words: Phrases) -> None:
    """Draw a warning in place of all above the footer: the output is not known to be off.

    It looks the same in every state and unlike any of them, so that nobody touches a pad.
    """
    canvas.text(MIDDLE, 0, words("still_on.wait"), fonts.large(), align="middle")
    canvas.invert((0, 0, WIDTH - 1, 21))
    for row, key in enumerate(("still_on.may_be", "still_on.hands_off")):
        canvas.text(MIDDLE, 23 + row * LINE, words(key), align="middle")


def battery(fraction: float) -> Image.Image:
    """A battery of 14 x 6 pixels, as full as `fraction` (0 to 1)."""
    image = Image.new("1", (14, 6))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 11, 5), outline=LIT)
    draw.rectangle((12, 2, 13, 3), fill=LIT)
    width = round(min(1.0, max(0.0, fraction)) * 8)
    if width:
        draw.rectangle((2, 2, 1 + width, 3), fill=LIT)
    return image


def scale(value: int | None, largest: int, width: int = INNER) -> Image.Image:
    """A scale of steps, the chosen one a large block; none where nothing is chosen yet."""
    image = Image.new("1", (width, 11))
    draw = ImageDraw.Draw(image)
    step = (width - 9) / max(1, largest)
    for mark in range(largest + 1):
        x = 4 + round(mark * step)
        if mark == value:
            draw.rectangle((x - 4, 0, x + 4, 10), fill=LIT)
        else:
            draw.rectangle((x - 1, 4, x + 1, 6), fill=LIT)
    return image


def level_bar(levels: Sequence[float], limit: float, last: float | None, width: int) -> Image.Image:
    """A bar of two rows, A above B; dots up to the limit, a notch at last time's level."""
    image = Image.new("1", (width, 2))
    draw = ImageDraw.Draw(image)
    draw.point([(x, 1) for x in range(width - 1, -1, -4)], fill=LIT)

    def along(amount: float) -> int:
        return round((width - 1) * min(1.0, max(0.0, amount / limit))) if limit > 0 else 0

    for y, length in ((0, along(levels[0])), (1, along(levels[-1]))):
        if length:
            draw.line((0, y, length, y), fill=LIT)
        if last:
            draw.point((along(last), y), fill=0 if length >= along(last) else LIT)
    return image


def banner(canvas: Canvas, strong: str, plain: str) -> None:
    """A notice that takes the place of everything above the footer."""
    canvas.clear((0, 0, WIDTH - 1, FOOT_TOP - 1))
    canvas.text(MIDDLE, 11, strong, fonts.strong(), align="middle", width=INNER - 9)
    canvas.text(MIDDLE, 27, plain, align="middle", width=INNER - 9)
    canvas.invert((0, 7, WIDTH - 1, 42))


def minutes(seconds: float) -> str:
    """`mm:ss`; the second that has begun counts."""
    begun = _seconds_begun(seconds)
    return f"{begun // 60}:{begun % 60:02d}"


def whole(seconds: float) -> str:
    """Whole seconds, counted like that."""
    return str(_seconds_begun(seconds))


def _seconds_begun(seconds: float) -> int:
    return max(0, math.ceil(seconds))


def amount(value: float) -> str:
    """A level without the decimals that it does not have."""
    return f"{value:.0f}" if abs(value - round(value)) < 0.05 else f"{value:.1f}"
