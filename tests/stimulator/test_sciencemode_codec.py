"""Frames of ScienceMode: every vector of the maker, whole, in pieces, and amid junk."""

import itertools
from binascii import crc_hqx

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.stimulator.sciencemode.codec import (
    MAX_COMMAND,
    MAX_FRAME_BYTES,
    MAX_NUMBER,
    Decoder,
    Packet,
    encode,
)
from tests.stimulator.sciencemode_vectors import VECTORS, Vector

STREAM = b"".join(vector.frame for vector in VECTORS)
PACKETS = [vector.packet for vector in VECTORS]
JUNK = [
    b"\x00",
    b"\x0f",
    b"\xf0",
    b"\x81",
    b"\xf0\x81",
    b"\x0f\xf0\x81\x0f",
    b"\xf0\xf0\xf0\xf0\xf0\xf0\xf0\xf0\xf0\xf0\xf0\xf0",
    b"\xf0\x81\x55\x81\x58\x81\x16\x81",
    b"\xf0\x81\x55\x81\x58\x81\x16\x81\x94\x08\x24",
    b"\xf0\x81\x51\x81\xe5\x81\x16\x81\x94\x08",
    b"\xf0\x81\xaa\x81\xaa\x81\x16\x81\x94\x08\x24\x0f",
    b"\xf0\x81\x55\x81\x59\x81\x00\x81\x00\x81\xa5\x0f",
    b"\x55" * 50,
]

packets = st.builds(
    Packet, st.integers(0, MAX_NUMBER), st.integers(0, MAX_COMMAND), st.binary(max_size=80)
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


@given(st.lists(st.binary(max_size=40), min_size=len(VECTORS), max_size=len(VECTORS)))
def test_any_junk_between_hides_no_vector(junks: list[bytes]) -> None:
    stream = b"".join(junk + vector.frame for junk, vector in zip(junks, VECTORS, strict=True))
    heard = iter(Decoder().feed(stream))
    assert all(packet in heard for packet in PACKETS)


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
    good = VECTORS[5]
    for at, byte in itertools.product(range(len(vector.frame)), range(256)):
        if vector.frame[at] == byte:
            continue
        wrong = vector.frame[:at] + bytes([byte]) + vector.frame[at + 1 :]
        decoder = Decoder()
        assert decoder.feed(wrong + good.frame) == [good.packet]
        assert decoder.thrown_away == len(wrong)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_a_frame_that_was_cut_short_is_given_up_for_the_next_one(vector: Vector) -> None:
    good = VECTORS[5]
    for length in range(1, len(vector.frame)):
        decoder = Decoder()
        assert decoder.feed(vector.frame[:length] + good.frame) == [good.packet]
        assert decoder.thrown_away == length


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
