"""Every screen with its extremes, by name; and all of them on one sheet."""

from PIL import Image, ImageDraw

from appliance.screen.draw import draw
from appliance.screen.drawing import fonts
from appliance.screen.drawing.canvas import HEIGHT, WIDTH, Phrases
from appliance.screen.drawing.pixels import LIT
from appliance.screen.examples.after import AFTER
from appliance.screen.examples.before import BEFORE
from appliance.screen.examples.views import Example


def examples() -> tuple[Example, ...]:
    """Every state, every page, every text, every extreme."""
    views: list[Example] = []
    for make in (*BEFORE, *AFTER):
        views.extend(make())
    return tuple(views)


def contact_sheet(words: Phrases, columns: int = 8, zoom: int = 2) -> Image.Image:
    """All examples on one sheet, each under its name."""
    shown = examples()
    cell_width, cell_height = WIDTH + 8, HEIGHT + 16
    rows = -(-len(shown) // columns)
    sheet = Image.new("1", (columns * cell_width + 8, rows * cell_height + 8), 0)
    pen = ImageDraw.Draw(sheet)
    for index, example in enumerate(shown):
        row, column = divmod(index, columns)
        x, y = 8 + column * cell_width, 16 + row * cell_height
        name = fonts.small().shorten(example.name, WIDTH)
        sheet.paste(LIT, (x, y - 11), fonts.small().render(name))
        pen.rectangle((x - 2, y - 2, x + WIDTH + 1, y + HEIGHT + 1), outline=LIT)
        sheet.paste(draw(example.view, words), (x, y))
    size = (sheet.width * zoom, sheet.height * zoom)
    return sheet.resize(size, Image.Resampling.NEAREST)
