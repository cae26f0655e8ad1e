"""Packets of ScienceMode 3 and 4 to frames and back.

A frame is `F0`, the length of the whole frame, a checksum, the packet, `0F`, stuffed as
`hasomed.byte_stuffing` says. The checksum is CRC-16/XMODEM. The packet is a number
and a command in two bytes, and data.
"""

from binascii import crc_hqx
from typing import NamedTuple

from appliance.stimulator.hasomed.byte_stuffing import (
    END,
    ESCAPED,
    KEY,
    START,
    StuffedDecoder,
    escape,
)

MAX_FRAME_BYTES = 1200
MAX_NUMBER = 63
MAX_COMMAND = 1023
_HEADER_BYTES = 9
"""The start, and length and checksum of two bytes each, high byte first."""


class Packet(NamedTuple):
    """What a frame carries."""

    number: int
    """0 to 63; an answer repeats it."""
    command: int
    data: bytes = b""


def encode(number: int, command: int, data: bytes = b"") -> bytes:
    """One frame, ready for the wire. Raises ValueError where no frame can hold the packet."""
    if not 0 <= number <= MAX_NUMBER or not 0 <= command <= MAX_COMMAND:
        raise ValueError(f"number {number}, command {command}: up to {MAX_NUMBER}, {MAX_COMMAND}")
    packet = escape((number << 10 | command).to_bytes(2, "big") + data)
    length = _HEADER_BYTES + len(packet) + 1
    if length > MAX_FRAME_BYTES:
        raise ValueError(f"command {command}: {length} bytes, a frame has {MAX_FRAME_BYTES}")
    crc = crc_hqx(packet, 0)
    return b"%b%b%b%b%b%b%b" % (
        START,
        ESCAPED[length >> 8],
        ESCAPED[length & 0xFF],
        ESCAPED[crc >> 8],
        ESCAPED[crc & 0xFF],
        packet,
        END,
    )


class Decoder(StuffedDecoder[Packet]):
    """Bytes in, packets out. Takes whatever comes, in any pieces, and never raises."""

    __slots__ = ()
    header_bytes = _HEADER_BYTES
    max_frame_bytes = MAX_FRAME_BYTES

    def _length(self, data: bytes, at: int) -> int:
        return (data[at + 2] ^ KEY) << 8 | data[at + 4] ^ KEY

    def _is_right(self, data: bytes, at: int, packet: bytes) -> bool:
        return crc_hqx(packet, 0) == (data[at + 6] ^ KEY) << 8 | data[at + 8] ^ KEY

    def _open(self, plain: bytes) -> Packet:
        head = plain[0] << 8 | plain[1]
        return Packet(head >> 10, head & MAX_COMMAND, plain[2:])
