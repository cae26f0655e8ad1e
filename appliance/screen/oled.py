"""The OLED controllers, through luma: sends the columns that changed and nothing else.

luma's own `display` sends the whole picture each time, 25 ms on a fast bus. Its public
`command` and `data` are enough to address a span of columns on a page of eight rows.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import luma.core.error
from luma.core.interface.serial import i2c
from luma.oled.device import sh1106, ssd1306, ssd1309
from PIL import Image

from appliance.errors import ScreenError
from appliance.screen.canvas import HEIGHT, WIDTH

_PAGES = HEIGHT // 8
_DISPLAY_OFF, _DISPLAY_ON, _NO_OPERATION = 0xAE, 0xAF, 0xE3
_NORMAL, _INVERTED = 0xA6, 0xA7
_CONTRAST, _BRIGHT, _DIM = 0x81, 0xCF, 0x01
_COLUMN_ADDRESS, _PAGE_ADDRESS = 0x21, 0x22
_SH1106_PAGE, _SH1106_LOW, _SH1106_HIGH = 0xB0, 0x00, 0x10
_SH1106_FIRST_COLUMN = 2
_DEVICES = {"ssd1306": ssd1306, "ssd1309": ssd1309, "sh1106": sh1106}
_SHIFTS = ((0, 0), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1))
"""Against burn-in. Every picture leaves its outermost pixels free for this."""
_ERRORS = (luma.core.error.Error, OSError)

Span = Callable[[Any, int, int, bytes], None]


def open_oled(driver: str, port: int, address: int, *, upside_down: bool) -> "OledGlass":
    """The panel at that address; ScreenError where none answers."""
    try:
        bus = i2c(port=port, address=address)
    except _ERRORS as error:
        raise ScreenError(
            f"screen: I2C bus {port} cannot be opened ({error}); is I2C switched on?"
        ) from error
    try:
        # Asked before luma sets a device up: each of those stays in memory until exit,
        # and an absent panel is asked for again every few seconds.
        with _reachable():
            bus.command(_NO_OPERATION)
        return OledGlass(driver, bus, upside_down=upside_down)
    except ScreenError as error:
        bus.cleanup()
        raise ScreenError(f"{error}; asked at {address:#04x} on I2C bus {port}") from error


class OledGlass:
    """One panel behind luma, with a memory of what it shows."""

    def __init__(self, driver: str, bus: Any, *, upside_down: bool = False) -> None:
        self._upside_down = upside_down
        self._write, self._span = _WRITERS[driver]
        self._picture = Image.new("1", (WIDTH, HEIGHT))
        self._shift = 0
        self._dimmed = False
        with _reachable():
            self._bus = _Remembering(bus)
            self._device = _DEVICES[driver](self._bus)
            self._bus.remember = False
        # luma would hide the panel at exit; the last words must stay.
        self._device.persist = True
        self._shown: list[bytes | None] = [bytes(WIDTH)] * _PAGES

    def show(self, picture: Image.Image) -> None:
        self._picture = picture
        with _reachable():
            shifted = _shifted(picture, *_SHIFTS[self._shift])
            for page, columns in enumerate(pages(shifted, upside_down=self._upside_down)):
                if columns != self._shown[page]:
                    self._send(page, columns)

    def refresh(self) -> None:
        """A panel that lost its supply for a moment has forgotten that it is on."""
        with _reachable():
            for command in self._bus.setup:
                self._device.command(*command)
            self._set_contrast()
            self._device.command(_NORMAL, _DISPLAY_ON)
        self._shown = [None] * _PAGES
        self._shift = (self._shift + 1) % len(_SHIFTS)
        self.show(self._picture)

    def dim(self, *, dimmed: bool) -> None:
        if dimmed != self._dimmed:
            self._dimmed = dimmed
            with _reachable():
                self._set_contrast()

    def invert(self, *, inverted: bool) -> None:
        with _reachable():
            self._device.command(_INVERTED if inverted else _NORMAL)

    def close(self) -> None:
        with _reachable():
            self._device.cleanup()

    def _set_contrast(self) -> None:
        self._device.command(_CONTRAST, _DIM if self._dimmed else _BRIGHT)

    def _send(self, page: int, columns: bytes) -> None:
        shown = self._shown[page]
        spans = [(0, WIDTH)] if shown is None else _changes(shown, columns, self._span)
        # Whatever goes wrong from here on, this page's content is not known any more.
        self._shown[page] = None
        for start, end in spans:
            self._write(self._device, page, start, columns[start:end])
        self._shown[page] = columns


class _Remembering:
    """luma's interface, keeping the commands by which luma sets the controller up."""

    def __init__(self, bus: Any) -> None:
        self._bus = bus
        self.setup: list[tuple[int, ...]] = []
        self.remember = True

    def command(self, *command: int) -> None:
        if self.remember:
            # Sent again later, it must not make the panel flicker.
            kept = command[1:] if command[0] == _DISPLAY_OFF else command
            self.setup.append(kept)
        self._bus.command(*command)

    def data(self, data: bytes) -> None:
        self.remember = False
        self._bus.data(data)

    def cleanup(self) -> None:
        self._bus.cleanup()


@contextmanager
def _reachable() -> Iterator[None]:
    """luma says DeviceNotFoundError for a command and plain OSError for data."""
    try:
        yield
    except _ERRORS as error:
        raise ScreenError(f"screen: does not answer ({error}); check its four wires") from error


def pages(picture: Image.Image, *, upside_down: bool = False) -> list[bytes]:
    """The picture as the controllers hold it: eight pages of columns, low bit on top.

    A quarter turn makes each column a row, which Pillow packs in C.
    """
    if upside_down:
        picture = picture.transpose(Image.Transpose.ROTATE_180)
    packed = picture.transpose(Image.Transpose.ROTATE_270).tobytes()
    return [packed[_PAGES - 1 - page :: _PAGES] for page in range(_PAGES)]


def _shifted(picture: Image.Image, dx: int, dy: int) -> Image.Image:
    if (dx, dy) == (0, 0):
        return picture
    moved = Image.new("1", picture.size)
    moved.paste(picture, (dx, dy))
    return moved


def _changes(old: bytes, new: bytes, span: re.Pattern[bytes]) -> list[tuple[int, int]]:
    """Where the columns differ, found by C code: first and one past the last of each span."""
    changed = (int.from_bytes(old) ^ int.from_bytes(new)).to_bytes(WIDTH)
    return [found.span() for found in span.finditer(changed)]


def _ssd1306_span(device: Any, page: int, column: int, data: bytes) -> None:
    last = column + len(data) - 1
    device.command(_COLUMN_ADDRESS, column, last, _PAGE_ADDRESS, page, page)
    device.data(data)


def _sh1106_span(device: Any, page: int, column: int, data: bytes) -> None:
    column += _SH1106_FIRST_COLUMN
    low, high = column & 0x0F, column >> 4
    device.command(_SH1106_PAGE | page, _SH1106_LOW | low, _SH1106_HIGH | high)
    device.data(data)


def _spans(bridged: int) -> re.Pattern[bytes]:
    """Runs of changed columns; a gap of up to `bridged` costs less than a new address."""
    return re.compile(rb"[^\0]+(?:\0{1,%d}[^\0]+)*" % bridged)


# An address and the start of its data are 10 bytes on the wire, 7 for the SH1106.
_WRITERS: dict[str, tuple[Span, re.Pattern[bytes]]] = {
    "ssd1306": (_ssd1306_span, _spans(9)),
    "ssd1309": (_ssd1306_span, _spans(9)),
    "sh1106": (_sh1106_span, _spans(6)),
}
