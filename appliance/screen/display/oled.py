"""The OLED controllers, through luma: sends the columns that changed and nothing else.

luma's own `display` sends the whole picture each time, 25 ms on a fast bus. Its public
`command` and `data` are enough to address a span of columns on a page of eight rows. A
command of one byte inverts the panel: a picture that is almost the negative of the last one is
sent as this command and the few differences.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import luma.core.error
import luma.oled.device
from luma.core.interface.serial import i2c
from PIL import Image

from appliance.errors import ScreenError
from appliance.screen.drawing.canvas import HEIGHT, WIDTH

_PAGES = HEIGHT // 8
_DISPLAY_OFF, _DISPLAY_ON, _NO_OPERATION = 0xAE, 0xAF, 0xE3
_COMPLETE = (_NO_OPERATION, _NO_OPERATION)
"""Completes a command whose transfer broke off and that may still wait for two bytes."""
_NORMAL, _INVERTED = 0xA6, 0xA7
_CONTRAST, _BRIGHT, _SOFT, _DIM = 0x81, 0xCF, 0x40, 0x01
_START_LINE = 0x40
_COLUMN_ADDRESS, _PAGE_ADDRESS = 0x21, 0x22
_SH1106_PAGE, _SH1106_LOW, _SH1106_HIGH = 0xB0, 0x00, 0x10
_SHIFTS = ((0, 0), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0))
"""Right and up, pixels; against burn-in. A picture leaves its outermost pixels free for this."""
_OPPOSITE = bytes(255 - byte for byte in range(256))
_MUCH = 256
"""From this many bytes on, sending the negative may take fewer."""
_ERRORS = (luma.core.error.Error, OSError)

Shown = Sequence[bytes | None]
"""What each page shows; None where that is not known."""


class Patch(NamedTuple):
    """A rectangle of changed columns; `last_page` is inside, `end` is not."""

    first_page: int
    last_page: int
    start: int
    end: int

    def with_below(self, other: "Patch") -> "Patch":
        """The rectangle around this one and one that follows on the next page."""
        start, end = min(self.start, other.start), max(self.end, other.end)
        return Patch(self.first_page, other.last_page, start, end)

    @property
    def size(self) -> int:
        return (self.last_page - self.first_page + 1) * (self.end - self.start)


def open_oled(
    driver: str, port: int, address: int, *, upside_down: bool, first_column: int | None = None
) -> "OledGlass":
    """The panel at that address; ScreenError where none answers."""
    try:
        bus = i2c(port=port, address=address)
    except _ERRORS as error:
        raise ScreenError(
            f"screen: I2C bus {port} cannot be opened ({error}); is I2C switched on?"
        ) from error
    try:
        return OledGlass(driver, bus, upside_down=upside_down, first_column=first_column)
    except ScreenError as error:
        bus.cleanup()
        raise ScreenError(f"{error}; asked at {address:#04x} on I2C bus {port}") from error


class OledGlass:
    """One panel behind luma, with a memory of what it shows."""

    def __init__(
        self, driver: str, bus: Any, *, upside_down: bool = False, first_column: int | None = None
    ) -> None:
        self._upside_down = upside_down
        self._chip = Sh1106() if driver == "sh1106" else Ssd1306()
        # luma clears the usual columns only.
        is_clear = first_column in (None, self._chip.first_column)
        if first_column is not None:
            self._chip.first_column = first_column
        self._picture = Image.new("1", (WIDTH, HEIGHT))
        self._shift = 0
        self._dimmed = self._blinks = self._is_negative = False
        with _reachable():
            # Asked before luma sets a device up: each of those stays in memory until exit,
            # and an absent panel is asked for again every few seconds.
            bus.command(*_COMPLETE)
            self._bus = _Remembering(bus)
            self._device = getattr(luma.oled.device, driver)(self._bus)
            self._bus.remember = False
        # luma would hide the panel at exit; the last words must stay.
        self._device.persist = True
        self._shown: Shown = [bytes(WIDTH) if is_clear else None] * _PAGES
        self._sent_look: tuple[int, ...] = ()

    def show(self, picture: Image.Image) -> None:
        self._picture = picture
        shifted = _shifted(picture, _SHIFTS[self._shift][0])
        wanted = pages(shifted, upside_down=self._upside_down)
        if self._is_negative:
            wanted = _negative(wanted)
        patches = self._chip.patches(self._shown, wanted)
        if sum(patch.size for patch in patches) > _MUCH:
            opposite = _negative(wanted)
            others = self._chip.patches(self._shown, opposite)
            if self._cost(others) < self._cost(patches):
                wanted, patches = opposite, others
                self._is_negative = not self._is_negative
        self._send_look()
        with _reachable():
            for patch in patches:
                self._chip.write(self._device, wanted, patch)
        self._shown = wanted

    def refresh(self) -> None:
        """A panel that lost its supply for a moment has forgotten that it is on."""
        self._shift = (self._shift + 1) % len(_SHIFTS)
        self._shown = [None] * _PAGES
        with _reachable():
            self._device.command(*_COMPLETE)
            for command in self._bus.setup:
                self._device.command(*command)
            self._sent_look = self._look
            self._device.command(*self._sent_look, _DISPLAY_ON)
        self.show(self._picture)

    def dim(self, *, dimmed: bool) -> None:
        self._dimmed = dimmed
        self._send_look()

    def invert(self, *, inverted: bool) -> None:
        self._blinks = inverted
        self._send_look()

    def close(self) -> None:
        with _reachable():
            self._device.cleanup()

    @property
    def _look(self) -> tuple[int, ...]:
        """Everything that the controller does to a picture by itself."""
        bright = _SOFT if _is_mostly_lit(self._picture) else _BRIGHT
        contrast = _DIM if self._dimmed else bright
        polarity = _INVERTED if self._is_negative != self._blinks else _NORMAL
        return _CONTRAST, contrast, polarity, _START_LINE | self._start_line

    @property
    def _start_line(self) -> int:
        """The start line shifts the picture up a row without a transfer, if no seam is seen."""
        up = _SHIFTS[self._shift][1] if _has_no_seam(self._picture) else 0
        return -up % HEIGHT if self._upside_down else up

    def _send_look(self) -> None:
        if self._look != self._sent_look:
            with _reachable():
                self._device.command(*self._look)
            self._sent_look = self._look

    def _cost(self, patches: list[Patch]) -> int:
        return sum(patch.size + self._chip.address_bytes for patch in patches)


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
    """Raise ScreenError for luma's DeviceNotFoundError (commands) and OSError (data)."""
    try:
        yield
    except _ERRORS as error:
        raise ScreenError(f"screen: does not answer ({error}); check its wires") from error


