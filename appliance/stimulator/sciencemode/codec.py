"""Packets of ScienceMode 3 and 4 to frames and back.

A frame is `F0`, the length of the whole frame, a checksum, the packet, `0F`. In a packet
`F0`, `0F` and `81` are written as `81` and the byte XOR `55`. Length and checksum are
always written like that, so that any byte at all may follow an `81` there, a raw `F0` or
`0F` too. The checksum is CRC-16/XMODEM over the packet as it is on the wire.
"""

import re
from binascii import crc_hqx
from typing import NamedTuple

MAX_FRAME_BYTES = 1200
MAX_NUMBER = 63
MAX_COMMAND = 1023

_START, _END, _ESCAPE = b"\xf0", b"\x0f", b"\x81"
_KEY = 0x55
_ESCAPED = [_ESCAPE + bytes([byte ^ _KEY]) for byte in range(256)]
_ESCAPED_START, _ESCAPED_END, _ESCAPED_ESCAPE = (_ESCAPED[byte] for byte in b"\xf0\x0f\x81")

_HEADER_ESCAPES = _ESCAPE * 4
_HEADER_BYTES = 9
"""The start, and four bytes that are always escaped: length and checksum, high byte first."""
_MIN_FRAME_BYTES = _HEADER_BYTES + 3
_PACKET = re.compile(rb"(?:[^\xf0\x0f\x81]++|\x81[\xa5\x5a\xd4])*+")

_NONE = 0
_UNFINISHED = -1


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
    packet = _escape((number << 10 | command).to_bytes(2, "big") + data)
    length = _HEADER_BYTES + len(packet) + 1
    if length > MAX_FRAME_BYTES:
        raise ValueError(f"command {command}: {length} bytes, a frame has {MAX_FRAME_BYTES}")
    crc = crc_hqx(packet, 0)
    return b"%b%b%b%b%b%b%b" % (
        _START,
        _ESCAPED[length >> 8],
        _ESCAPED[length & 0xFF],
        _ESCAPED[crc >> 8],
        _ESCAPED[crc & 0xFF],
        packet,
        _END,
    )


class Decoder:
    """Bytes in, packets out. Takes whatever comes, in any pieces, and never raises."""

    __slots__ = ("_rest", "damaged", "thrown_away")

    def __init__(self) -> None:
        self._rest = b""
        self.damaged = 0
        """Frames that began well and whose length, packet, checksum or end was wrong, so far."""
        self.thrown_away = 0
        """Bytes that belonged to no whole frame, so far."""

    @property
    def waiting(self) -> int:
        """Bytes of a frame that has begun and may yet be whole: fewer than the longest has."""
        return len(self._rest)

    def feed(self, data: bytes) -> list[Packet]:
        """The packets that these bytes complete."""
        data = self._rest + data
        packets = []
        used = 0
        at = data.find(_START)
        while at >= 0:
            length = self._frame_at(data, at)
            if length == _UNFINISHED:
                break
            if length == _NONE:
                # A frame may begin inside of what looked like one: look at the very next byte.
                at = data.find(_START, at + 1)
                continue
            packets.append(_open(data[at + _HEADER_BYTES : at + length - 1]))
            self.thrown_away += at - used
            used = at + length
            at = data.find(_START, used)
        rest = len(data) if at < 0 else at
        self.thrown_away += rest - used
        self._rest = data[rest:]
        return packets

    def _frame_at(self, data: bytes, at: int) -> int:
        """Length of the whole frame that begins here, or `_NONE`, or `_UNFINISHED`."""
        if not _HEADER_ESCAPES.startswith(data[at + 1 : at + _HEADER_BYTES : 2]):
            return _NONE
        body = at + _HEADER_BYTES
        if len(data) < body:
            return _UNFINISHED
        length = (data[at + 2] ^ _KEY) << 8 | data[at + 4] ^ _KEY
        end = at + length
        if _MIN_FRAME_BYTES <= length <= MAX_FRAME_BYTES:
            # Stops at the first byte that no packet holds: that must be the frame's end.
            match = _PACKET.match(data, body, end)
            stop = match.end() if match else body
            if len(data) < end and data[stop:] in (b"", _ESCAPE):
                return _UNFINISHED
            if stop == end - 1 and data[stop] == _END[0] and _is_packet(data[body:stop]):
                crc = (data[at + 6] ^ _KEY) << 8 | data[at + 8] ^ _KEY
                if crc_hqx(data[body:stop], 0) == crc:
                    return length
        self.damaged += 1
        return _NONE


def _is_packet(escaped: bytes) -> bool:
    """Number and command are two bytes; with the first one escaped, at least three."""
    return len(escaped) > 2 or escaped[0] != _ESCAPE[0]


def _open(escaped: bytes) -> Packet:
    plain = _unescape(escaped)
    head = plain[0] << 8 | plain[1]
    return Packet(head >> 10, head & MAX_COMMAND, plain[2:])


def _escape(plain: bytes) -> bytes:
    return (
        plain.replace(_ESCAPE, _ESCAPED_ESCAPE)
        .replace(_START, _ESCAPED_START)
        .replace(_END, _ESCAPED_END)
    )


def _unescape(escaped: bytes) -> bytes:
    return (
        escaped.replace(_ESCAPED_END, _END)
        .replace(_ESCAPED_START, _START)
        .replace(_ESCAPED_ESCAPE, _ESCAPE)
    )
