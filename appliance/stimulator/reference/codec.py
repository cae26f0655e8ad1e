"""Frames of the reference protocol, to and from messages: COBS of message and CRC, and a zero."""

from binascii import crc_hqx

from cobs import cobs

from appliance.stimulator.reference.protocol import (
    CRC_START,
    MAX_FRAME_BYTES,
    MESSAGES,
    STRUCTS,
    Message,
)

DELIMITER = b"\0"

_PACK = {message: (code, STRUCTS[code].pack) for code, message in MESSAGES.items()}
_UNPACK = {code: (STRUCTS[code], message) for code, message in MESSAGES.items()}


def encode(message: Message) -> bytes:
    """One frame, ready for the wire, delimiter included."""
    code, pack = _PACK[type(message)]
    body = pack(code, *message)
    # High byte first: the CRC over a message and its own CRC is then zero.
    crc = crc_hqx(body, CRC_START).to_bytes(2, "big")
    return bytes(cobs.encode(body + crc)) + DELIMITER


class Decoder:
    """Bytes in, messages out. Takes whatever comes, in any pieces, and never raises."""

    __slots__ = ("_in_excess", "_rest", "damaged", "unknown")

    def __init__(self) -> None:
        self._rest = b""
        self._in_excess = False
        self.damaged = 0
        """Frames whose framing, length or CRC was wrong, so far."""
        self.unknown = 0
        """Whole frames that were no message of this protocol, so far."""

    @property
    def waiting(self) -> int:
        """Bytes of a frame that has begun and may yet be whole."""
        return len(self._rest)

    def feed(self, data: bytes) -> list[Message]:
        """The messages that these bytes complete."""
        *frames, self._rest = (self._rest + data).split(DELIMITER)
        if frames and self._in_excess:
            del frames[0]
            self._in_excess = False
        if len(self._rest) > MAX_FRAME_BYTES:
            self.damaged += not self._in_excess
            self._in_excess = True
            self._rest = b""
        return [message for frame in frames if frame and (message := self._decode(frame))]

    def _decode(self, frame: bytes) -> Message | None:
        try:
            # A frame that is too long is damaged, in one piece or in many.
            body = cobs.decode(frame) if len(frame) <= MAX_FRAME_BYTES else b""
        except cobs.DecodeError:
            body = b""
        if len(body) < 3 or crc_hqx(body, CRC_START):
            self.damaged += 1
            return None
        layout, message = _UNPACK.get(body[0], (None, None))
        if layout is None or message is None or layout.size != len(body) - 2:
            self.unknown += 1
            return None
        return message._make(layout.unpack_from(body)[1:])
