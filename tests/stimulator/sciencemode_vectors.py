"""Frames as the maker published or built them, and what each of them says."""

from typing import NamedTuple

from appliance.stimulator.sciencemode.codec import Packet
from appliance.stimulator.sciencemode.messages import (
    ChannelState,
    Command,
    GetCurrentData,
    GetStatus,
    HighVoltage,
    Init,
    Level,
    Request,
    Result,
    Selection,
    Stop,
)
from appliance.stimulator.sciencemode.pulses import Point, Train, Update
from appliance.stimulator.sciencemode.replies import Ack, CurrentData, Reply, Status


class Vector(NamedTuple):
    """A frame, byte by byte."""

    name: str
    frame: bytes
    packet: Packet
    says: Request | Reply | None = None
    """None: a command of the low level, which this box never uses."""


def _vector(
    name: str, frame: str, number: int, command: int, data: str, says: Request | Reply | None = None
) -> Vector:
    return Vector(name, bytes.fromhex(frame), Packet(number, command, bytes.fromhex(data)), says)


_UPDATE = Update(
    (
        Train(1, 80, (Point(20, 200), Point(0, 100), Point(-20, 200)), ramp_pulses=3),
        Train(2, 40, (Point(10, 100), Point(0, 100), Point(-10, 100)), ramp_pulses=3),
    )
)
_OK = ChannelState.OK
_STATES = (_OK, ChannelState.ELECTRODE, _OK, _OK, _OK, _OK, _OK, ChannelState.LOW_CURRENT)

# From the document of ScienceMode 3, page 15.
PUBLISHED = [
    _vector("Ll_init", "F0 81 55 81 58 81 55 81 55 00 00 00 0F", 0, 0, "00"),
    _vector("Ll_stop", "F0 81 55 81 59 81 9C 81 78 08 04 0F", 2, 4, ""),
    _vector(
        "Ll_channel_config",
        "F0 81 55 81 4E 81 D3 81 AF 04 02 82 81 5A A5 50 00 06 44 B0 00 81 5A A4 10 00 0F",
        1,
        2,
        "82 0F A5 50 00 06 44 B0 00 0F A4 10 00",
    ),
    _vector("Ml_init", "F0 81 55 81 58 81 75 81 29 00 1E 00 0F", 0, 30, "00", Init()),
    _vector(
        "Ml_get_current_data of a RehaMove3",
        "F0 81 55 81 58 81 16 81 94 08 24 02 0F",
        2,
        36,
        "02",
        GetCurrentData(Selection.REHAMOVE3),
    ),
    _vector("Ml_stop", "F0 81 55 81 59 81 14 81 18 0C 22 0F", 3, 34, "", Stop()),
    _vector(
        "Ml_update",
        "F0 81 55 81 7E 81 5D 81 42 04 20 03 23 00 50 0C 85 50 00 06 44 B0 00 0C 84 10 00"
        " 23 00 28 06 45 00 00 06 44 B0 00 06 44 60 00 0F",
        1,
        32,
        "03 23 00 50 0C 85 50 00 06 44 B0 00 0C 84 10 00"
        " 23 00 28 06 45 00 00 06 44 B0 00 06 44 60 00",
        _UPDATE,
    ),
]

# Their checksums or numbers put a raw delimiter or escape where a careless reader stumbles.
TRICKY = [
    _vector(
        "a raw F0 in the checksum",
        "F0 81 55 81 58 81 F0 81 94 28 24 04 0F",
        10,
        36,
        "04",
        GetCurrentData(Selection.P24),
    ),
    _vector("a raw 0F in the checksum", "F0 81 55 81 59 81 0F 81 80 8C 22 0F", 35, 34, "", Stop()),
    _vector(
        "a raw 81 in the checksum", "F0 81 55 81 59 81 81 81 BB 10 3E 0F", 4, 62, "", GetStatus()
    ),
    _vector(
        "an escaped number",
        "F0 81 55 81 5B 81 22 81 13 81 A5 24 04 0F",
        60,
        36,
        "04",
        GetCurrentData(Selection.P24),
    ),
]

# Built by the device's side of the maker's own library.
REPLIES = [
    _vector(
        "Ml_get_current_data_ack",
        "F0 81 55 81 46 81 6C 81 15 14 25 00 04 03 10 00 00 30 0F",
        5,
        37,
        "00 04 03 10 00 00 30",
        CurrentData(Selection.P24, (True, True) + (False,) * 6, _STATES),
    ),
    _vector(
        "Ml_update_ack, not initialised",
        "F0 81 55 81 58 81 26 81 67 1C 21 07 0F",
        7,
        33,
        "07",
        Ack(Command.UPDATE, Result.NOT_INITIALISED),
    ),
    _vector(
        "Get_stim_status_ack, running at 150 V",
        "F0 81 55 81 5A 81 19 81 75 24 3F 00 03 06 0F",
        9,
        63,
        "00 03 06",
        Status(Level.MID_RUNNING, HighVoltage.V150),
    ),
]

VECTORS = PUBLISHED + TRICKY + REPLIES
