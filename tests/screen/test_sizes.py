"""How large the words are for an eye one metre away, on the panel that is recommended."""

import math

import pytest

from appliance.screen import draw as drawing
from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import BODY_TOP, Canvas
from appliance.screen.drawing.fonts import Face
from appliance.screen.examples.gallery import examples
from appliance.session.state import State
from appliance.settings.words import Words, languages

PIXEL_MM, EYE_MM = 0.43, 1000.0
"""Of the 2.42 inch panel, and of a person who lies beside the box."""
LEAST_ARC_MINUTES = 16.0
"""ISO 9241-303: the smallest capital that is still comfortable to read."""
BESIDE_DIGITS = {State.STIMULATING, State.FAULT}
"""Units beside digits of 24 pixels, and the exact words of an error, which `status` has too."""


def capital(face: Face) -> int:
    # Every face has digits, and they are as high as its capitals.
    box = face.render("8").getbbox()
    assert box is not None
    return box[3] - box[1]


def arc_minutes(pixels: int) -> float:
    return math.degrees(2 * math.atan(pixels * PIXEL_MM / 2 / EYE_MM)) * 60


class SizingCanvas(Canvas):
    """A canvas that notes the height of the capitals below the header."""

    def __init__(self) -> None:
        super().__init__()
        self.capitals: list[int] = []

    def text(self, x: int, y: int, words: str, face: Face | None = None, **how: object) -> int:
        if y >= BODY_TOP and words:
            self.capitals.append(capital(face or fonts.text()))
        return super().text(x, y, words, face, **how)  # type: ignore[arg-type]


def smallest(state: State, words: Words) -> float:
    """Arc minutes of the smallest word of any example below the header."""
    sizes: list[int] = []
    for example in examples():
        if example.view.state is state:
            canvas = SizingCanvas()
            drawing.compose(canvas, example.view, words)
            sizes += canvas.capitals
    return arc_minutes(min(sizes))


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("state", sorted(set(State) - BESIDE_DIGITS, key=lambda state: state.value))
def test_every_word_below_the_header_can_be_read_from_a_metre(state: State, language: str) -> None:
    size = smallest(state, Words.load(language))
    print(f"{state.value}: {size:.1f} arc minutes")
    assert size >= LEAST_ARC_MINUTES


def test_what_the_buttons_do_is_never_in_the_smallest_face() -> None:
    assert capital(fonts.text()) > capital(fonts.small())
    assert arc_minutes(capital(fonts.text())) >= LEAST_ARC_MINUTES


@pytest.mark.parametrize("language", languages())
def test_the_opposite_is_written_on_every_statement_beside_what_is_agreed_to(language: str) -> None:
    words = Words.load(language)

    class ReadingCanvas(Canvas):
        said: list[str]

        def text(self, x: int, y: int, words: str, *face: object, **how: object) -> int:
            self.said.append(words)
            return super().text(x, y, words, *face, **how)  # type: ignore[arg-type]

    for example in examples():
        statement = example.view.statement
        if example.view.state is State.CHECKLIST and statement is not None:
            canvas = ReadingCanvas()
            canvas.said = []
            drawing.compose(canvas, example.view, words)
            answers = {words(f"{side}.{statement.heading.value}") for side in ("agree", "disagree")}
            assert answers <= set(canvas.said), example.name
