"""Packets of ScienceMode 2 to frames and back.

A frame is `F0`, a checksum, the length of the packet, the packet, `0F`, stuffed as
`hasomed.byte_stuffing` says. The checksum is CRC-8 with the polynomial 07, begun
with 0. The packet is a number, a command, and data.
"""

from functools import reduce
from typing import NamedTuple

from appliance.stimulator.hasomed.byte_stuffing import (
    END,
    ESCAPE,
    ESCAPED,
    KEY,
    START,
    StuffedDecoder,
    escape,
)

MAX_NUMBER = MAX_COMMAND = 255
MAX_DATA_BYTES = 60
_HEADER_BYTES = 5
"""The start, the checksum, the length."""
MAX_FRAME_BYTES = _HEADER_BYTES + 2 * (2 + MAX_DATA_BYTES) + 1

_POLYNOMIAL = 0x07


def _crc_of_byte(crc: int) -> int:
    for _ in range(8):
        crc = (crc << 1 ^ _POLYNOMIAL if crc & 0x80 else crc << 1) & 0xFF
    return crc


_TABLE = [_crc_of_byte(byte) for byte in range(256)]


class Packet(NamedTuple):
    """What a frame carries."""

    number: int
    """0 to 255; an answer repeats it."""
    command: int
    data: bytes = b""


def encode(number: int, command: int, data: bytes = b"") -> bytes:
    """One frame, ready for the wire. Raises ValueError where no frame can hold the packet."""
    if not 0 <= number <= MAX_NUMBER or not 0 <= command <= MAX_COMMAND:
        raise ValueError(f"number {number}, command {command}: up to {MAX_NUMBER}, {MAX_COMMAND}")
    if len(data) > MAX_DATA_BYTES:
        raise ValueError(f"command {command}: {len(data)} bytes, a packet has {MAX_DATA_BYTES}")
    packet = escape(bytes([number, command]) + data)
    return b"%b%b%b%b%b" % (START, ESCAPED[_crc(packet)], ESCAPED[len(packet)], packet, END)


class Decoder(StuffedDecoder[Packet]):
    """Bytes in, packets out. Takes whatever comes, in any pieces, and never raises."""

    __slots__ = ()
    header_bytes = _HEADER_BYTES
    max_frame_bytes = MAX_FRAME_BYTES

    def _length(self, data: bytes, at: int) -> int:
        return _HEADER_BYTES + (data[at + 4] ^ KEY) + 1

    def _is_right(self, data: bytes, at: int, packet: bytes) -> bool:
        # Data that no packet may hold can still fit into a frame, unless all of it is escaped.
        is_short = len(packet) - packet.count(ESCAPE) <= 2 + MAX_DATA_BYTES
        return is_short and _crc(packet) == data[at + 2] ^ KEY

    def _open(self, plain: bytes) -> Packet:
        return Packet(plain[0], plain[1], plain[2:])


def _crc(data: bytes) -> int:
    return reduce(lambda crc, byte: _TABLE[crc ^ byte], data, 0)
