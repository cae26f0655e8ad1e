"""The OLED controllers, through luma: sends the columns that changed and nothing else.

luma's own `display` sends the whole picture each time, 25 ms on a fast bus. Its public
`command` and `data` are enough to address a span of columns on a page of eight rows.
"""

import re
from typing import Any

import luma.core.error
from luma.core.interface.serial import i2c
from luma.oled.device import sh1106, ssd1306, ssd1309
from PIL import Image

from appliance.errors import ScreenError
from appliance.screen.canvas import HEIGHT, WIDTH

_PAGES = HEIGHT // 8
_SPAN = re.compile(rb"[^\0]+(?:\0{1,7}[^\0]+)*")
"""Changed columns of a page; a gap of up to seven costs less than a new address."""
_SH1106_FIRST_COLUMN = 2
_COLUMN_ADDRESS, _PAGE_ADDRESS = 0x21, 0x22
_NO_OPERATION = 0xE3
_SH1106_PAGE, _SH1106_LOW, _SH1106_HIGH = 0xB0, 0x00, 0x10
_DEVICES = {"ssd1306": ssd1306, "ssd1309": ssd1309, "sh1106": sh1106}
_ERRORS = (luma.core.error.Error, OSError)


def open_bus(port: int, address: int) -> Any:
    """luma's I2C interface with a panel behind it; ScreenError where there is none."""
    try:
        bus = i2c(port=port, address=address)
    except _ERRORS as error:
        raise ScreenError(
            f"screen: I2C bus {port} cannot be opened ({error}); is I2C switched on?"
        ) from error
    try:
        # Asked before luma sets a device up: each of those stays in memory until exit,
        # and an absent panel is asked for again every few seconds.
        bus.command(_NO_OPERATION)
    except _ERRORS as error:
        bus.cleanup()
        raise ScreenError(
            f"screen: nothing answers at {address:#04x} on I2C bus {port}; check its four wires"
        ) from error
    return bus


class OledGlass:
    """One panel behind luma, with a memory of what it shows."""

    def __init__(self, driver: str, bus: Any, *, upside_down: bool = False) -> None:
        self._upside_down = upside_down
        self._write = _sh1106_span if driver == "sh1106" else _ssd1306_span
        try:
            self._device = _DEVICES[driver](bus)
        except _ERRORS as error:
            raise ScreenError(
                f"screen: the {driver} does not answer ({error}); check its four wires"
            ) from error
        # luma would hide the panel at exit; the last words must stay.
        self._device.persist = True
        self._shown = [bytes(WIDTH)] * _PAGES

    def show(self, picture: Image.Image) -> None:
        """Send the columns that differ from what the panel shows."""
        try:
            for page, columns in enumerate(pages(picture, upside_down=self._upside_down)):
                if columns != self._shown[page]:
                    self._send(page, columns)
        except _ERRORS as error:
            raise ScreenError(f"screen: does not answer ({error}); check its wires") from error

    def close(self) -> None:
        """Let go of the bus; the picture stays."""
        try:
            self._device.cleanup()
        except _ERRORS as error:
            raise ScreenError(f"screen: {error}") from error

    def _send(self, page: int, columns: bytes) -> None:
        changed = int.from_bytes(columns) ^ int.from_bytes(self._shown[page])
        for span in _SPAN.finditer(changed.to_bytes(WIDTH)):
            self._write(self._device, page, span.start(), columns[span.start() : span.end()])
        self._shown[page] = columns


def pages(picture: Image.Image, *, upside_down: bool = False) -> list[bytes]:
    """The picture as the controllers hold it: eight pages of columns, low bit on top.

    A quarter turn makes each column a row, which Pillow packs in C.
    """
    if upside_down:
        picture = picture.transpose(Image.Transpose.ROTATE_180)
    packed = picture.transpose(Image.Transpose.ROTATE_270).tobytes()
    return [packed[_PAGES - 1 - page :: _PAGES] for page in range(_PAGES)]


def _ssd1306_span(device: Any, page: int, column: int, data: bytes) -> None:
    last = column + len(data) - 1
    device.command(_COLUMN_ADDRESS, column, last, _PAGE_ADDRESS, page, page)
    device.data(data)


def _sh1106_span(device: Any, page: int, column: int, data: bytes) -> None:
    column += _SH1106_FIRST_COLUMN
    low, high = column & 0x0F, column >> 4
    device.command(_SH1106_PAGE | page, _SH1106_LOW | low, _SH1106_HIGH | high)
    device.data(data)
