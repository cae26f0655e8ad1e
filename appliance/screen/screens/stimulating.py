"""The screen of `stimulating`: remaining time, levels, and what the muscle does."""

import math
from collections.abc import Callable, Mapping

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import HEIGHT, INNER, LEFT, RIGHT, WIDTH, Canvas, Phrases
from appliance.screen.drawing.fonts import Face
from appliance.screen.drawing.signs import ring
from appliance.screen.screens.widgets import (
    Footer,
    footer,
    level_bar,
    minutes,
    side_of,
    stage_header,
    whole,
)
from appliance.session.view import CONTRACTING, LAST_MINUTE_S, StageView, View

_WHOLE = (0, 0, WIDTH - 1, HEIGHT - 1)
"""Inverted while the muscle contracts, to be seen in the corner of an eye."""

_DIGITS_TOP, _BAR_TOP, _PHASE_TOP = 9, 34, 37
_LABEL = 20
"""Room for a word beside digits."""


def draw(canvas: Canvas, view: View, words: Phrases) -> None:
    stage = view.stage
    if stage is None:
        return
    # A phase of one's own program may have any name, and need not have words.
    named = f"phase.{stage.phase}"
    phase = words(named) if named in words else ""
    stage_header(canvas, stage, words, phase, view.battery)
    _bar(canvas, view)
    _time(canvas, stage, words)
    _levels(canvas, view, words)
    _phase(canvas, view, stage, words)
    footer(canvas, Footer(words("foot.channels"), confirm=words("foot.pause")), view.hold)
    if stage.part in CONTRACTING and not stage.continuous and not _is_zero(view):
        canvas.invert(_WHOLE)


def _is_zero(view: View) -> bool:
    return all(channel.target == 0 for channel in view.channels)


def _time(canvas: Canvas, stage: StageView, words: Phrases) -> None:
    """Whole minutes that are left, seconds only in the last one.

    So the one number that moves is the one that matters: how long the muscle works or rests.
    """
    face = fonts.digits()
    if stage.remaining_s <= LAST_MINUTE_S:
        canvas.text(LEFT, _DIGITS_TOP, minutes(stage.remaining_s), face)
        return
    begun = math.ceil(stage.remaining_s / 60.0)
    x = LEFT + canvas.text(LEFT, _DIGITS_TOP, str(begun), face) + 3
    small = fonts.small()
    canvas.text(x, _DIGITS_TOP + 2, words("running.minutes"), small, width=_LABEL)
    canvas.text(x, _DIGITS_TOP + 14, words("running.left"), small, width=_LABEL)


def _levels(canvas: Canvas, view: View, words: Phrases) -> None:
    """The hand's levels: one number while both are the same, else A's and B's.

    Beside them the rings of the lead that the knob moves, if it moves one.
    """
    targets = [channel.target for channel in view.channels]
    if not targets:
        return
    canvas.text(RIGHT, _DIGITS_TOP + 2, view.unit.value, fonts.small(), align="right")
    moved = _moved(canvas, view.knob_side, words)
    if view.knob_side == "both" and len(set(targets)) == 1:
        shown = {"both": targets[0]}
    else:
        shown = {channel.name: channel.target for channel in view.channels}
    face = fonts.digits()
    if len(shown) > 1 and max(face.width(f"{level:.0f}") for level in targets) > face.width("88"):
        _small_levels(canvas, shown)
        return
    right = RIGHT - max(17, moved + 3)
    for level in reversed(shown.values()):
        right -= canvas.text(right, _DIGITS_TOP, f"{level:.0f}", face, align="right") + 6


def _small_levels(canvas: Canvas, shown: Mapping[str, float]) -> None:
    """The levels in small digits, for two numbers of three digits: only percent has them."""
    for row, (name, level) in enumerate(shown.items()):
        canvas.text(RIGHT - 17, _DIGITS_TOP + row * 13, f"{level:.0f}", align="right")
        canvas.put(ring(name), RIGHT - 60, _DIGITS_TOP + row * 13 + 2, "rings")


def _moved(canvas: Canvas, knob_side: str, words: Phrases) -> int:
    """Whose level the knob moves: L and R as in the footer, and the rings. Returns the width."""
    y, small = _DIGITS_TOP + 14, fonts.small()
    if knob_side == "both":
        return canvas.text(RIGHT, y, words("running.level_both"), small, align="right")
    rings = ring(knob_side)
    canvas.put(rings, RIGHT - rings.width + 1, y, "rings")
    letter = words(f"placing.{side_of(knob_side)}")
    return rings.width + 2 + canvas.text(RIGHT - rings.width - 2, y, letter, small, align="right")


def _bar(canvas: Canvas, view: View) -> None:
    if not view.channels:
        return
    levels = [channel.level for channel in view.channels]
    last = max((channel.last or 0.0 for channel in view.channels), default=None)
    canvas.put(level_bar(levels, view.limit, last, INNER), LEFT, _BAR_TOP, "bar")


def _phase(canvas: Canvas, view: View, stage: StageView, words: Phrases) -> None:
    """What the muscle does, and for how many seconds more; or a hint instead."""
    if view.hint is not None:
        reason = f"limit.{view.limit_reason}"
        at_limit = view.hint == "limit" and reason in words
        canvas.text(LEFT, _PHASE_TOP, words(reason if at_limit else f"hint.{view.hint}"))
        return
    rests = stage.part == "off" and stage.next_contraction_s is not None
    if _is_zero(view) and not rests:
        canvas.text(LEFT, _PHASE_TOP, words("running.up_to_start"))
        return
    moving = _MOVING if stage.moves else _DOING
    doing = _FLOWING if stage.continuous else moving
    key, face, left_s = doing.get(stage.part or "", ("rest", fonts.text, None))
    seconds = left_s(stage) if left_s is not None else None
    if seconds is not None and seconds > stage.remaining_s:
        # The stage ends before that, so there is nothing to count down to.
        seconds = None
    if key == "rest":
        key = "tail" if seconds is None else "rest_until"
    canvas.text(LEFT, _PHASE_TOP, words(f"running.{key}"), face())
    if seconds is not None:
        canvas.text(RIGHT, _PHASE_TOP, whole(seconds), fonts.strong(), align="right")


Doing = tuple[str, Callable[[], Face], Callable[[StageView], float | None] | None]
"""Key of the words, their face, and what counts down."""

_DOING: dict[str, Doing] = {
    "ramp_up": ("tighten", fonts.strong, None),
    "hold": ("tighten", fonts.strong, lambda stage: stage.part_remaining_s),
    "ramp_down": ("loosen", fonts.text, None),
    "off": ("rest", fonts.text, lambda stage: stage.next_contraction_s),
    "active_rest": ("rest", fonts.text, lambda stage: stage.next_contraction_s),
}

_MOVING: dict[str, Doing] = {
    **_DOING,
    "ramp_up": ("lift", fonts.strong, None),
    "hold": ("lift", fonts.strong, lambda stage: stage.part_remaining_s),
    "ramp_down": ("lower", fonts.text, None),
}
"""The same for a stage in which the person does a repetition with each contraction."""

_FLOWING: dict[str, Doing] = {
    "ramp_up": ("rising", fonts.text, None),
    "twitch": ("twitch", fonts.text, None),
    "hold": ("tingle", fonts.text, None),
    "below_top": ("below_top", fonts.text, None),
    "ramp_down": ("falling", fonts.text, None),
    "off": ("rest", fonts.text, lambda stage: stage.next_contraction_s),
}