def pages(picture: Image.Image, *, upside_down: bool = False) -> list[bytes]:
    """The picture as the controllers hold it: eight pages of columns, low bit on top.

    A quarter turn makes each column a row, which Pillow packs in C.
    """
    if upside_down:
        picture = picture.transpose(Image.Transpose.ROTATE_180)
    packed = picture.transpose(Image.Transpose.ROTATE_270).tobytes()
    return [packed[_PAGES - 1 - page :: _PAGES] for page in range(_PAGES)]


def _negative(shown: Sequence[bytes]) -> list[bytes]:
    return [page.translate(_OPPOSITE) for page in shown]


def _shifted(picture: Image.Image, dx: int) -> Image.Image:
    """The picture moved `dx` pixels right; the column that becomes free keeps its pixels."""
    if dx == 0:
        return picture
    moved = picture.copy()
    moved.paste(picture, (dx, 0))
    return moved


def _is_mostly_lit(picture: Image.Image) -> bool:
    """Whether more than half of the pixels are lit, which would light up a dark room."""
    return int.from_bytes(picture.tobytes()).bit_count() > WIDTH * HEIGHT // 2


def _has_no_seam(picture: Image.Image) -> bool:
    """Whether the top row may follow the bottom row: it is dark, or the same."""
    rows = picture.tobytes()
    top, bottom = rows[: WIDTH // 8], rows[-WIDTH // 8 :]
    return not any(top) or top == bottom


class Ssd1306:
    """SSD1306 and SSD1309: a window of pages and columns, filled row of pages by row."""

    first_column = 0
    """Column of the memory at the panel's left edge."""
    address_bytes = 10
    """On the wire, for a window and the start of its data."""

    def patches(self, shown: Shown, wanted: Sequence[bytes]) -> list[Patch]:
        """What to send: runs of columns, joined with those below where that is shorter."""
        done: list[Patch] = []
        growing: list[Patch] = []
        for page in range(_PAGES):
            found = _changes(shown, wanted, page, self.address_bytes)
            grown = self._grow(growing, found)
            done += growing
            growing = grown
        return done + growing

    def write(self, device: Any, wanted: Sequence[bytes], patch: Patch) -> None:
        first = self.first_column
        columns = (_COLUMN_ADDRESS, first + patch.start, first + patch.end - 1)
        device.command(*columns, _PAGE_ADDRESS, patch.first_page, patch.last_page)
        rows = wanted[patch.first_page : patch.last_page + 1]
        device.data(b"".join(row[patch.start : patch.end] for row in rows))

    def _grow(self, above: list[Patch], found: list[Patch]) -> list[Patch]:
        """The runs of a page, each joined with a patch that ends above it (taken out there)."""
        grown = []
        for run in found:
            for patch in above:
                joined = patch.with_below(run)
                if joined.size <= patch.size + run.size + self.address_bytes:
                    above.remove(patch)
                    run = joined
                    break
            grown.append(run)
        return grown


class Sh1106:
    """SH1106: one page at a time, its 128 columns mostly in the middle of 132."""

    first_column = 2
    address_bytes = 7

    def patches(self, shown: Shown, wanted: Sequence[bytes]) -> list[Patch]:
        found = (_changes(shown, wanted, page, self.address_bytes) for page in range(_PAGES))
        return [patch for run in found for patch in run]

    def write(self, device: Any, wanted: Sequence[bytes], patch: Patch) -> None:
        column = patch.start + self.first_column
        low, high = column & 0x0F, column >> 4
        page = patch.first_page
        device.command(_SH1106_PAGE | page, _SH1106_LOW | low, _SH1106_HIGH | high)
        device.data(wanted[page][patch.start : patch.end])


def _changes(shown: Shown, wanted: Sequence[bytes], page: int, address_bytes: int) -> list[Patch]:
    """Runs of changed columns on a page; a gap shorter than an address is sent along."""
    before, after = shown[page], wanted[page]
    if before is None:
        return [Patch(page, page, 0, WIDTH)]
    if before == after:
        return []
    changed = (int.from_bytes(before) ^ int.from_bytes(after)).to_bytes(WIDTH)
    return [Patch(page, page, *run.span()) for run in _runs(address_bytes).finditer(changed)]


@cache
def _runs(bridged: int) -> re.Pattern[bytes]:
    return re.compile(rb"[^\0]+(?:\0{1,%d}[^\0]+)*" % (bridged - 1))
