"""The commands of openEMSstim as frames, and the reading of its text."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.stimulator.openemsstim import grammar
from appliance.stimulator.openemsstim.hearing import (
    MAX_LINE_BYTES,
    Echo,
    Firmware,
    Heard,
    Hearing,
    Sign,
)

SAID: list[tuple[bytes, list[Heard]]] = [
    (b"\nSETUP:\r\n\tBT: RESETTING\r\n", [Sign.STARTING]),
    (b"\tEMS: STARTED\r\nSETUP DONE (LED 13 WILL BE ON)\r\n", [Sign.READY]),
    (
        b"\tUSB: received command: ?\r\n\tCommand NON HEX:\r\n?\r\nUnknown command: ?\r\n",
        [Firmware.FIRST],
    ),
    (
        b"\tUSB: received command: ?\r\n\tCommand NON HEX:\r\n?\r\n"
        b"\tERROR: SINGLE-CHAR Command Unknown\r\n",
        [Firmware.MASTER],
    ),
    (
        b"\tUSB: received command: ?\r\n\tFull Command:\r\n?\r\nUnknown command: ?\r\n",
        [Firmware.SIMPLE_MULTIPLEXER],
    ),
    (b"\tERROR: SINGLE-CHAR Command Unknown\r\n", [Firmware.MULTIPLEXER]),
    (
        b"\tEMS_CMD: Command is NON HEX: \r\n?\r\nEMSSystem.cpp: ERROR: Unknown command: ?\r\n",
        [Firmware.DEV],
    ),
    (b"ERROR,UNKNOWN_COMMAND,?\r\n", [Firmware.EMSCONTROLLER]),
    (
        b"\tUSB: received command: WV,001C,47.\r\n\tEMS_CMD: HEX command length: \r\n2\r\n47\r\n"
        b"\tEMS_CMD: Converted HEX command: \r\nG\r\n",
        [Echo("G")],
    ),
]


def test_the_frames_are_those_that_were_seen_to_work() -> None:
    assert grammar.frame("C0I50T1000G") == b"WV,001C,4330493530543130303047.\n"
    assert grammar.frame(grammar.ALL_STOP) == b"WV,001C,47.\n"


def test_a_channel_is_ended_at_the_weakest_setting_in_the_shortest_time() -> None:
    assert grammar.end(1) == "C1I1T1G"


@pytest.mark.parametrize(
    ("channel", "percent", "on_ms"),
    [
        (0, 0, 500),
        (0, -1, 500),
        (0, 101, 500),
        (0, 1000, 500),
        (2, 50, 500),
        (5, 10, 100),
        (-1, 50, 500),
        (0, 50, 0),
        (0, 50, 1001),
        (0, 50, 40_000),
    ],
)
def test_what_must_never_be_said_cannot_be_said(channel: int, percent: int, on_ms: int) -> None:
    with pytest.raises(ValueError, match=r"from|there are"):
        grammar.drive(channel, percent, on_ms)


@given(st.sampled_from([0, 1]), st.integers(1, 100), st.integers(1, 1000))
def test_every_command_is_read_back_from_its_frame(channel: int, percent: int, on_ms: int) -> None:
    command = grammar.drive(channel, percent, on_ms)
    digits = grammar.frame(command).removeprefix(b"WV,001C,").removesuffix(b".\n").decode()
    assert digits.isdecimal()
    assert bytes.fromhex(digits).decode() == command
    assert len(grammar.frame(command)) <= 34


@pytest.mark.parametrize("command", ["", "OMA[0,50]", "C0I5\nG", "C0J"])
def test_a_command_that_the_board_would_read_as_another_has_no_frame(command: str) -> None:
    with pytest.raises(ValueError, match="another command"):
        grammar.frame(command)


@pytest.mark.parametrize(("text", "meaning"), SAID)
def test_what_the_board_says_is_understood_in_any_pieces(text: bytes, meaning: list[Heard]) -> None:
    assert Hearing().feed(text) == meaning
    hearing = Hearing()
    heard = [one for byte in text for one in hearing.feed(bytes([byte]))]
    assert heard == meaning


def test_a_line_without_end_takes_no_room_and_means_nothing() -> None:
    hearing = Hearing()
    for _ in range(100):
        assert hearing.feed(b"x" * 100) == []
        assert hearing.waiting <= MAX_LINE_BYTES
    assert hearing.feed(b"SETUP DONE\r\nSETUP DONE\r\n") == [Sign.READY]


@pytest.mark.parametrize(("length", "meaning"), [(160, [Sign.READY]), (161, [])])
def test_a_line_has_160_bytes_at_most_in_one_piece_or_in_two(
    length: int, meaning: list[Heard]
) -> None:
    line = b"SETUP DONE".ljust(length, b"x")
    assert Hearing().feed(line + b"\n") == meaning
    hearing = Hearing()
    assert hearing.feed(line) == []
    assert hearing.feed(b"\n") == meaning
    # The next one is read again.
    assert hearing.feed(b"SETUP DONE\n") == [Sign.READY]


def test_an_unknown_command_without_a_heading_tells_no_firmware() -> None:
    assert Hearing().feed(b"Unknown command: ?\n") == []


def test_a_heading_from_before_a_start_means_nothing_after_it() -> None:
    unknown = b"ERROR: SINGLE-CHAR Command Unknown\n"
    hearing = Hearing()
    assert hearing.feed(b"Command NON HEX:\n" + unknown) == [Firmware.MASTER]
    assert hearing.feed(b"SETUP:\n" + unknown) == [Sign.STARTING, Firmware.MULTIPLEXER]


FUZZED_INPUTS = 200_000


def test_spoilt_text_brings_nothing_down_and_no_echo_is_made_up() -> None:
    chance, hearing, text = random.Random(3), Hearing(), b""
    whole = [text for text, _ in SAID]
    echoes = 0
    for _ in range(FUZZED_INPUTS):
        piece = bytearray(chance.choice(whole))
        for _ in range(chance.choice((0, 1, 3))):
            piece[chance.randrange(len(piece))] = chance.randrange(256)
        cut = chance.choice((len(piece), chance.randrange(len(piece) + 1)))
        data = bytes(piece[:cut])
        text = (text + data)[-1000:]
        for heard in hearing.feed(data):
            if isinstance(heard, Echo):
                echoes += 1
                said = heard.command.encode("ascii", errors="replace").replace(b"?", b"")
                assert b"Converted HEX command:" in text
                assert len(said) <= MAX_LINE_BYTES
        assert hearing.waiting <= MAX_LINE_BYTES
    assert echoes > FUZZED_INPUTS // 100


@given(st.lists(st.binary(max_size=200), max_size=30))
def test_any_bytes_at_all_bring_the_reader_of_lines_down_never(pieces: list[bytes]) -> None:
    hearing = Hearing()
    for piece in pieces:
        hearing.feed(piece)
        assert hearing.waiting <= MAX_LINE_BYTES
