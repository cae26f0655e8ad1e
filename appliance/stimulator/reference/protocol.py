"""The reference protocol, declared once.

The C header, the document and the golden vectors in this repository are generated from
this module by `appliance.stimulator.reference.generate`. Everything on the wire is a
little-endian integer in a fixed place, because the other end is an 8-bit chip.

Amplitudes are codes of the board's DAC: 40 a milliampere, so 80 mA is 3200. Frequencies
are hundredths of a hertz, widths microseconds.
"""

import hashlib
import struct
import sys
from typing import Annotated, Any, NamedTuple, get_type_hints

from appliance.session.lease import LEASE_S
from appliance.stimulator.reference.enumerations import ENUMS as ENUMS
from appliance.stimulator.reference.enumerations import Capability as Capability
from appliance.stimulator.reference.enumerations import Cause as Cause
from appliance.stimulator.reference.enumerations import Check as Check
from appliance.stimulator.reference.enumerations import Contact as Contact
from appliance.stimulator.reference.enumerations import Enumeration as Enumeration
from appliance.stimulator.reference.enumerations import Fault as Fault
from appliance.stimulator.reference.enumerations import Flag as Flag
from appliance.stimulator.reference.enumerations import Reason as Reason
from appliance.stimulator.reference.enumerations import Refusal as Refusal
from appliance.stimulator.reference.enumerations import Stage as Stage
from appliance.stimulator.reference.enumerations import State as State


class Wire(NamedTuple):
    """How one field lies on the wire: its `struct` code and its type in C.

    `since` is the minor version that brought the field. The layout hash leaves later fields
    out, so a minor version may give a meaning to reserved bytes without shutting out a host
    that does not know it.
    """

    code: str
    c_type: str
    length: int = 1
    since: int = 0


U8 = Wire("B", "uint8_t")
U16 = Wire("H", "uint16_t")
U32 = Wire("I", "uint32_t")


def spare(length: int) -> Wire:
    """Bytes that a later minor version may use: sent as zero, ignored when heard."""
    return Wire(f"{length}s", "uint8_t", length, since=RESERVED)


RESERVED = 255
"""`since` of bytes without a meaning."""

MINOR = 0
"""Minor version of this protocol: counts the uses of reserved bytes."""


BAUD_RATE: Annotated[int, "bit/s, 8 data bits, no parity, 1 stop bit"] = 250_000
CODES_PER_MA: Annotated[int, "DAC codes a milliampere; one code is 25 uA"] = 40
MAX_AMPLITUDE_CODES: Annotated[int, "80 mA"] = 3200
MIN_WIDTH_US: Annotated[int, "shortest phase of a pulse"] = 50
MAX_WIDTH_US: Annotated[int, "longest phase of a pulse"] = 400
MIN_FREQUENCY_CENTIHZ: Annotated[int, "1 Hz"] = 100
MAX_FREQUENCY_CENTIHZ: Annotated[int, "120 Hz"] = 12_000
MAX_BURST_PULSES: Annotated[int, "of a channel in each burst"] = 25
MIN_BURST_MS: Annotated[int, "from burst to burst: 10 a second"] = 100
MAX_BURST_MS: Annotated[int, "from burst to burst: 1 a second"] = 1000
MAX_CHARGE_CODES_US: Annotated[int, "codes times microseconds: 40 uC a phase"] = 1_600_000
RISE_CODES_PER_S: Annotated[int, "fastest rise of a channel's amplitude: 40 mA/s"] = 1600
FIRST_PULSE_CODES: Annotated[int, "largest first pulse after zero: 1 mA"] = 40
STEP_CODES: Annotated[int, "most that a pulse is above the one before: 2 mA"] = 80
STEP_CHARGE_CODES_US: Annotated[int, "most that a phase's charge is above it: 2 uC"] = 80_000
SHORT_PERCENT: Annotated[int, "measured below asked by this and the next: held"] = 5
SHORT_CODES: Annotated[int, "1 mA"] = 40
INTERPHASE_GAP_US: Annotated[int, "between a pulse's two phases"] = 50
LEASE_MS: Annotated[int, "lease that the host asks for"] = round(LEASE_S * 1000)
GAP_MS: Annotated[int, "after a pause longer than this the host's first frame is an off"] = 200
MIN_LEASE_MS: Annotated[int, "shortest lease that the board grants"] = 50
MAX_LEASE_MS: Annotated[int, "longest lease that the board grants"] = 500
SEQUENCE_WINDOW: Annotated[int, "a set-point's number is newer by at most this"] = 64
WRONG_BELIEFS: Annotated[int, "wrong beliefs in a row that lead to off"] = 3
OPEN_LEAD_FROM_CODES: Annotated[int, "asked from here on, a pulse shows an open lead: 2 mA"] = 80
OVER_CURRENT_PERCENT: Annotated[int, "measured above asked by this and the next: fault"] = 20
OVER_CURRENT_CODES: Annotated[int, "1 mA"] = 40
UNBALANCED_PERCENT: Annotated[int, "phases apart by this and the next: fault"] = 10
UNBALANCED_CODES: Annotated[int, "1 mA"] = 40
OFFSET_CODES: Annotated[int, "current between pulses above this: fault; 1 mA"] = 40
OPEN_LEAD_COOL_DOWN_MS: Annotated[int, "after the first open lead; doubles with each"] = 250
OVER_CURRENT_COOL_DOWN_MS: Annotated[int, "after the first fault of the current"] = 1000
COOL_DOWN_DOUBLINGS: Annotated[int, "no cool-down doubles more often"] = 4
GOOD_PULSES: Annotated[int, "so many good pulses forget the open leads"] = 200
OVER_CURRENTS: Annotated[int, "so many faults of the current: power off is needed"] = 5
HIGH_VOLTAGE_MOST_DV: Annotated[int, "tenths of a volt: above is a fault"] = 1300
HIGH_VOLTAGE_LEFT_DV: Annotated[int, "while off, 1 s after it was on: above is a fault"] = 150
HIGH_VOLTAGE_FALLS_MS: Annotated[int, "how long it may take to fall so far"] = 1000
SUPPLY_LOW_MV: Annotated[int, "below: warn"] = 6800
SUPPLY_EMPTY_MV: Annotated[int, "below: off"] = 6400
WATCHDOG_MS: Annotated[int, "a main loop that hangs this long resets the board"] = 15
CRC_START: Annotated[int, "CRC-16, polynomial 0x1021, not reflected"] = 0xFFFF

