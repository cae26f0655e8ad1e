"""Faces, wrapping and the canvas that measures."""

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import Canvas, MeasuringCanvas
from appliance.screen.drawing.fonts import SOFT_HYPHEN
from appliance.screen.drawing.pixels import smooth_double

FACES = (fonts.text(), fonts.small(), fonts.strong(), fonts.large())


@given(st.text(min_size=1, max_size=30), st.sampled_from(FACES))
def test_a_line_is_as_wide_as_it_was_measured(text: str, face: fonts.Face) -> None:
    assert face.render(text).width == face.width(text)


@given(
    st.lists(st.sampled_from(["I", "never", "implant", "Rücken\u00adschmerzen", "a,"]), min_size=1)
)
def test_wrapping_loses_no_letter_and_keeps_to_the_width(parts: list[str]) -> None:
    text = " ".join(parts)
    lines = fonts.text().wrap(text, 90)
    assert all(fonts.text().width(line) <= 90 for line in lines)
    joined = "".join(lines).replace("-", "").replace(" ", "")
    assert joined == text.replace(SOFT_HYPHEN, "").replace(" ", "")


def test_a_long_word_breaks_at_its_soft_hyphen_only_where_it_must() -> None:
    word = f"Rücken{SOFT_HYPHEN}schmerzen"
    assert fonts.text().wrap(word, 126) == ("Rückenschmerzen",)
    assert fonts.text().wrap(word, 60) == ("Rücken-", "schmerzen")


def test_a_name_in_another_script_is_still_a_picture() -> None:
    assert fonts.text().render("Zoë Ñandú").getbbox() is not None
    assert fonts.text().width("é") == fonts.text().width("e")
    assert fonts.text().width("名") == fonts.text().width("?")


def test_doubling_keeps_straight_edges_and_smooths_stairs() -> None:
    block = Image.new("1", (4, 4))
    block.paste(255, (1, 1, 3, 3))
    assert smooth_double(block).getbbox() == (2, 2, 6, 6)
    stairs = Image.new("1", (3, 3))
    for step in range(3):
        stairs.putpixel((step, step), 255)
    assert smooth_double(stairs).histogram()[255] > 4 * 3


def measured() -> MeasuringCanvas:
    return MeasuringCanvas()


def test_text_that_is_too_wide_is_a_problem_and_is_shortened() -> None:
    canvas = measured()
    width = canvas.text(1, 8, "x" * 60)
    assert width <= 126
    assert len(canvas.problems) == 1


def test_more_lines_than_there_are_is_a_problem() -> None:
    canvas = measured()
    canvas.lines("word " * 60)
    assert any("lines" in problem for problem in canvas.problems)


def test_overlap_and_touch_are_problems() -> None:
    canvas = measured()
    canvas.text(1, 8, "one")
    canvas.text(1, 8, "two")
    assert any("touches" in problem for problem in canvas.problems)


def test_ink_on_the_outermost_pixels_is_a_problem() -> None:
    for x, y in ((0, 10), (127, 10), (50, 0), (50, 63)):
        canvas = measured()
        canvas.put(Image.new("1", (1, 1), 255), x, y)
        assert canvas.problems, (x, y)


def test_what_was_cleared_is_not_overlapped() -> None:
    canvas = measured()
    canvas.text(1, 20, "one")
    canvas.clear((0, 8, 127, 54))
    canvas.text(1, 20, "two")
    assert canvas.problems == []


def test_measuring_changes_no_pixel() -> None:
    plain, measuring = Canvas(), measured()
    for canvas in (plain, measuring):
        canvas.text(1, 8, "the same " * 20)
        canvas.invert((0, 8, 127, 20))
    assert plain.image.tobytes() == measuring.image.tobytes()
