"""Golden vectors: frames as they must be, and frames that must be refused.

Both ends read the same file: the tests of this package and those of the firmware.
"""

import json
from binascii import crc_hqx
from typing import Any

from cobs import cobs

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import DELIMITER, encode
from appliance.stimulator.reference.header import snake

_ARMING = 0xBEEF_CAFE
_FULL = protocol.SetPoint(
    *(_ARMING, 0x0102, 0x0101, 300, 2, 5000, 0, 0, 1000, 996, 250, 250, 2400, 250, 5000)
)
_IDENTITY = protocol.Identity(
    *(1, protocol.LAYOUT, protocol.BOARD_NAME, 2, 0, 0, 3200, 400, 12_000),
    *(1234, 1, protocol.Stage.BENCH, 2, 0x0F, 0xACDC),
)
_AT_WORK = protocol.Report(
    *(_ARMING, 0x0102, 0, 2, 2, 1, 1, 0, 0, 1, 1, 1000, 996, 250, 250, 5000, 0, 0),
    *(998, 995, 997, 996, 2, 3, 1200, 1199, 1105, 0, 0, 7400),
    bytes(len(protocol.Refusal)),
)
_IN_FAULT = protocol.Report(
    *(7, 0, 5, 3, 6, 3, 8, 1023, 18, 2, 0, 0, 0, 0, 0, 0, 0, 0),
    *(0, 0, 0, 0, 0, 0, 0, 0, 0, 16_000, 255, 6300),
    bytes(range(len(protocol.Refusal))),
)
_GOOD: tuple[protocol.Message, ...] = (
    protocol.Hello(1, protocol.LAYOUT),
    protocol.Hello(0xFFFF, 0, 255, b"\xff\xff\xff"),
    _IDENTITY,
    _IDENTITY._replace(protocol_minor=9, reserved=bytes(range(7))),
    protocol.Off(0),
    protocol.Off(0xFFFF),
    protocol.SetPoint(_ARMING, 0x0101, 0x0100, 300, 0, 3500, 0, 0, 0, 0, 250, 250, 2400, 250, 5000),
    _FULL,
    protocol.SetPoint(1, 0, 0xFFFF, 500, 2, 12_000, 0, 0, 3200, 3200, 400, 400, 3200, 400, 12_000),
    _FULL._replace(frequency_centihz=10_000, burst_pulses=9, burst_ms=500, ceiling_centihz=10_000),
    _AT_WORK,
    _AT_WORK._replace(frequency_centihz=10_000, burst_pulses=9, burst_ms=500),
    _IN_FAULT,
)


def render() -> str:
    """The vectors as JSON."""
    vectors = {
        "layout": protocol.LAYOUT,
        "good": [_vector(message) for message in _GOOD],
        "bad": [{"why": why, "frame": frame.hex()} for why, frame in _bad().items()],
    }
    return json.dumps(vectors, indent=1) + "\n"


def _vector(message: protocol.Message) -> dict[str, Any]:
    values = {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in message._asdict().items()
    }
    return {
        "message": snake(type(message).__name__),
        "fields": values,
        "frame": encode(message).hex(),
    }


def _bad() -> dict[str, bytes]:
    """Frames that no receiver may take for a message."""
    frame = encode(_FULL)
    return {
        "a bit flipped": bytes([*frame[:10], frame[10] ^ 0x10, *frame[11:]]),
        "cut short": frame[:-6] + b"\0",
        "CRC of another message": _frame(_body(protocol.Off(1))[:-2] + b"\x12\x34"),
        "no message of that code": _frame(_with_crc(b"\x7f\x01\x02")),
        "one byte too many": _frame(_with_crc(_body(protocol.Off(1))[:-2] + b"\x01")),
        "longer than any frame": b"\x55" * (protocol.MAX_FRAME_BYTES + 1) + b"\0",
        "COBS points past the end": b"\x09\x03\x01\0",
    }


def _body(message: protocol.Message) -> bytes:
    return bytes(cobs.decode(encode(message)[:-1]))


def _with_crc(body: bytes) -> bytes:
    return body + crc_hqx(body, protocol.CRC_START).to_bytes(2, "big")


def _frame(body: bytes) -> bytes:
    return bytes(cobs.encode(body)) + DELIMITER
