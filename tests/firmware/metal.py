"""A chip with one fault in its metal: how it is made, and what is asked of it at the pins.

Bits of the running chip flip, or stay what they are not meant to be. `metal_bench` makes benches
without the rules of every run: a broken chip may break them, within what each test states.
"""

import struct
from binascii import crc_hqx

from cobs import cobs

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.protocol import Check, Fault, Stage, State
from tests.firmware.bench import START_MS, Bench
from tests.firmware.edges import CYCLES_PER_MS, CYCLES_PER_US

MOST_BEYOND_UC = 40.0
OFF_WITHIN_MS = 50


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
