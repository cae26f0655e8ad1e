"""Frames of ScienceMode 2: every vector, whole, in pieces, and amid junk."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.stimulator.rehastim2.codec import (
    MAX_COMMAND,
    MAX_DATA_BYTES,
    MAX_FRAME_BYTES,
    MAX_NUMBER,
    Decoder,
    Packet,
    encode,
)
from tests.stimulator.rehastim2_vectors import VECTORS, Vector

PACKETS = [vector.packet for vector in VECTORS]
GOOD = VECTORS[4]
JUNK = [
    b"\x00",
    b"\x0f",
    b"\xf0",
    b"\x81",
    b"\xf0\x81",
    b"\xf0\x81\x5c",
    b"\x0f\xf0\x81\x0f",
    b"\xf0" * 12,
    b"\xf0\x81\x5c\x81\x57",
    b"\xf0\x81\x5c\x81\x57\x01",
    b"\xf0\x81\x5c\x81\x57\x01\x05\x0f",
    b"\xf0\x81\x5c\x81\xaa\x01\x04\x0f",
    b"\xf0\x81\x5c\x81\x55\x0f",
    b"\x55" * 50,
]

packets = st.builds(
    Packet,
    st.integers(0, MAX_NUMBER),
    st.integers(0, MAX_COMMAND),
    st.binary(max_size=MAX_DATA_BYTES),
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_a_vector_is_encoded_to_its_very_bytes(vector: Vector) -> None:
    assert encode(*vector.packet) == vector.frame


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_a_vector_is_heard_whole(vector: Vector) -> None:
    decoder = Decoder()
    assert decoder.feed(vector.frame) == [vector.packet]
    assert (decoder.damaged, decoder.thrown_away, decoder.waiting) == (0, 0, 0)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_a_vector_is_heard_byte_by_byte_and_not_a_byte_early(vector: Vector) -> None:
    decoder = Decoder()
    heard = [decoder.feed(bytes([byte])) for byte in vector.frame]
    assert heard == [[]] * (len(vector.frame) - 1) + [[vector.packet]]
    assert (decoder.damaged, decoder.thrown_away, decoder.waiting) == (0, 0, 0)


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: junk[:12].hex(" "))
def test_junk_before_and_between_hides_no_vector_and_is_counted(junk: bytes) -> None:
    stream = b"".join(junk + vector.frame for vector in VECTORS)
    decoder = Decoder()
    assert decoder.feed(stream) == PACKETS
    assert decoder.thrown_away == len(junk) * len(VECTORS)
    decoder = Decoder()
    assert [packet for byte in stream for packet in decoder.feed(bytes([byte]))] == PACKETS
    assert decoder.thrown_away == len(junk) * len(VECTORS)


@given(packets)
def test_what_goes_in_comes_out(packet: Packet) -> None:
    assert Decoder().feed(encode(*packet)) == [packet]


@given(st.lists(packets, max_size=8), st.lists(st.integers(0, 30), max_size=40))
def test_the_pieces_that_bytes_come_in_make_no_difference(
    sent: list[Packet], sizes: list[int]
) -> None:
    stream = b"".join(encode(*packet) for packet in sent)
    cuts = [0, *itertools.accumulate(sizes), len(stream)]
    decoder = Decoder()
    pieces = [stream[begin:end] for begin, end in itertools.pairwise(cuts)]
    assert [packet for piece in pieces for packet in decoder.feed(piece)] == sent


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_no_frame_survives_a_wrong_byte_and_the_next_one_is_heard(vector: Vector) -> None:
    for at, byte in itertools.product(range(len(vector.frame)), range(256)):
        if vector.frame[at] == byte:
            continue
        wrong = vector.frame[:at] + bytes([byte]) + vector.frame[at + 1 :]
        decoder = Decoder()
        assert decoder.feed(wrong + GOOD.frame) == [GOOD.packet]
        assert decoder.thrown_away == len(wrong)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_a_frame_that_was_cut_short_is_given_up_for_the_next_one(vector: Vector) -> None:
    for length in range(1, len(vector.frame)):
        decoder = Decoder()
        assert decoder.feed(vector.frame[:length] + GOOD.frame) == [GOOD.packet]
        assert decoder.thrown_away == length


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
