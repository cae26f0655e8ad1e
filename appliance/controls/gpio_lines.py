"""What the kernel says of a GPIO chip and its lines, without taking any of them.

Layouts and numbers are those of `linux/gpio.h`, version 2 of its interface.
"""

import fcntl
import struct
from pathlib import Path

from appliance.records import Fixed

_GET_CHIP_INFO = 0x8044B401
_GET_LINE_INFO = 0xC100B405
_CHIP = struct.Struct("32s32sI")
_LINE = struct.Struct("32s32sIIQ176x")
_USED = 1

CONSUMER = "ems-appliance"
"""Who holds the lines of the controls, as `gpioinfo` shows it."""
OURS = frozenset({CONSUMER, "lg"})
"""Who holds a line while the service runs; `lg` is lgpio's name for itself."""


class Chip(Fixed, frozen=True):
    label: str
    users: dict[int, str]
    """Who holds a line, by its number; a free line is not in it."""
    lines: int = 28


def read_chip(device: Path, lines: tuple[int, ...]) -> Chip:
    """Ask `device` for its label and for the users of `lines`. Raises OSError."""
    with device.open("rb", buffering=0) as chip:
        data = bytearray(_CHIP.size)
        fcntl.ioctl(chip, _GET_CHIP_INFO, data)
        _, label, count = _CHIP.unpack(data)
        users = {}
        for number in lines:
            line = bytearray(_LINE.pack(b"", b"", number, 0, 0))
            fcntl.ioctl(chip, _GET_LINE_INFO, line)
            _, user, _, _, flags = _LINE.unpack(line)
            if flags & _USED:
                users[number] = _text(user) or "the kernel"
    return Chip(_text(label), users, count)


def _text(data: bytes) -> str:
    return data.partition(b"\0")[0].decode("utf-8", "replace")
