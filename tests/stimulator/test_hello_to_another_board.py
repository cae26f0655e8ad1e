"""What a board that listens at 19200 baud makes of our words at 250000: it must not obey them.

An openEMSstim takes a single `1` or `2` for a relay to be closed without any limit of time,
`q`, `a`, `w` and `s` for steps of its output. It hears our hello whenever the settings name
the wrong port.
"""

import random
from pathlib import Path

import pytest

from appliance.simulator.virtual_clock import VirtualClock
from appliance.simulator.wire import Wire
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import encode
from appliance.stimulator.reference.driver import ReferenceStimulator
from tests.stimulator.test_probing import Starting

OBEYED = set(b"12qaws")
BIT_S = 1 / protocol.BAUD_RATE
SAMPLES = 8
"""Of the listener's chip in a bit; the three in the middle vote."""


def line(data: bytes, gap_s: float) -> list[float]:
    """When the line changes, seconds; it begins high, and each change is to the other level."""
    changes: list[float] = []
    at, level = 0.0, 1
    for byte in data:
        for bit in (0, *(byte >> n & 1 for n in range(8)), 1):
            if bit != level:
                changes.append(at)
                level = bit
            at += BIT_S
        at += gap_s
    return changes


def first_heard(changes: list[float], bit_s: float, phase: float) -> int | None:
    """The first character that a receiver with bits of this length makes of the line."""
    step = bit_s / SAMPLES

    def level(at: float) -> int:
        return 1 - sum(change <= at for change in changes) % 2

    def bit(start: float, number: int) -> int:
        votes = (level(start + (SAMPLES * number + n) * step) for n in (3, 4, 5))
        return int(sum(votes) >= 2)

    at = -phase * step
    while at < changes[-1]:
        if level(at) == 0 and bit(at, 0) == 0:
            return sum(bit(at, number + 1) << number for number in range(8))
        at += step
    return None


def said_to_a_silent_board(folder: Path) -> bytes:
    """All that the driver says to somebody who never answers."""
    board = Starting(b"", at=0.0)
    wire = Wire(board, folder / "board")
    driver = ReferenceStimulator(wire.path)
    clock = VirtualClock(wire, driver.port)
    driver.connect(clock.now())
    while driver.port.is_open and clock.now() < 3:
        clock.wait([], clock.now() + 0.05)
        driver.poll(clock.now())
    driver.close(clock.now())
    wire.pump(clock.now())
    wire.unplug()
    return board.heard


def test_nothing_is_said_to_a_silent_board_but_hellos_behind_zeros(tmp_path: Path) -> None:
    said = said_to_a_silent_board(tmp_path)
    hellos = said.split(b"\0" * 5)[1:]
    assert hellos
    sequences = range(1, 100)
    allowed = {encode(protocol.Hello(number, protocol.LAYOUT)) for number in sequences}
    offs = {b"\0" + encode(protocol.Off(number)) for number in sequences}
    assert all(one in allowed or any(one.endswith(off) for off in offs) for one in hellos)


@pytest.mark.parametrize("slower_percent", [-2.5, -1, 0, 1, 2.5])
def test_no_hello_sounds_like_a_command_of_a_single_character(slower_percent: float) -> None:
    """From an adapter that pauses for no more than half a bit between bytes."""
    chance = random.Random(1)
    for sequence in [*range(1, 40), *chance.sample(range(65536), 100)]:
        hello = b"\0" * 5 + encode(protocol.Hello(sequence, protocol.LAYOUT))
        heard = first_heard(
            line(hello, gap_s=chance.uniform(0, 2e-6)),
            (1 + slower_percent / 100) / 19_200,
            chance.random(),
        )
        assert heard not in OBEYED, (sequence, heard)


@pytest.mark.parametrize("slower_percent", [-2.5, 0, 2.5])
def test_no_off_sounds_like_one_either(slower_percent: float) -> None:
    chance = random.Random(1)
    for sequence in [*range(1, 40), *chance.sample(range(65536), 100)]:
        off = b"\0" + encode(protocol.Off(sequence))
        changes = line(off, gap_s=0.0)
        heard = first_heard(changes, (1 + slower_percent / 100) / 19_200, chance.random())
        assert heard not in OBEYED, (sequence, heard)
