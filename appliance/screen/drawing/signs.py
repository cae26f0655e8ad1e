"""Signs that are drawn the same everywhere: the rings of the leads, and the two buttons.

The rings are on the leads, plugs and sockets too, and the buttons' signs on the case.
"""

from PIL import Image, ImageDraw

from appliance.screen.drawing.pixels import LIT
from appliance.session.events import Button

SIGN_HEIGHT = 11


def ring(name: str) -> Image.Image:
    """The mark of a lead: one ring for A, two rings for B, as they are on the cable."""
    rings = 2 if name == "B" else 1
    image = Image.new("1", (7 * rings + rings - 1, 7))
    draw = ImageDraw.Draw(image)
    for index in range(rings):
        draw.ellipse((8 * index, 0, 8 * index + 6, 6), outline=LIT, width=1)
    return image


def button_sign(button: Button, *, held: bool = False) -> Image.Image:
    """A triangle for BACK, a disc for CONFIRM; a bar lies below it where it has to be held."""
    image = Image.new("1", (7, SIGN_HEIGHT))
    draw = ImageDraw.Draw(image)
    top = 0 if held else 2
    if button is Button.BACK:
        for x in range(6):
            reach = (x + 1) // 2
            draw.line((x, top + 3 - reach, x, top + 3 + reach), fill=LIT)
    else:
        draw.ellipse((0, top, 6, top + 6), fill=LIT)
    if held:
        draw.rectangle((0, 9, 6, 10), fill=LIT)
    return image


def chosen_sign() -> Image.Image:
    """A triangle before the line that the knob has chosen."""
    return button_sign(Button.BACK).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
