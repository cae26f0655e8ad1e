"""The real luma drivers against a bus whose panels follow their data sheets, byte by byte.

The controllers here are written from the SSD1306 and SH1106 data sheets and share nothing
with the code that they judge.
"""

from typing import ClassVar

import pytest
from luma.core.interface.serial import i2c
from PIL import Image

from appliance.errors import ScreenError
from appliance.screen.draw import draw
from appliance.screen.gallery import examples
from appliance.screen.oled import OledGlass, pages
from appliance.settings.words import Words

WORDS = Words.load()
PICTURES = [draw(example.view, WORDS) for example in examples()]
DRIVERS = ("ssd1306", "ssd1309", "sh1106")


class Controller:
    """What both chips have in common: memory of eight pages, commands one byte after another."""

    columns = 128
    first_column = 0
    arguments: ClassVar[dict[int, int]]

    def __init__(self) -> None:
        self.memory = [bytearray(b"\xaa" * self.columns) for _ in range(8)]
        self.page = self.column = 0
        self.on = self.inverted = False
        self.contrast = 0x7F

    def command(self, data: list[int]) -> None:
        waiting = list(data)
        while waiting:
            code = waiting.pop(0)
            count = self.arguments.get(code, 0)
            given, waiting = waiting[:count], waiting[count:]
            assert len(given) == count, f"command {code:#04x} lacks arguments"
            self.obey(code, given)

    def obey(self, code: int, given: list[int]) -> None:
        if code in (0xAE, 0xAF):
            self.on = code == 0xAF
        elif code in (0xA6, 0xA7):
            self.inverted = code == 0xA7
        elif code == 0x81:
            self.contrast = given[0]

    def shown(self) -> list[bytes]:
        first = self.first_column
        return [bytes(page[first : first + 128]) for page in self.memory]


class Ssd1306(Controller):
    """Horizontal addressing inside a window of columns and pages; the pointer wraps in it."""

    arguments: ClassVar[dict[int, int]] = {
        **dict.fromkeys((0x20, 0x81, 0xA8, 0xD3, 0xD5, 0xD9, 0xDA, 0xDB, 0x8D), 1),
        **dict.fromkeys((0x21, 0x22), 2),
    }

    def __init__(self) -> None:
        super().__init__()
        self.mode = 2
        self.window = [0, 127, 0, 7]

    def obey(self, code: int, given: list[int]) -> None:
        super().obey(code, given)
        if code == 0x20:
            self.mode = given[0] & 3
        elif code == 0x21:
            self.window[:2] = given
            self.column = given[0]
        elif code == 0x22:
            self.window[2:] = given
            self.page = given[0]

    def data(self, data: list[int]) -> None:
        assert self.mode == 0
        for byte in data:
            self.memory[self.page][self.column] = byte
            self.column += 1
            if self.column > self.window[1]:
                self.column = self.window[0]
                self.page = self.window[2] if self.page == self.window[3] else self.page + 1


class Sh1106(Controller):
    """132 columns of which 128 are visible; page addressing only, the column does not wrap."""

    columns = 132
    first_column = 2
    arguments: ClassVar[dict[int, int]] = dict.fromkeys(
        (0x81, 0xA8, 0xD3, 0xD5, 0xD9, 0xDA, 0xDB, 0xAD), 1
    )

    def obey(self, code: int, given: list[int]) -> None:
        super().obey(code, given)
        if code < 0x10:
            self.column = self.column & 0xF0 | code
        elif code < 0x20:
            self.column = (code & 0x0F) << 4 | self.column & 0x0F
        elif 0xB0 <= code < 0xB8:
            self.page = code & 7

    def data(self, data: list[int]) -> None:
        for byte in data:
            self.memory[self.page][self.column] = byte
            self.column = min(self.columns - 1, self.column + 1)


class Bus:
    """smbus with one panel on it; it can be unplugged, or fail after a number of bytes."""

    def __init__(self, driver: str) -> None:
        self.panel = Sh1106() if driver == "sh1106" else Ssd1306()
        self.sent = 0
        self.fails_after: int | None = None

    def write_i2c_block_data(self, address: int, control: int, data: list[int]) -> None:
        if self.fails_after is not None and self.sent >= self.fails_after:
            raise OSError(121, "Remote I/O error")
        self.sent += 2 + len(data)
        if control == 0x40:
            self.panel.data(data)
        else:
            self.panel.command(data)


