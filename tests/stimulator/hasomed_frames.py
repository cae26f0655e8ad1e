"""Frames of HASOMED's protocols as the safe sets take them apart, written without the driver.

A frame begins with F0 and ends with 0F; between them F0, 0F and 81 are escaped.
"""

from collections.abc import Iterator
from typing import NamedTuple

START, END, ESCAPE, KEY = 0xF0, 0x0F, 0x81, 0x55


class Frame(NamedTuple):
    """A whole frame, taken apart."""

    number: int
    command: int
    data: bytes


def take_frames(stream: bytearray) -> Iterator[bytes]:
    """Everything up to an end or to the next start, whether it is a frame or not."""
    begin = at = 0
    is_escaped = False
    while at < len(stream):
        byte = stream[at]
        at += 1
        if byte == START and not is_escaped and at - 1 > begin:
            yield bytes(stream[begin : at - 1])
            begin = at - 1
        elif byte == END and not is_escaped:
            yield bytes(stream[begin:at])
            begin = at
        # A start that follows an escape may belong to a new frame after one that was cut.
        is_escaped = byte == ESCAPE and not is_escaped
    del stream[:begin]


def unescape(body: bytes) -> bytes:
    """A packet as it was before it was escaped."""
    plain = bytearray()
    rest = iter(body)
    for byte in rest:
        plain.append(next(rest, 0) ^ KEY if byte == ESCAPE else byte)
    return bytes(plain)


def escape(plain: bytes) -> bytes:
    """A packet as it is on the wire."""
    body = b""
    for byte in plain:
        body += escape_always(bytes([byte])) if byte in (START, END, ESCAPE) else bytes([byte])
    return body


def escape_always(header: bytes) -> bytes:
    """The bytes of a header, each of which is escaped whatever it is."""
    return b"".join(bytes([ESCAPE, byte ^ KEY]) for byte in header)
