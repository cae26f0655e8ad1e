"""Framing and byte stuffing of HASOMED's protocols, the same in all their versions.

A frame begins with `F0` and ends with `0F`. Between them `F0`, `0F` and `81` are written as
`81` and the byte XOR `55`. The bytes of the header, which say how long the packet is and
what its checksum is, are always written like that: any byte at all may follow an `81`
there, a raw `F0` or `0F` too. Both count the packet as it is on the wire.
"""

import re
from abc import ABC, abstractmethod
from typing import ClassVar, Generic, TypeVar

START, END, ESCAPE = b"\xf0", b"\x0f", b"\x81"
KEY = 0x55
ESCAPED = [ESCAPE + bytes([byte ^ KEY]) for byte in range(256)]
"""Each byte as it is written where it has to be, or is always, escaped."""
_ESCAPED_START, _ESCAPED_END, _ESCAPED_ESCAPE = (ESCAPED[byte] for byte in b"\xf0\x0f\x81")

_PACKET = re.compile(rb"(?:[^\xf0\x0f\x81]++|\x81[\xa5\x5a\xd4])*+")
_NONE = 0
_UNFINISHED = -1

PacketT = TypeVar("PacketT")


def escape(plain: bytes) -> bytes:
    """A packet as it is on the wire."""
    return (
        plain.replace(ESCAPE, _ESCAPED_ESCAPE)
        .replace(START, _ESCAPED_START)
        .replace(END, _ESCAPED_END)
    )


def unescape(escaped: bytes) -> bytes:
    """A packet as it was before `escape`."""
    return (
        escaped.replace(_ESCAPED_END, END)
        .replace(_ESCAPED_START, START)
        .replace(_ESCAPED_ESCAPE, ESCAPE)
    )


class StuffedDecoder(ABC, Generic[PacketT]):
    """Bytes in, packets out. Takes whatever comes, in any pieces, and never raises."""

    __slots__ = ("_rest", "damaged", "thrown_away")

    header_bytes: ClassVar[int]
    """The start, and what is always escaped."""
    max_frame_bytes: ClassVar[int]

    def __init__(self) -> None:
        self._rest = b""
        self.damaged = 0
        """Frames that began well and whose length, packet, checksum or end was wrong, so far."""
        self.thrown_away = 0
        """Bytes that belonged to no whole frame, so far."""

    @abstractmethod
    def _length(self, data: bytes, at: int) -> int:
        """Bytes of the whole frame whose header is here."""

    @abstractmethod
    def _is_right(self, data: bytes, at: int, packet: bytes) -> bool:
        """Whether this packet, as it is on the wire, has the checksum of the header here."""

    @abstractmethod
    def _open(self, plain: bytes) -> PacketT:
        """The packet of at least two bytes."""

    @property
    def waiting(self) -> int:
        """Bytes of a frame that has begun and may yet be whole: fewer than the longest has."""
        return len(self._rest)

    def feed(self, data: bytes) -> list[PacketT]:
        """The packets that these bytes complete."""
        data = self._rest + data
        packets = []
        used = 0
        at = data.find(START)
        while at >= 0:
            length = self._frame_at(data, at)
            if length == _UNFINISHED:
                break
            if length == _NONE:
                # A frame may begin inside of what looked like one: look at the very next byte.
                at = data.find(START, at + 1)
                continue
            packets.append(self._open(unescape(data[at + self.header_bytes : at + length - 1])))
            self.thrown_away += at - used
            used = at + length
            at = data.find(START, used)
        rest = len(data) if at < 0 else at
        self.thrown_away += rest - used
        self._rest = data[rest:]
        return packets

    def _frame_at(self, data: bytes, at: int) -> int:
        """Length of the whole frame that begins here, or `_NONE`, or `_UNFINISHED`."""
        body = at + self.header_bytes
        escapes = data[at + 1 : body : 2]
        if escapes.count(ESCAPE) < len(escapes):
            return _NONE
        if len(data) < body:
            return _UNFINISHED
        length = self._length(data, at)
        end = at + length
        if self.header_bytes + 3 <= length <= self.max_frame_bytes:
            # Stops at the first byte that no packet holds: that must be the frame's end.
            match = _PACKET.match(data, body, end)
            stop = match.end() if match else body
            if len(data) < end and data[stop:] in (b"", ESCAPE):
                return _UNFINISHED
            if stop == end - 1 and data[stop] == END[0]:
                packet = data[body:stop]
                if _has_two_bytes(packet) and self._is_right(data, at, packet):
                    return length
        self.damaged += 1
        return _NONE


def _has_two_bytes(escaped: bytes) -> bool:
    """Number and command are two bytes; with the first one escaped, at least three."""
    return len(escaped) > 2 or escaped[0] != ESCAPE[0]
