"""Every screen in every language: measured, and compared with the pictures of last time.

`RECORD_SCREENS=1 pytest tests/screen` accepts the pictures of now. A picture that has
changed leaves old, new and difference as a PNG in the test's folder.
"""

import base64
import hashlib
import json
import os
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from appliance.screen.draw import draw
from appliance.screen.drawing.canvas import HEIGHT, WIDTH
from appliance.screen.examples.gallery import contact_sheet, examples
from appliance.screen.examples.views import Example
from appliance.settings.words import Words, languages

EXAMPLES = examples()
GOLDEN = Path(__file__).parent / "golden"
RECORD = bool(os.environ.get("RECORD_SCREENS"))


def pixels_hash(picture: Image.Image) -> str:
    return hashlib.sha256(picture.tobytes()).hexdigest()[:16]


def packed(picture: Image.Image) -> str:
    return base64.b85encode(zlib.compress(picture.tobytes(), 9)).decode()


def unpacked(text: str) -> Image.Image:
    return Image.frombytes("1", (WIDTH, HEIGHT), zlib.decompress(base64.b85decode(text)))


def side_by_side(old: Image.Image, new: Image.Image) -> Image.Image:
    sheet = Image.new("1", (WIDTH * 3 + 8, HEIGHT))
    for index, picture in enumerate((old, new, ImageChops.logical_xor(old, new))):
        sheet.paste(picture, (index * (WIDTH + 4), 0))
    return sheet.resize((sheet.width * 4, sheet.height * 4), Image.Resampling.NEAREST)


@pytest.fixture(scope="module", params=languages())
def words(request: pytest.FixtureRequest) -> Words:
    return Words.load(request.param)


def test_names_of_examples_are_unique() -> None:
    names = [example.name for example in EXAMPLES]
    assert len(set(names)) == len(names)


def test_pictures_are_those_of_last_time(words: Words, tmp_path: Path) -> None:
    path = GOLDEN / f"{words.language}.json"
    drawn = {example.name: draw(example.view, words) for example in EXAMPLES}
    if RECORD:
        record(path, drawn)
    if not path.exists():
        pytest.skip(f"no pictures of {words.language} yet: RECORD_SCREENS=1 records them")
    golden = json.loads(path.read_text("utf-8"))
    changed = [name for name in drawn if golden.get(name, [""])[0] != pixels_hash(drawn[name])]
    for name in changed:
        old = unpacked(golden[name][1]) if name in golden else Image.new("1", (WIDTH, HEIGHT))
        side_by_side(old, drawn[name]).save(tmp_path / f"{name.replace(' ', '_')}.png")
    assert changed == [], f"look at {tmp_path}; RECORD_SCREENS=1 accepts them"
    assert set(golden) == set(drawn), "RECORD_SCREENS=1 forgets screens that are gone"


def record(path: Path, drawn: dict[str, Image.Image]) -> None:
    path.parent.mkdir(exist_ok=True)
    entries = {name: [pixels_hash(picture), packed(picture)] for name, picture in drawn.items()}
    path.write_text(json.dumps(entries, indent=0, ensure_ascii=False) + "\n", "utf-8")


@pytest.mark.parametrize("example", EXAMPLES[:1], ids=lambda example: example.name)
def test_a_picture_is_128_by_64_pixels_of_one_bit(example: Example) -> None:
    picture = draw(example.view, Words.load())
    assert (picture.size, picture.mode) == ((128, 64), "1")
    assert set(picture.tobytes()) != {0}


def test_every_pixel_is_either_lit_or_dark(words: Words) -> None:
    # Pillow keeps whatever byte it is given in a one-bit image, and inverts 1 to 254.
    for example in EXAMPLES:
        levels = draw(example.view, words).convert("L").histogram()
        assert sum(levels[1:255]) == 0, example.name


def test_the_contact_sheet_has_room_for_every_example() -> None:
    sheet = contact_sheet(Words.load(), columns=8, zoom=1)
    assert sheet.height >= -(-len(EXAMPLES) // 8) * HEIGHT
