"""The picture that is shown on a panel to find out how it is fitted."""

from PIL import Image

from appliance.screen.drawing.canvas import HEIGHT, WIDTH, Canvas


def picture(words: str) -> Image.Image:
    """A frame along all four edges, the top and the sides named, and `words` in the middle.

    What is cut off or upside down is seen at once.
    """
    canvas = Canvas()
    canvas.drawn(lambda pen: pen.rectangle((0, 0, WIDTH - 1, HEIGHT - 1), outline=1))
    middle = WIDTH // 2
    canvas.text(middle, 3, "TOP", align="middle")
    canvas.text(4, 24, "LEFT")
    canvas.text(WIDTH - 5, 24, "RIGHT", align="right")
    canvas.text(middle, 46, words, align="middle")
    return canvas.image
