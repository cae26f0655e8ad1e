"""Frames of ScienceMode 3 and 4: lengths, checksums and limits that only these have."""

from binascii import crc_hqx

import pytest

from appliance.stimulator.sciencemode.codec import (
    MAX_FRAME_BYTES,
    Decoder,
    Packet,
    encode,
)
from tests.stimulator.sciencemode_vectors import VECTORS

STREAM = b"".join(vector.frame for vector in VECTORS)
PACKETS = [vector.packet for vector in VECTORS]


def framed(inside: bytes) -> bytes:
    """A frame with a right length and a right checksum around anything at all."""
    length, crc = 10 + len(inside), crc_hqx(inside, 0)
    four = (length >> 8, length & 0xFF, crc >> 8, crc & 0xFF)
    return b"\xf0%b%b\x0f" % (b"".join(bytes([0x81, byte ^ 0x55]) for byte in four), inside)


def test_a_packet_that_is_too_short_for_its_number_and_command_is_damage() -> None:
    decoder = Decoder()
    assert decoder.feed(framed(b"\x81\xa5") + STREAM) == PACKETS
    assert decoder.damaged == 1


@pytest.mark.parametrize(
    "inside", [b"\x08\x24\x0f", b"\x08\x24\xf0", b"\x08\x24\x81\x00", b"\x08\x24\x81"]
)
def test_a_byte_that_had_to_be_escaped_and_was_not_is_damage(inside: bytes) -> None:
    assert Decoder().feed(framed(inside) + STREAM) == PACKETS


@pytest.mark.parametrize("length", [MAX_FRAME_BYTES, MAX_FRAME_BYTES + 1, 0xFFFF])
def test_the_buffer_never_holds_as_much_as_a_longest_frame(length: int) -> None:
    pretends = bytes([0xF0, 0x81, length >> 8 ^ 0x55, 0x81, length & 0xFF ^ 0x55, 0x81, 0, 0x81, 0])
    decoder = Decoder()
    for data in (pretends, *[b"\x00" * 100] * 50, pretends, *[b"\x00"] * 3000):
        assert decoder.feed(data) == []
        assert decoder.waiting < MAX_FRAME_BYTES


def test_the_longest_frame_passes_and_a_longer_one_is_refused() -> None:
    data = b"\x00" * (MAX_FRAME_BYTES - 12)
    frame = encode(1, 36, data)
    assert len(frame) == MAX_FRAME_BYTES
    assert Decoder().feed(frame) == [Packet(1, 36, data)]
    with pytest.raises(ValueError, match="1201"):
        encode(1, 36, data + b"\x00")


@pytest.mark.parametrize(("number", "command"), [(64, 0), (-1, 0), (0, 1024), (0, -1)])
def test_a_packet_that_no_frame_can_hold_is_refused(number: int, command: int) -> None:
    with pytest.raises(ValueError, match="up to 63, 1023"):
        encode(number, command)