BOARD_NAME = b"EMS-REF1"
"""What a reference board calls itself. Eight bytes."""


class Hello(NamedTuple):
    """Who are you? Switches off like `off`. Its layout never changes."""

    sequence: Annotated[int, U16, "number of this frame; the next set-point's must be newer"]
    layout: Annotated[int, U32, "the host's layout hash; no set-points unless it is the board's"]
    protocol_minor: Annotated[int, U8, "the host's minor version; any is accepted"] = MINOR
    reserved: Annotated[bytes, spare(3), "0"] = bytes(3)


class Identity(NamedTuple):
    """The answer to a hello. Its layout never changes."""

    sequence: Annotated[int, U16, "that of the hello"]
    layout: Annotated[int, U32, "the board's layout hash; the host refuses any but its own"]
    name: Annotated[bytes, Wire("8s", "uint8_t", 8), "`EMS-REF1`"]
    major: Annotated[int, U8, "version of the firmware"]
    minor: Annotated[int, U8, "version of the firmware"]
    patch: Annotated[int, U8, "version of the firmware"]
    max_codes: Annotated[int, U16, "the board's own ceiling of amplitude, codes"]
    max_us: Annotated[int, U16, "the board's own ceiling of width"]
    max_centihz: Annotated[int, U16, "the board's own ceiling of frequency"]
    serial: Annotated[int, U32, "the board's serial number; 0: none was written"]
    hardware: Annotated[int, U8, "revision of the board; 0: unknown"]
    stage: Annotated[int, U8, "see Stages"]
    channels: Annotated[int, U8, "1: channel B is never driven"]
    capabilities: Annotated[int, U8, "see Capabilities"]
    flash_crc: Annotated[int, U16, "CRC of the program, as the chip computed it at its start"]
    protocol_minor: Annotated[int, U8, "the board's minor version; any is accepted"] = MINOR
    reserved: Annotated[bytes, spare(7), "0"] = bytes(7)


class SetPoint(NamedTuple):
    """What to deliver until the lease runs out. Absolute, never a step."""

    arming: Annotated[int, U32, "the arming number of the newest report"]
    sequence: Annotated[int, U16, "newer than any before by 1 to 64, counted in a circle"]
    heard: Annotated[int, U16, "`sequence` of the newest report that the host has heard"]
    lease_ms: Annotated[int, U16, "how long this holds, 50 to 500"]
    belief: Annotated[int, U8, "the board state that the host last saw"]
    frequency_centihz: Annotated[int, U16, "of both channels; B runs half a period after A"]
    burst_pulses: Annotated[int, U8, "a channel's pulses in each burst, from 2; 0: no bursts"]
    burst_ms: Annotated[int, U16, "from the begin of a burst to that of the next; 0: no bursts"]
    amplitude_a_codes: Annotated[int, U16, "peak of channel A's pulses; 0 is rest"]
    amplitude_b_codes: Annotated[int, U16, "peak of channel B's pulses; 0 is rest"]
    width_a_us: Annotated[int, U16, "width of each phase of channel A"]
    width_b_us: Annotated[int, U16, "width of each phase of channel B"]
    ceiling_codes: Annotated[int, U16, "no amplitude above this until the next off"]
    ceiling_us: Annotated[int, U16, "no width above this until the next off"]
    ceiling_centihz: Annotated[int, U16, "no frequency above this until the next off"]
    reserved: Annotated[bytes, spare(2), "0"] = bytes(2)


class Off(NamedTuple):
    """Off, always obeyed. Clears latched faults whose cause is gone."""

    sequence: Annotated[int, U16, "number of this frame; the next set-point's must be newer"]


