"""Frames of ScienceMode 2, worked out from the maker's document, and what each of them carries."""

from typing import NamedTuple

from appliance.stimulator.rehastim2.codec import Packet


class Vector(NamedTuple):
    """A frame, byte by byte."""

    name: str
    frame: bytes
    packet: Packet


def _vector(name: str, frame: str, number: int, command: int, data: str = "") -> Vector:
    return Vector(name, bytes.fromhex(frame), Packet(number, command, bytes.fromhex(data)))


PLAIN = [
    _vector("Watchdog", "F0 81 5C 81 57 01 04 0F", 1, 4),
    _vector("StopChannelListMode", "F0 81 91 81 57 02 22 0F", 2, 34),
    _vector("InitAck", "F0 81 7F 81 56 00 02 00 0F", 0, 2, "00"),
    _vector("GetStimulationMode", "F0 81 5C 81 57 03 0A 0F", 3, 10),
    _vector(
        "StartChannelListMode",
        "F0 81 F2 81 5F 05 20 00 00 FA 14 00 00 FA 14 0F",
        5,
        32,
        "00 00 FA 14 00 00 FA 14",
    ),
]

# Their checksums or data put a raw delimiter or escape where a careless reader stumbles.
TRICKY = [
    _vector(
        "InitChannelListMode, a raw 0F in the checksum",
        "F0 81 0F 81 5C 04 1E 00 03 00 0D 00 30 00 0F",
        4,
        30,
        "00 03 00 0D 00 30 00",
    ),
    _vector("a raw 81 in the checksum", "F0 81 81 81 57 84 0A 0F", 132, 10),
    _vector("a raw F0 in the checksum", "F0 81 F0 81 57 C6 0A 0F", 198, 10),
    _vector(
        "an answer, a raw 0F in its checksum", "F0 81 0F 81 51 7B 0B 00 02 0F", 123, 11, "0002"
    ),
    _vector("an escaped F0 for a number", "F0 81 70 81 56 81 A5 04 0F", 0xF0, 4),
    _vector("an escaped 81 for a number", "F0 81 D7 81 50 81 D4 0B 00 02 0F", 0x81, 11, "0002"),
    _vector(
        "an escaped 0F and 81 in the data",
        "F0 81 FD 81 5E 07 1E 00 03 00 81 5A 00 81 D4 00 0F",
        7,
        30,
        "00 03 00 0F 00 81 00",
    ),
]

VECTORS = PLAIN + TRICKY
