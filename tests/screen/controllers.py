"""The OLED controllers, byte by byte, as their data sheets have them.

Written from the SSD1306 and SH1106 data sheets; shares nothing with the code that it judges.
A byte that the data sheet does not know as a command is an error.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from PIL import Image, ImageChops

ADDRESS = 0x3C
NO_ACKNOWLEDGE = 121


class Controller:
    """What both chips have in common: memory of eight pages, commands one byte after another.

    A command that lacks its arguments waits for them, into the next transfer if need be.
    """

    columns = 128
    first_column = 0
    takes: ClassVar[dict[int, int]]
    """Each command's first byte, and how many arguments follow it."""

    def __init__(self, noise: bytes = b"\xaa") -> None:
        """Power on. Memory holds whatever it holds."""
        cells = (noise * (8 * self.columns // len(noise) + 1))[: 8 * self.columns]
        self.memory = [bytearray(cells[page * self.columns :][: self.columns]) for page in range(8)]
        self.page = self.column = 0
        self.start_line = self.offset = 0
        self.on = self.inverted = self.all_on = False
        self.mirrored = self.upside_down = True
        self.contrast = 0x7F
        self._waiting: list[int] = []

    def receive(self, message: bytes) -> None:
        """One transfer, without the address: control bytes, and what each leads in."""
        rest = list(message)
        while rest:
            control = rest.pop(0)
            assert control & 0x3F == 0, f"{control:#04x} is no control byte"
            more_follow, is_data = bool(control & 0x80), bool(control & 0x40)
            count = 1 if more_follow else len(rest)
            led_in, rest = rest[:count], rest[count:]
            for byte in led_in:
                if is_data:
                    self.write(byte)
                else:
                    self._command_byte(byte)

    def _command_byte(self, byte: int) -> None:
        self._waiting.append(byte)
        code = self._waiting[0]
        assert code in self.takes, f"{code:#04x} is no command"
        if len(self._waiting) > self.takes[code]:
            given, self._waiting = self._waiting[1:], []
            self.obey(code, given)

    def obey(self, code: int, given: list[int]) -> None:
        if 0x40 <= code < 0x80:
            self.start_line = code & 0x3F
        elif code in (0xA0, 0xA1):
            self.mirrored = code == 0xA0
        elif code in (0xA4, 0xA5):
            self.all_on = code == 0xA5
        elif code in (0xA6, 0xA7):
            self.inverted = code == 0xA7
        elif code in (0xAE, 0xAF):
            self.on = code == 0xAF
        elif 0xC0 <= code < 0xD0:
            self.upside_down = code < 0xC8
        elif code == 0x81:
            self.contrast = given[0]
        elif code == 0xD3:
            self.offset = given[0]

    def write(self, byte: int) -> None:
        raise NotImplementedError

    def seen(self) -> Image.Image:
        """What a person sees on a panel that is mounted the usual way up."""
        if not self.on:
            return Image.new("1", (128, 64))
        picture = Image.new("1", (128, 64))
        for number, page in enumerate(self.memory):
            cells = bytes(page[self.first_column : self.first_column + 128])
            # A byte is a column of eight pixels, its lowest bit on top.
            columns = Image.frombytes("1", (8, 128), cells).transpose(Image.Transpose.ROTATE_90)
            picture.paste(columns, (0, 8 * number))
        picture = ImageChops.offset(picture, 0, -(self.start_line + self.offset) % 64)
        if self.mirrored:
            picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        if self.upside_down:
            picture = picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        return ImageChops.invert(picture) if self.inverted else picture


def _commands(*ranges: tuple[int, int], **arguments: Sequence[int]) -> dict[int, int]:
    plain = {code: 0 for first, last in ranges for code in range(first, last + 1)}
    named = {"one": 1, "two": 2, "five": 5, "six": 6}
    return plain | {code: named[name] for name, codes in arguments.items() for code in codes}


class Ssd1306(Controller):
    """Three ways of addressing; horizontally the pointer wraps in a window of both."""

    takes = _commands(
        (0x00, 0x1F),
        (0x2E, 0x2F),
        (0x40, 0x7F),
        (0xA0, 0xA1),
        (0xA4, 0xA7),
        (0xAE, 0xAF),
        (0xB0, 0xB7),
        (0xC0, 0xC0),
        (0xC8, 0xC8),
        (0xE3, 0xE3),
        one=(0x20, 0x81, 0x8D, 0xA8, 0xD3, 0xD5, 0xD9, 0xDA, 0xDB),
        two=(0x21, 0x22, 0xA3),
        five=(0x29, 0x2A),
        six=(0x26, 0x27),
    )

    def __init__(self, noise: bytes = b"\xaa") -> None:
        super().__init__(noise)
        self.mode = 2
        self.window = [0, 127, 0, 7]

    def obey(self, code: int, given: list[int]) -> None:
        super().obey(code, given)
        if code < 0x10 and self.mode == 2:
            self.column = self.column & 0x70 | code
        elif code < 0x20 and self.mode == 2:
            self.column = (code & 0x07) << 4 | self.column & 0x0F
        elif 0xB0 <= code < 0xB8 and self.mode == 2:
            self.page = code & 7
        elif code == 0x20:
            self.mode = given[0] & 3
        elif code == 0x21:
            self.window[:2] = [argument % self.columns for argument in given]
            self.column = self.window[0]
        elif code == 0x22:
            self.window[2:] = [argument & 7 for argument in given]
            self.page = self.window[2]

    def write(self, byte: int) -> None:
        self.memory[self.page][self.column] = byte
        first, last, top, bottom = self.window
        if self.mode == 2:
            self.column = (self.column + 1) % self.columns
        elif self.mode == 0:
            row_is_full = self.column == last
            self.column = first if row_is_full else (self.column + 1) % self.columns
            if row_is_full:
                self.page = top if self.page == bottom else (self.page + 1) % 8
        else:
            column_is_full = self.page == bottom
            self.page = top if column_is_full else (self.page + 1) % 8
            if column_is_full:
                self.column = first if self.column == last else (self.column + 1) % self.columns


class Sh1106(Controller):
    """132 columns of which 128 are visible; page addressing only, the column does not wrap."""

    columns = 132
    first_column = 2
    takes = _commands(
        (0x00, 0x1F),
        (0x30, 0x33),
        (0x40, 0x7F),
        (0xA0, 0xA1),
        (0xA4, 0xA7),
        (0xAE, 0xAF),
        (0xB0, 0xB7),
        (0xC0, 0xCF),
        (0xE0, 0xE0),
        (0xE3, 0xE3),
        (0xEE, 0xEE),
        # Not in the data sheet; luma sends them, and the chip takes no notice.
        (0x20, 0x20),
        (0x8D, 0x8D),
        one=(0x81, 0xA8, 0xAD, 0xD3, 0xD5, 0xD9, 0xDA, 0xDB),
    )

    def obey(self, code: int, given: list[int]) -> None:
        super().obey(code, given)
        if code < 0x10:
            self.column = self.column & 0xF0 | code
        elif code < 0x20:
            self.column = (code & 0x0F) << 4 | self.column & 0x0F
        elif 0xB0 <= code < 0xB8:
            self.page = code & 7

    def write(self, byte: int) -> None:
        self.memory[self.page][self.column] = byte
        self.column = min(self.columns - 1, self.column + 1)


CHIPS = {"ssd1306": Ssd1306, "ssd1309": Ssd1306, "sh1106": Sh1106}


class Bus:
    """smbus with one panel on it, which can be unplugged, and a wire that can be disturbed."""

    def __init__(self, driver: str) -> None:
        self.driver = driver
        self.panel: Controller = CHIPS[driver]()
        self.sent = 0
        """Bytes on the wire so far, addresses included."""
        self.plugged = True
        self.fails_after: int | None = None
        """No byte past this one (of `sent`) is acknowledged any more."""
        self.loses: set[int] = set()
        """Bytes of pictures (of `sent`) that are acknowledged and yet lost."""

    def power_cycle(self, noise: bytes) -> None:
        """The panel lost its supply for a moment; its memory has come up as noise."""
        self.panel = CHIPS[self.driver](noise)

    def write_i2c_block_data(self, address: int, control: int, data: list[int]) -> None:
        self._transfer(address, bytes([control, *data]))

    def i2c_rdwr(self, *messages: Any) -> None:
        for message in messages:
            self._transfer(message.addr, bytes(message))

    def close(self) -> None:
        pass

    def _transfer(self, address: int, message: bytes) -> None:
        if not self.plugged or address != ADDRESS:
            raise OSError(NO_ACKNOWLEDGE, "Remote I/O error")
        first = self.sent + 1
        room = len(message)
        if self.fails_after is not None:
            room = min(room, max(0, self.fails_after - first))
        self.sent += 1 + room
        heard = message[:room]
        if heard and heard[0] & 0x40:
            picture = enumerate(heard[1:], first + 1)
            heard = heard[:1] + bytes(byte for at, byte in picture if at not in self.loses)
        self.panel.receive(heard)
        if room < len(message):
            raise OSError(NO_ACKNOWLEDGE, "Remote I/O error")