def oled(driver: str, *, upside_down: bool = False) -> tuple[OledGlass, Bus]:
    bus = Bus(driver)
    return OledGlass(driver, i2c(bus=bus), upside_down=upside_down), bus


@pytest.mark.parametrize("driver", DRIVERS)
def test_the_panel_holds_every_picture_that_was_drawn(driver: str) -> None:
    glass, bus = oled(driver)
    assert bus.panel.on
    for picture in PICTURES:
        glass.show(picture)
        assert bus.panel.shown() == pages(picture)


def test_pages_hold_columns_with_the_top_row_in_the_low_bit() -> None:
    picture = Image.new("1", (128, 64))
    for x, y in ((0, 0), (5, 9), (127, 63)):
        picture.putpixel((x, y), 255)
    packed = pages(picture)
    assert (packed[0][0], packed[1][5], packed[7][127]) == (1, 2, 128)
    assert sum(sum(page) for page in packed) == 131


def test_upside_down_turns_the_picture() -> None:
    picture = Image.new("1", (128, 64))
    picture.putpixel((0, 0), 255)
    assert pages(picture, upside_down=True)[7][127] == 128


def test_an_unchanged_picture_sends_nothing() -> None:
    glass, bus = oled("ssd1306")
    glass.show(PICTURES[0])
    sent = bus.sent
    glass.show(PICTURES[0].copy())
    assert bus.sent == sent


def test_a_changed_pixel_sends_an_address_and_a_byte() -> None:
    glass, bus = oled("ssd1306")
    glass.show(PICTURES[0])
    sent = bus.sent
    changed = PICTURES[0].copy()
    changed.paste(255 - changed.getpixel((64, 30)), (64, 30, 65, 31))
    glass.show(changed)
    assert bus.sent - sent == 8 + 3


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_refresh_mends_a_panel_that_forgot_everything(driver: str) -> None:
    glass, bus = oled(driver)
    glass.show(PICTURES[3])
    bus.panel = Sh1106() if driver == "sh1106" else Ssd1306()
    for _ in range(9):
        glass.refresh()
    assert bus.panel.on
    assert not bus.panel.inverted
    assert bus.panel.shown() == pages(PICTURES[3])


def test_each_refresh_moves_the_picture_by_a_pixel_and_cuts_nothing() -> None:
    glass, bus = oled("ssd1306")
    inked = Image.new("1", (128, 64))
    inked.paste(255, (1, 1, 127, 63))
    glass.show(inked)
    seen = {tuple(bus.panel.shown())}
    lit = sum(byte.bit_count() for page in pages(inked) for byte in page)
    for _ in range(8):
        glass.refresh()
        shown = bus.panel.shown()
        assert sum(byte.bit_count() for page in shown for byte in page) == lit
        seen.add(tuple(shown))
    assert len(seen) == 9


@pytest.mark.parametrize("driver", DRIVERS)
def test_after_a_bus_error_in_any_byte_the_next_picture_is_whole(driver: str) -> None:
    for fails_after in range(0, 60, 7):
        glass, bus = oled(driver)
        glass.show(PICTURES[2])
        bus.fails_after = bus.sent + fails_after
        with pytest.raises(ScreenError, match="does not answer"):
            glass.show(PICTURES[9])
        bus.fails_after = None
        glass.show(PICTURES[9])
        assert bus.panel.shown() == pages(PICTURES[9])


def test_a_panel_dims_and_inverts_without_its_picture_being_sent() -> None:
    glass, bus = oled("ssd1306")
    glass.show(PICTURES[0])
    sent = bus.sent
    glass.dim(dimmed=True)
    glass.invert(inverted=True)
    assert (bus.panel.contrast, bus.panel.inverted) == (1, True)
    glass.dim(dimmed=False)
    glass.invert(inverted=False)
    assert (bus.panel.contrast, bus.panel.inverted) == (0xCF, False)
    assert bus.sent - sent == 2 * (4 + 3)


def test_the_last_picture_stays_when_the_panel_is_let_go() -> None:
    glass, bus = oled("ssd1306")
    glass.show(PICTURES[5])
    glass.close()
    assert bus.panel.on
    assert bus.panel.shown() == pages(PICTURES[5])
