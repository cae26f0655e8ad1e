"""The framing that both of HASOMED's protocols share, tried with the vectors of each.

Whole, in pieces, amid junk, cut short and with wrong bytes. What only one protocol has is in
`test_sciencemode_codec` and `test_rehastim2_codec`.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.stimulator.rehastim2 import codec as rehastim2
from appliance.stimulator.sciencemode import codec as sciencemode
from tests.stimulator import rehastim2_vectors, sciencemode_vectors


@dataclass(frozen=True)
class Framing:
    """One protocol: its codec, its vectors, and what may lie between frames."""

    name: str
    codec: ModuleType
    vectors: tuple[Any, ...]
    good: Any
    """A vector that has to be decoded after another one was spoilt."""
    junk: tuple[bytes, ...]
    longest_data: int

    @property
    def packets(self) -> list[Any]:
        return [vector.packet for vector in self.vectors]

    def any_packet(self) -> st.SearchStrategy[Any]:
        return st.builds(
            self.codec.Packet,
            st.integers(0, self.codec.MAX_NUMBER),
            st.integers(0, self.codec.MAX_COMMAND),
            st.binary(max_size=self.longest_data),
        )


SCIENCEMODE = Framing(
    "sciencemode",
    sciencemode,
    tuple(sciencemode_vectors.VECTORS),
    sciencemode_vectors.VECTORS[5],
    (
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
    ),
    longest_data=80,
)
REHASTIM2 = Framing(
    "rehastim2",
    rehastim2,
    tuple(rehastim2_vectors.VECTORS),
    rehastim2_vectors.VECTORS[4],
    (
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
    ),
    longest_data=rehastim2.MAX_DATA_BYTES,
)
FRAMINGS = (SCIENCEMODE, REHASTIM2)

both = pytest.mark.parametrize("framing", FRAMINGS, ids=lambda framing: framing.name)


def _each(name: str) -> Iterator[Any]:
    """Every vector, or every piece of junk, with its protocol."""
    for framing in FRAMINGS:
        for one in getattr(framing, name):
            label = one[:12].hex("-") if isinstance(one, bytes) else one.name
            yield pytest.param(framing, one, id=f"{framing.name}-{label}")


each_vector = pytest.mark.parametrize(("framing", "vector"), list(_each("vectors")))
each_junk = pytest.mark.parametrize(("framing", "junk"), list(_each("junk")))


@each_vector
def test_a_vector_is_encoded_to_its_very_bytes(framing: Framing, vector: Any) -> None:
    assert framing.codec.encode(*vector.packet) == vector.frame


@each_vector
def test_a_vector_is_decoded_whole(framing: Framing, vector: Any) -> None:
    decoder = framing.codec.Decoder()
    assert decoder.feed(vector.frame) == [vector.packet]
    assert (decoder.damaged, decoder.thrown_away, decoder.waiting) == (0, 0, 0)


@each_vector
def test_a_vector_is_decoded_byte_by_byte_and_not_a_byte_early(
    framing: Framing, vector: Any
) -> None:
    decoder = framing.codec.Decoder()
    decoded = [decoder.feed(bytes([byte])) for byte in vector.frame]
    assert decoded == [[]] * (len(vector.frame) - 1) + [[vector.packet]]
    assert (decoder.damaged, decoder.thrown_away, decoder.waiting) == (0, 0, 0)


@each_junk
def test_junk_before_and_between_hides_no_vector_and_is_counted(
    framing: Framing, junk: bytes
) -> None:
    stream = b"".join(junk + vector.frame for vector in framing.vectors)
    decoder = framing.codec.Decoder()
    assert decoder.feed(stream) == framing.packets
    assert decoder.thrown_away == len(junk) * len(framing.vectors)
    decoder = framing.codec.Decoder()
    decoded = [packet for byte in stream for packet in decoder.feed(bytes([byte]))]
    assert decoded == framing.packets
    assert decoder.thrown_away == len(junk) * len(framing.vectors)


@both
@given(st.data())
def test_any_junk_between_hides_no_vector(framing: Framing, data: st.DataObject) -> None:
    count = len(framing.vectors)
    junks = data.draw(st.lists(st.binary(max_size=40), min_size=count, max_size=count))
    stream = b"".join(
        junk + vector.frame for junk, vector in zip(junks, framing.vectors, strict=True)
    )
    decoded = iter(framing.codec.Decoder().feed(stream))
    assert all(packet in decoded for packet in framing.packets)


@both
@given(st.data())
def test_what_goes_in_comes_out(framing: Framing, data: st.DataObject) -> None:
    packet = data.draw(framing.any_packet())
    assert framing.codec.Decoder().feed(framing.codec.encode(*packet)) == [packet]


@both
@given(st.data())
def test_the_pieces_that_bytes_come_in_make_no_difference(
    framing: Framing, data: st.DataObject
) -> None:
    sent = data.draw(st.lists(framing.any_packet(), max_size=8))
    sizes = data.draw(st.lists(st.integers(0, 30), max_size=40))
    stream = b"".join(framing.codec.encode(*packet) for packet in sent)
    cuts = [0, *itertools.accumulate(sizes), len(stream)]
    decoder = framing.codec.Decoder()
    pieces = [stream[begin:end] for begin, end in itertools.pairwise(cuts)]
    assert [packet for piece in pieces for packet in decoder.feed(piece)] == sent


@each_vector
def test_no_frame_survives_a_wrong_byte_and_the_next_one_is_decoded(
    framing: Framing, vector: Any
) -> None:
    for at, byte in itertools.product(range(len(vector.frame)), range(256)):
        if vector.frame[at] == byte:
            continue
        wrong = vector.frame[:at] + bytes([byte]) + vector.frame[at + 1 :]
        decoder = framing.codec.Decoder()
        assert decoder.feed(wrong + framing.good.frame) == [framing.good.packet]
        assert decoder.thrown_away == len(wrong)


@each_vector
def test_a_frame_that_was_cut_short_is_given_up_for_the_next_one(
    framing: Framing, vector: Any
) -> None:
    for length in range(1, len(vector.frame)):
        decoder = framing.codec.Decoder()
        assert decoder.feed(vector.frame[:length] + framing.good.frame) == [framing.good.packet]
        assert decoder.thrown_away == length
