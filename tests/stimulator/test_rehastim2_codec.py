"""Frames of ScienceMode 2: the limits that only these have."""

import pytest

from appliance.stimulator.rehastim2.codec import (
    MAX_DATA_BYTES,
    MAX_FRAME_BYTES,
    Decoder,
    Packet,
    encode,
)


def test_the_buffer_never_holds_as_much_as_a_longest_frame() -> None:
    pretends = b"\xf0\x81\x00\x81" + bytes([124 ^ 0x55])
    decoder = Decoder()
    for data in (pretends, *[b"\x00" * 100] * 50, pretends, *[b"\x00"] * 3000):
        assert decoder.feed(data) == []
        assert decoder.waiting < MAX_FRAME_BYTES


def test_the_longest_packet_passes_and_a_longer_one_is_refused() -> None:
    for byte in (b"\x00", b"\xf0"):
        data = byte * MAX_DATA_BYTES
        assert Decoder().feed(encode(0xF0, 0xF0, data)) == [Packet(0xF0, 0xF0, data)]
        with pytest.raises(ValueError, match="61 bytes"):
            encode(1, 36, data + byte)
    assert len(encode(0xF0, 0xF0, b"\xf0" * MAX_DATA_BYTES)) == MAX_FRAME_BYTES


@pytest.mark.parametrize(("number", "command"), [(256, 0), (-1, 0), (0, 256), (0, -1)])
def test_a_packet_that_no_frame_can_hold_is_refused(number: int, command: int) -> None:
    with pytest.raises(ValueError, match="up to 255, 255"):
        encode(number, command)
