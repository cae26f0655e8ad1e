"""Replies of ScienceMode: `answer` makes a frame of a reply, `read_reply` reads a packet."""

import struct
from collections.abc import Sequence

from appliance.records import Fixed
from appliance.stimulator.sciencemode.codec import Packet, encode
from appliance.stimulator.sciencemode.messages import (
    ChannelState,
    Command,
    HighVoltage,
    Level,
    Result,
    Selection,
)

Version = tuple[int, int, int]
"""Major, minor, patch."""


class Ack(Fixed, frozen=True):
    """An answer that is a result and nothing else: of init, update, stop, and of refusals."""

    to: Command
    result: Result


class GeneralError(Fixed, frozen=True):
    """Something is wrong, and no command asked for it."""

    result: Result


class UnknownCommand(Fixed, frozen=True):
    """The device does not know the command of that number."""

    result: Result = Result.UNKNOWN_COMMAND


class CurrentData(Fixed, frozen=True):
    """State of each channel: eight of a P24, four of a RehaMove3."""

    selection: Selection
    active: tuple[bool, ...]
    """Which channels are pulsing. A RehaMove3 says it of all together."""
    states: tuple[ChannelState, ...]
    result: Result = Result.OK


class Status(Fixed, frozen=True):
    """Which level is on."""

    level: Level
    high_voltage: HighVoltage
    result: Result = Result.OK


class ExtendedVersion(Fixed, frozen=True):
    """The version of a P24."""

    firmware: Version
    protocol: Version
    hash: int = 0
    hash_type: int = 0
    """0 none, 1 git, 2 MD5, 3 SHA-256."""
    hash_is_valid: bool = False
    result: Result = Result.OK


class MainVersion(Fixed, frozen=True):
    """The version of a RehaMove3."""

    firmware: Version
    protocol: Version
    result: Result = Result.OK


class Battery(Fixed, frozen=True):
    """The battery of a RehaMove3."""

    percent: int
    millivolts: int
    result: Result = Result.OK


class DeviceId(Fixed, frozen=True):
    """What the maker calls this one device."""

    text: str
    """Up to ten characters."""
    result: Result = Result.OK


Reply = (
    Ack
    | GeneralError
    | UnknownCommand
    | CurrentData
    | Status
    | ExtendedVersion
    | MainVersion
    | Battery
    | DeviceId
)

_EXTENDED_VERSION = struct.Struct(">B3B3BI2B")
_MAIN_VERSION = struct.Struct(">B3B3B")
_BATTERY = struct.Struct(">BBH")
_ID_BYTES = 10
_RUNNING = 0x10


def answer(number: int, reply: Reply) -> bytes:
    """The frame of a reply; `number` is that of the request."""
    match reply:
        case Ack(to, result):
            return encode(number, to + 1, bytes([result]))
        case GeneralError(result):
            return encode(number, Command.GENERAL_ERROR, bytes([result]))
        case UnknownCommand(result):
            return encode(number, Command.UNKNOWN_COMMAND, bytes([result]))
        case CurrentData():
            return encode(number, Command.GET_CURRENT_DATA + 1, _pack_current(reply))
        case Status(level, high_voltage, result):
            return encode(number, Command.GET_STATUS + 1, bytes([result, level, high_voltage]))
        case ExtendedVersion(firmware, protocol, digest, kind, is_valid, result):
            data = _EXTENDED_VERSION.pack(result, *firmware, *protocol, digest, kind, is_valid)
            return encode(number, Command.GET_EXTENDED_VERSION + 1, data)
        case MainVersion(firmware, protocol, result):
            data = _MAIN_VERSION.pack(result, *firmware, *protocol)
            return encode(number, Command.GET_MAIN_VERSION + 1, data)
        case Battery(percent, millivolts, result):
            data = _BATTERY.pack(result, percent, millivolts)
            return encode(number, Command.GET_BATTERY + 1, data)
        case DeviceId(text, result):
            data = bytes([result]) + text.encode("ascii").ljust(_ID_BYTES, b"\0")
            return encode(number, Command.GET_DEVICE_ID + 1, data)


def read_reply(packet: Packet) -> Reply | None:
    """What a packet says; None where it is no well-formed reply of these."""
    data = packet.data
    if not data:
        return None
    result = Result(data[0])
    if packet.command == Command.GENERAL_ERROR:
        return GeneralError(result)
    if packet.command == Command.UNKNOWN_COMMAND:
        return UnknownCommand(result)
    try:
        to = Command(packet.command - 1)
    except ValueError:
        return None
    return Ack(to, result) if len(data) == 1 else _read_full(to, result, data)


def _read_full(to: Command, result: Result, data: bytes) -> Reply | None:
    match to, len(data):
        case Command.GET_CURRENT_DATA, _:
            return _read_current(result, data)
        case Command.GET_STATUS, 3 if data[1] <= max(Level) and data[2] <= max(HighVoltage):
            return Status(Level(data[1]), HighVoltage(data[2]), result)
        case Command.GET_EXTENDED_VERSION, _EXTENDED_VERSION.size:
            _, *six, digest, kind, is_valid = _EXTENDED_VERSION.unpack(data)
            return ExtendedVersion(
                _version(six[:3]), _version(six[3:]), digest, kind, is_valid == 1, result
            )
        case Command.GET_MAIN_VERSION, _MAIN_VERSION.size:
            return MainVersion(_version(data[1:4]), _version(data[4:7]), result)
        case Command.GET_BATTERY, _BATTERY.size:
            _, percent, millivolts = _BATTERY.unpack(data)
            return Battery(percent, millivolts, result)
        case Command.GET_DEVICE_ID, 11:
            text = data[1:].rstrip(b"\0").decode("ascii", errors="replace")
            return DeviceId(text, result)
    return None


def _version(three: Sequence[int]) -> Version:
    major, minor, patch = three
    return major, minor, patch


def _pack_current(reply: CurrentData) -> bytes:
    if reply.selection is Selection.REHAMOVE3:
        running = _RUNNING if any(reply.active) else 0
        errors = sum((state is not ChannelState.OK) << n for n, state in enumerate(reply.states))
        return bytes([reply.result, reply.selection, running | errors])
    mask = sum(is_active << n for n, is_active in enumerate(reply.active))
    nibbles = sum(state << 4 * n for n, state in enumerate(reply.states))
    return bytes([reply.result, reply.selection, mask]) + nibbles.to_bytes(4, "little")


def _read_current(result: Result, data: bytes) -> CurrentData | None:
    match data[1], len(data):
        case Selection.REHAMOVE3, 3:
            active = tuple([bool(data[2] & _RUNNING)] * 4)
            states = tuple(ChannelState(data[2] >> n & 1) for n in range(4))
        case Selection.P24, 7:
            active = tuple(bool(data[2] >> n & 1) for n in range(8))
            states = tuple(ChannelState(data[3 + n // 2] >> n % 2 * 4 & 0xF) for n in range(8))
        case _:
            return None
    return CurrentData(Selection(data[1]), active, states, result)
