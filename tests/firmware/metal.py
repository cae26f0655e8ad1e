"""A chip with one fault in its metal: how it is made, and what is asked of it at the pins.

Bits of the running chip flip, or stay what they are not meant to be. `metal_bench` makes benches
without the rules of every run: a broken chip may break them, within what each test states.
"""

import struct
import subprocess
from binascii import crc_hqx
from collections.abc import Iterator
from pathlib import Path

from cobs import cobs

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.protocol import Check, Fault, Stage, State
from tests.firmware.bench import START_MS, Bench
from tests.firmware.board import ELF
from tests.firmware.edges import CYCLES_PER_MS, CYCLES_PER_US

MOST_BEYOND_UC = 40.0
OFF_WITHIN_MS = 50
LAST_BYTES = 0x60
"""Of a longer function: what it does at once comes last in it."""


def frame(message: bytes) -> bytes:
    """A frame whose CRC is right, whatever is in it."""
    crc = crc_hqx(message, protocol.CRC_START)
    return cobs.encode(message + crc.to_bytes(2, "big")) + b"\x00"


def work(bench: Bench, ma: float = 20.0, us: int = 250) -> None:
    bench.arm(us=us)
    bench.keep(60 + ma * 30, ma, us=us)
    assert bench.report.state == State.ON, bench.report


def one_way_uc(bench: Bench, since: int) -> float:
    """The most charge that moved one way without the other, series capacitors absent."""
    moved = most = 0.0
    for pulse in bench.recording.since(since):
        for phase in pulse.phases:
            fell = phase.fell or bench.cycle
            uc = phase.code / protocol.CODES_PER_MA * (fell - phase.rose) / CYCLES_PER_US / 1000
            moved += -uc if phase.polarity else uc
            most = max(most, abs(moved))
    return most


def is_off_and_told(bench: Bench, since: int, check: Check | None = None) -> None:
    """Everything was off in time, and the next report says why."""
    bench.run_ms(OFF_WITHIN_MS)
    assert bench.recording.is_dead
    assert bench.recording.last_high_voltage() - since <= OFF_WITHIN_MS * CYCLES_PER_MS
    bench.say(bench.set_point(0.0))
    assert bench.report.state == State.FAULT
    assert bench.report.faults & (Fault.INTERNAL | Fault.UNBALANCED | Fault.OVER_CURRENT)
    if check is not None:
        assert bench.report.check == check


def write_about(bench: Bench, serial: int, capabilities: int) -> None:
    about = struct.pack("<IBBBB", serial, 2, Stage.BENCH, 2, capabilities)
    crc = crc_hqx(about, protocol.CRC_START)
    bench.ask(f"eeprom 4 {about.hex()}{crc.to_bytes(2, 'little').hex()}")
    bench.ask("reset power")
    bench.run_ms(START_MS)
    bench.hello()
    bench.off()


def came_up(bench: Bench, command: str, cause: str = "power") -> protocol.Report:
    """Start again with this wrong; what the board says to an off."""
    bench.ask(command)
    bench.ask(f"reset {cause}")
    bench.run_ms(START_MS)
    bench.hello()
    return bench.off()


def instructions(function: str, elf: Path = ELF) -> Iterator[int]:
    """The address of each, or of the last ones of a function that is long."""
    table = subprocess.run(["avr-nm", "-S", str(elf)], capture_output=True, text=True, check=True)
    words = next(w for w in map(str.split, table.stdout.splitlines()) if w[-1] == function)
    begin, size = int(words[0], 16), int(words[1], 16)
    yield from range(begin + max(size - LAST_BYTES, 0), begin + size, 2)


def come_to(bench: Bench, address: int, within_ms: float = 25) -> bool:
    """Run to this instruction. False where it is none, or is not run."""
    limit = bench.cycle + round(within_ms * CYCLES_PER_MS)
    bench.ask(f"address {address:x} {limit - bench.cycle}")
    return bench.cycle < limit
