"""Operations on one-bit images, all of them in Pillow's own code rather than in Python loops."""

from functools import cache

from PIL import Image, ImageChops

LIT = 255
"""A lit pixel. Pillow stores what it is given, and inverts 1 to 254."""
_LATTICE_SIZE = (512, 128)


def widen(image: Image.Image) -> Image.Image:
    """Every stroke one pixel wider to the right; the last column must be empty."""
    wide = image.copy()
    wide.paste(LIT, (1, 0), image)
    return wide


def smooth_double(image: Image.Image) -> Image.Image:
    """Twice the size. A corner pixel takes the colour that its two neighbours agree on."""
    up, left = _shifted(image, 0, 1), _shifted(image, 1, 0)
    down, right = _shifted(image, 0, -1), _shifted(image, -1, 0)
    doubled = Image.new("1", (image.width * 2, image.height * 2))
    corners = (
        ((0, 0), (left, up, right, down)),
        ((1, 0), (up, right, down, left)),
        ((0, 1), (down, left, up, right)),
        ((1, 1), (right, down, left, up)),
    )
    for (dx, dy), (one, other, against_one, against_other) in corners:
        differ = ImageChops.logical_and(
            ImageChops.logical_xor(one, against_one), ImageChops.logical_xor(other, against_other)
        )
        agree = ImageChops.invert(ImageChops.logical_xor(one, other))
        corner = Image.composite(one, image, ImageChops.logical_and(differ, agree))
        spread = corner.resize(doubled.size, Image.Resampling.NEAREST)
        lattice = _lattice(dx, dy).crop((0, 0, *doubled.size))
        doubled.paste(LIT, (0, 0), ImageChops.logical_and(spread, lattice))
    return doubled


def outline(image: Image.Image) -> Image.Image:
    """The shape one pixel larger all round."""
    grown = image.copy()
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            grown.paste(LIT, (dx, dy), image)
    return grown


def _shifted(image: Image.Image, dx: int, dy: int) -> Image.Image:
    shifted = Image.new("1", image.size)
    shifted.paste(image, (dx, dy))
    return shifted


@cache
def _lattice(dx: int, dy: int) -> Image.Image:
    """One pixel of each 2 x 2 block."""
    lattice = Image.new("1", _LATTICE_SIZE)
    row = Image.new("1", (_LATTICE_SIZE[0], 1))
    for x in range(dx, _LATTICE_SIZE[0], 2):
        row.putpixel((x, 0), LIT)
    for y in range(dy, _LATTICE_SIZE[1], 2):
        lattice.paste(row, (0, y))
    return lattice
