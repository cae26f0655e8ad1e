"""The signs of the two leads, one ring and two rings, as they are marked on the cables."""

from PIL import Image, ImageDraw

from appliance.screen.drawing.pixels import LIT


def ring(name: str) -> Image.Image:
    """The mark of a lead: one ring for A, two rings for B, as they are on the cable."""
    rings = 2 if name == "B" else 1
    image = Image.new("1", (7 * rings + rings - 1, 7))
    draw = ImageDraw.Draw(image)
    for index in range(rings):
        draw.ellipse((8 * index, 0, 8 * index + 6, 6), outline=LIT, width=1)
    return image
