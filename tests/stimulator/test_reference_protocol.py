"""The codec of the reference protocol: round trips, damage, and the layout hash."""

import json
from binascii import crc_hqx
from pathlib import Path
from typing import Annotated, NamedTuple

import pytest
from cobs import cobs
from hypothesis import given
from hypothesis import strategies as st

from appliance.stimulator.reference import generate, protocol
from appliance.stimulator.reference.codec import Decoder, encode
from appliance.stimulator.reference.header import snake

GOLDEN = json.loads(
    (generate.REPOSITORY / "appliance/stimulator/reference/golden.json").read_text()
)
OFF = protocol.Off(7)


def values(field: protocol.Field) -> st.SearchStrategy[object]:
    size = protocol.wire_bytes(field.wire)
    if field.wire.code.endswith("s"):
        return st.binary(min_size=size, max_size=size)
    return st.integers(0, 256**size - 1)


def messages() -> st.SearchStrategy[protocol.Message]:
    kinds = [
        st.builds(kind, *(values(field) for field in protocol.fields(kind)))
        for kind in protocol.MESSAGES.values()
    ]
    return st.one_of(kinds)


def feed_in_pieces(data: bytes, sizes: list[int]) -> list[protocol.Message]:
    decoder, heard = Decoder(), []
    for size in sizes:
        piece, data = data[:size], data[size:]
        heard += decoder.feed(piece)
    return heard + decoder.feed(data)


@pytest.mark.parametrize("vector", GOLDEN["good"], ids=lambda vector: vector["frame"][:12])
def test_a_golden_message_has_exactly_its_golden_frame(vector: dict[str, object]) -> None:
    kinds = {snake(kind.__name__): kind for kind in protocol.MESSAGES.values()}
    fields = {
        name: bytes.fromhex(value) if isinstance(value, str) else value
        for name, value in vector["fields"].items()
    }
    message = kinds[vector["message"]](**fields)
    assert encode(message).hex() == vector["frame"]
    assert Decoder().feed(bytes.fromhex(vector["frame"])) == [message]


@pytest.mark.parametrize("vector", GOLDEN["bad"], ids=lambda vector: vector["why"])
def test_a_bad_golden_frame_is_counted_once_and_the_next_one_heard(vector: dict[str, str]) -> None:
    decoder = Decoder()
    assert decoder.feed(bytes.fromhex(vector["frame"]) + encode(OFF)) == [OFF]
    assert decoder.damaged + decoder.unknown == 1


@given(st.lists(messages(), max_size=5), st.lists(st.integers(0, 60), max_size=10))
def test_messages_survive_the_wire_in_any_pieces(
    sent: list[protocol.Message], sizes: list[int]
) -> None:
    data = b"".join(map(encode, sent))
    assert feed_in_pieces(data, sizes) == sent


@given(st.lists(st.binary(max_size=300), max_size=10))
def test_garbage_never_raises_and_never_fills_the_memory(pieces: list[bytes]) -> None:
    decoder = Decoder()
    for piece in pieces:
        decoder.feed(piece)
        assert decoder.waiting <= protocol.MAX_FRAME_BYTES
    # A zero ends whatever was begun; the frame after it is heard.
    assert decoder.feed(b"\0" + encode(OFF))[-1] == OFF


@given(messages(), st.data())
def test_a_frame_with_a_flipped_bit_is_never_a_message(
    message: protocol.Message, data: st.DataObject
) -> None:
    frame = bytearray(encode(message))
    bit = data.draw(st.integers(0, (len(frame) - 1) * 8 - 1))
    frame[bit // 8] ^= 1 << bit % 8
    assert Decoder().feed(bytes(frame)) == []


def test_an_endless_frame_is_counted_once() -> None:
    decoder = Decoder()
    for _ in range(1000):
        assert decoder.feed(b"\x55" * 100) == []
    assert decoder.damaged == 1
    assert decoder.feed(b"\x55\0" + encode(OFF)) == [OFF]
    assert decoder.damaged == 1


def test_no_frame_holds_a_zero_but_its_last_byte() -> None:
    for vector in GOLDEN["good"]:
        frame = bytes.fromhex(vector["frame"])
        assert frame.index(0) == len(frame) - 1
        assert len(frame) <= protocol.MAX_FRAME_BYTES + 1


def test_the_layout_hash_covers_names_types_enums_and_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = protocol.layout_text()
    for line in ("LEASE_MS 300", "State ARMED 1", "2 SetPoint lease_ms H", "Refusal LIMIT 9"):
        assert line in before.splitlines()
    monkeypatch.setattr(protocol, "LEASE_MS", 301)
    assert protocol.layout_text() != before


def test_a_minor_version_may_use_reserved_bytes_and_the_layout_hash_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Later(NamedTuple):
        """A set-point with a use for its first reserved byte."""

        extra: Annotated[int, protocol.U8._replace(since=1), "new"]
        reserved: Annotated[bytes, protocol.spare(1), "0"] = bytes(1)

    before, known = protocol.layout_text(), protocol.fields

    def later(message: type[protocol.Message]) -> list[protocol.Field]:
        if message is not protocol.SetPoint:
            return known(message)
        return known(message)[:-1] + known(Later)  # type: ignore[arg-type]

    monkeypatch.setattr(protocol, "fields", later)
    assert protocol.layout_text() == before
    assert len(protocol.fields(protocol.SetPoint)) == len(known(protocol.SetPoint)) + 1


def test_the_generated_files_are_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--check"]) == 0, capsys.readouterr().out


def test_a_stale_generated_file_fails_the_check_and_is_written_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").touch()
    assert generate.main(["--check"], tmp_path) == 1
    assert "hardware/firmware/protocol.h: is stale" in capsys.readouterr().out
    assert generate.main([], tmp_path) == 0
    assert generate.main(["--check"], tmp_path) == 0
    (tmp_path / "hardware/protocol.md").write_text("edited by hand")
    assert generate.main(["--check"], tmp_path) == 1


@pytest.mark.parametrize("pieces", [1, 2, 60], ids=lambda pieces: f"{pieces} pieces")
def test_a_frame_that_is_too_long_is_damage_in_however_many_pieces_it_comes(pieces: int) -> None:
    body = bytes([0x7F]) * (protocol.MAX_FRAME_BYTES + 8)
    whole = cobs.encode(body + crc_hqx(body, protocol.CRC_START).to_bytes(2, "big")) + b"\0"
    size = -(-len(whole) // pieces)
    decoder = Decoder()
    for at in range(0, len(whole), size):
        assert not decoder.feed(whole[at : at + size])
    assert (decoder.damaged, decoder.unknown) == (1, 0)
