"""More than a million spoilt inputs for the decoders of all protocols together.

Nothing raises, no buffer grows beyond a frame, and nothing is accepted with a wrong checksum:
whatever comes out is, encoded again, among the bytes that went in.
"""

import random
from binascii import crc_hqx
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.stimulator.reference import codec as reference
from appliance.stimulator.reference import protocol
from appliance.stimulator.rehastim2 import codec as rehastim2
from appliance.stimulator.rehastim2 import messages as rehastim2_messages
from appliance.stimulator.sciencemode import codec as sciencemode
from appliance.stimulator.sciencemode.messages import read_request
from appliance.stimulator.sciencemode.replies import read_reply
from tests.stimulator.rehastim2_safe_set import crc_of
from tests.stimulator.rehastim2_vectors import VECTORS as REHASTIM2_VECTORS
from tests.stimulator.sciencemode_vectors import VECTORS

INPUTS = 400_000
"""For each decoder."""
SEED = 20260302


class Fuzzed(NamedTuple):
    """One decoder, and what it is fed."""

    decoder: Callable[[], Any]
    waiting: Callable[[Any], int]
    """Bytes that it holds back."""
    most_waiting: int
    encode: Callable[[Any], bytes]
    use: Callable[[Any], object]
    """What is done next with whatever it lets through."""
    frames: Sequence[bytes]
    forge: Callable[[random.Random], bytes]
    """A frame with a right checksum around anything at all."""


def forge_sciencemode(chance: random.Random) -> bytes:
    inside = chance.randbytes(chance.randrange(1, 24))
    length, crc = len(inside) + 10, crc_hqx(inside, 0)
    four = (length >> 8, length & 0xFF, crc >> 8, crc & 0xFF)
    return b"\xf0%b%b\x0f" % (b"".join(bytes([0x81, one ^ 0x55]) for one in four), inside)


def forge_rehastim2(chance: random.Random) -> bytes:
    inside = chance.randbytes(chance.randrange(1, 24))
    four = (0x81, crc_of(inside) ^ 0x55, 0x81, len(inside) ^ 0x55)
    return b"\xf0%b%b\x0f" % (bytes(four), inside)


def forge_reference(chance: random.Random) -> bytes:
    inside = chance.randbytes(chance.randrange(1, 70))
    crc = crc_hqx(inside, 0xFFFF).to_bytes(2, "big")
    return bytes(reference.cobs.encode(inside + crc)) + b"\0"


def reference_frames() -> list[bytes]:
    set_point = [0x12345678, 7, 6, 300, 2, 5000, 0, 0, 400, 0, 250, 250, 2400, 400, 12000]
    identity = [
        3,
        protocol.LAYOUT,
        protocol.BOARD_NAME,
        1,
        0,
        0,
        3200,
        400,
        12000,
        7,
        1,
        1,
        2,
        15,
        9,
    ]
    report = [0x12345678, 7, 0, 2, 2, 1, 1, 0, 0, 1, 1, 400, 400, 250, 250, 5000, 0, 0]
    report += [400, 400, 400, 400, 0, 0, 9, 8, 1100, 0, 0, 7600, bytes(len(protocol.Refusal))]
    return [
        reference.encode(message)
        for message in (
            protocol.Hello(3, protocol.LAYOUT),
            protocol.SetPoint(*set_point),
            protocol.Off(9),
            protocol.Identity(*identity),
            protocol.Report(*report),
        )
    ]


DECODERS = {
    "reference": Fuzzed(
        reference.Decoder,
        lambda decoder: decoder.waiting,
        protocol.MAX_FRAME_BYTES,
        reference.encode,
        repr,
        reference_frames(),
        forge_reference,
    ),
    "rehastim2": Fuzzed(
        rehastim2.Decoder,
        lambda decoder: decoder.waiting,
        rehastim2.MAX_FRAME_BYTES - 1,
        lambda packet: rehastim2.encode(*packet),
        lambda packet: (
            rehastim2_messages.read_request(packet),
            rehastim2_messages.read_reply(packet),
        ),
        [vector.frame for vector in REHASTIM2_VECTORS],
        forge_rehastim2,
    ),
    "sciencemode": Fuzzed(
        sciencemode.Decoder,
        lambda decoder: decoder.waiting,
        sciencemode.MAX_FRAME_BYTES - 1,
        lambda packet: sciencemode.encode(*packet),
        lambda packet: (read_request(packet), read_reply(packet)),
        [vector.frame for vector in VECTORS],
        forge_sciencemode,
    ),
}


def spoil(fuzzed: Fuzzed, chance: random.Random) -> bytes:
    """A frame, and usually something wrong with it."""
    frame = chance.choice(fuzzed.frames)
    at = chance.randrange(len(frame))
    match chance.randrange(10):
        case 0:
            return frame
        case 1:
            return frame[:at]
        case 2:
            return frame[at:]
        case 3:
            return frame[:at] + chance.randbytes(1) + frame[at:]
        case 4:
            return frame[:at] + chance.choice(fuzzed.frames)[at:]
        case 5:
            return chance.randbytes(at)
        case 6 | 7:
            return fuzzed.forge(chance)
    byte = frame[at] ^ (1 << chance.randrange(8))
    return frame[:at] + bytes([byte]) + frame[at + 1 :]


def feed(fuzzed: Fuzzed, inputs: Iterator[bytes]) -> int:
    """Feed one decoder with all of it; how many packets it let through."""
    decoder = fuzzed.decoder()
    let_through = 0
    window = b""
    for data in inputs:
        window = window[-fuzzed.most_waiting :] + data
        for packet in decoder.feed(data):
            let_through += 1
            fuzzed.use(packet)
            if fuzzed.encode(packet) not in window:
                raise AssertionError(f"{packet} out of {window.hex(' ')}")
        if fuzzed.waiting(decoder) > fuzzed.most_waiting:
            raise AssertionError(f"{fuzzed.waiting(decoder)} bytes are waiting")
    return let_through


@pytest.mark.parametrize("name", DECODERS)
def test_spoilt_frames_bring_no_decoder_down(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    fuzzed, chance = DECODERS[name], random.Random(SEED)
    let_through = feed(fuzzed, (spoil(fuzzed, chance) for _ in range(INPUTS)))
    with capsys.disabled():
        print(f"\n{name}: {INPUTS} spoilt inputs, {let_through} whole packets among them")
    assert INPUTS // 20 < let_through < INPUTS // 2


@pytest.mark.parametrize("name", DECODERS)
@given(data=st.data())
def test_any_bytes_at_all_bring_no_decoder_down(name: str, data: st.DataObject) -> None:
    fuzzed = DECODERS[name]
    pieces = st.binary(max_size=60) | st.sampled_from(list(fuzzed.frames))
    feed(fuzzed, iter(data.draw(st.lists(pieces, max_size=30))))