class Report(NamedTuple):
    """The answer to every set-point and every off, refused ones included."""

    arming: Annotated[int, U32, "what the next set-point must carry"]
    sequence: Annotated[int, U16, "that of the frame answered"]
    answer: Annotated[int, U8, "0: accepted; else the kind of refusal"]
    state: Annotated[int, U8, "after the frame took effect"]
    reason: Annotated[int, U8, "why the board last went off"]
    flags: Annotated[int, U8, "see Flags"]
    cause: Annotated[int, U8, "what restarted the chip: see Causes"]
    faults: Annotated[int, U16, "see Faults"]
    check: Annotated[int, U8, "the first check that failed since the faults were clear"]
    contact_a: Annotated[int, U8, "pads of channel A"]
    contact_b: Annotated[int, U8, "pads of channel B"]
    amplitude_a_codes: Annotated[int, U16, "in force at A: its last pulse, or less; 0 in rest"]
    amplitude_b_codes: Annotated[int, U16, "in force at B: its last pulse, or less; 0 in rest"]
    width_a_us: Annotated[int, U16, "in force at channel A"]
    width_b_us: Annotated[int, U16, "in force at channel B"]
    frequency_centihz: Annotated[int, U16, "in force"]
    burst_pulses: Annotated[int, U8, "in force"]
    burst_ms: Annotated[int, U16, "in force"]
    measured_a_codes: Annotated[int, U16, "positive phase of A's last pulse; 0 in rest"]
    measured_b_codes: Annotated[int, U16, "positive phase of B's last pulse; 0 in rest"]
    negative_a_codes: Annotated[int, U16, "negative phase of A's last pulse; 0 in rest"]
    negative_b_codes: Annotated[int, U16, "negative phase of B's last pulse; 0 in rest"]
    offset_a_codes: Annotated[int, U16, "current at A between pulses; 0 is right"]
    offset_b_codes: Annotated[int, U16, "current at B between pulses; 0 is right"]
    pulses_a: Annotated[int, U16, "pulses that A delivered since power-up, in a circle"]
    pulses_b: Annotated[int, U16, "pulses that B delivered since power-up, in a circle"]
    high_voltage_dv: Annotated[int, U16, "behind the relay, tenths of a volt; 0 if not sensed"]
    cool_down_ms: Annotated[int, U16, "so long no set-point arms, at most 65535"]
    overflows: Annotated[int, U8, "bytes from the host that were lost, modulo 256"]
    supply_mv: Annotated[int, U16, "two lithium cells"]
    refusals: Annotated[
        bytes, Wire(f"{len(Refusal)}s", "uint8_t", len(Refusal)), "refused, by kind, modulo 256"
    ]
    reserved: Annotated[bytes, spare(6), "0"] = bytes(6)


Message = Hello | Identity | SetPoint | Off | Report

MESSAGES: dict[int, type[Message]] = {
    0x01: Hello,
    0x02: SetPoint,
    0x03: Off,
    0x81: Identity,
    0x82: Report,
}
"""The first byte of a message says what it is; from 0x80 on the board speaks."""


class Field(NamedTuple):
    name: str
    wire: Wire
    text: str


def fields(message: type[Message]) -> list[Field]:
    """The fields of a message in the order of the wire."""
    hints: dict[str, Any] = get_type_hints(message, include_extras=True)
    return [Field(name, *hint.__metadata__) for name, hint in hints.items()]


def constants() -> list[tuple[str, int, str]]:
    """Name, value and meaning of every number that both ends must agree on."""
    module = sys.modules[__name__]
    hints: dict[str, Any] = get_type_hints(module, include_extras=True)
    return [
        (name, getattr(module, name), hint.__metadata__[0])
        for name, hint in hints.items()
        if hasattr(hint, "__metadata__")
    ]


def layout_text() -> str:
    """Everything that both ends must share, a line each; its hash travels in the hello.

    Reserved bytes, and what minor versions made of them, count by their number alone.
    """
    lines = [f"{name} {value}" for name, value, _ in constants()]
    lines += [f"{enum.__name__} {item.name} {item.value}" for enum in ENUMS for item in enum]
    lines += [
        f"{code} {message.__name__} {field.name} {field.wire.code}"
        for code, message in MESSAGES.items()
        for field in fields(message)
        if not field.wire.since
    ]
    lines += [f"{code} {STRUCTS[code].size} bytes" for code in MESSAGES]
    return "\n".join(lines)


STRUCTS = {
    code: struct.Struct("<B" + "".join(field.wire.code for field in fields(message)))
    for code, message in MESSAGES.items()
}
"""The layout of every message with its first byte, without CRC and framing."""

LAYOUT = int.from_bytes(hashlib.sha256(layout_text().encode()).digest()[:4], "little")
"""The layout hash of this side."""

MAX_FRAME_BYTES = max(layout.size for layout in STRUCTS.values()) + 3
"""Longest frame without its delimiter: message, CRC and the one byte that COBS adds."""


def wire_bytes(wire: Wire) -> int:
    """Length of one field."""
    return struct.calcsize("<" + wire.code)
