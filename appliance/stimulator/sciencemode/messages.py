"""Requests of ScienceMode 3 and 4: the part of the protocol that this box uses.

`ask` makes a frame of a request, `read_request` a request of a packet. Where P24
(ScienceMode 4) and RehaMove3 (ScienceMode 3) differ, a request says whose it is.
"""

from collections.abc import Callable
from enum import IntEnum

from appliance.records import Fixed
from appliance.stimulator.hasomed.pending_requests import PendingRequests
from appliance.stimulator.sciencemode.card import CARD
from appliance.stimulator.sciencemode.codec import MAX_NUMBER, Packet, encode
from appliance.stimulator.sciencemode.pulses import Update

BAUD_RATE = 3_000_000
"""8 data bits, no parity, 2 stop bits, RTS/CTS. A P24 is USB all the way and ignores it."""
DEAD_MAN_S = CARD.silence_off_s
"""The pulses stop after this time without an update or a request for the current data, seconds.

High voltage stays on, and an update alone sets them going again.
"""
DETECTS_CONTACT_FROM_MA = 15.0
"""Below this current a lead that is off goes unnoticed."""
DEVICE_MAX_MA = 130.0


class Command(IntEnum):
    """Commands; the answer's number is one more."""

    LOW_STOP = 4
    INIT = 30
    UPDATE = 32
    STOP = 34
    GET_CURRENT_DATA = 36
    GET_MAIN_VERSION = 50
    GET_DEVICE_ID = 52
    GET_BATTERY = 54
    RESET = 58
    GET_STATUS = 62
    GENERAL_ERROR = 66
    UNKNOWN_COMMAND = 67
    GET_EXTENDED_VERSION = 68


class Result(IntEnum):
    """The result of a command."""

    OK = 0
    TRANSFER = 1
    PARAMETER = 2
    PROTOCOL = 3
    STIMULATION_TIMEOUT = 4
    NOT_INITIALISED = 7
    HIGH_VOLTAGE = 8
    ELECTRODE = 10
    UNKNOWN_COMMAND = 11
    PULSE_TIMEOUT = 16
    FUEL_GAUGE = 17
    BUSY = 21
    PULSE_LOW_CURRENT = 28
    OTHER = 255
    """Any other number: parts of the device that this box does not use."""

    @classmethod
    def _missing_(cls, value: object) -> "Result":
        return cls.OTHER


class Level(IntEnum):
    """What the device is doing."""

    NONE = 0
    LOW_INITIALISED = 1
    MID_INITIALISED = 2
    MID_RUNNING = 3


class HighVoltage(IntEnum):
    """High voltage of the output stage."""

    DEFAULT = 0
    OFF = 1
    V30 = 2
    V60 = 3
    V90 = 4
    V120 = 5
    V150 = 6


class ChannelState(IntEnum):
    """The error of a channel's last pulses."""

    OK = 0
    ELECTRODE = 1
    PULSE_TIMEOUT = 2
    LOW_CURRENT = 3
    OTHER = 15
    """Any other number."""

    @classmethod
    def _missing_(cls, value: object) -> "ChannelState":
        return cls.OTHER


class Selection(IntEnum):
    """Selects the current data. Each model has its own."""

    REHAMOVE3 = 2
    P24 = 4


class Init(Fixed, frozen=True):
    """Mid level on, high voltage on. Refused while another level is active."""

    stop_all_on_error: bool = False
    """P24: an error on one channel stops every channel. Reserved, so False, on RehaMove3."""


class Stop(Fixed, frozen=True):
    """Mid level off, high voltage off: this stops a P24 or a RehaMove3.

    As number 1 it is `F0 81 55 81 59 81 9D 81 B1 04 22 0F`. `hasomed.leased_driver` sends it.
    """


class LowStop(Fixed, frozen=True):
    """Low level off, if another host left it on; high voltage off."""


class GetCurrentData(Fixed, frozen=True):
    """Asks for the state of the channels. Keeps the pulses going, too."""

    selection: Selection


class GetStatus(Fixed, frozen=True):
    """Asks for the level that is active, and for the high voltage."""


class GetExtendedVersion(Fixed, frozen=True):
    """Asks for the firmware. P24 only."""


class GetMainVersion(Fixed, frozen=True):
    """Asks for the firmware. RehaMove3 only."""


class GetBattery(Fixed, frozen=True):
    """Asks for the battery. RehaMove3 only."""


class GetDeviceId(Fixed, frozen=True):
    """Asks for the device's id."""


Request = (
    Init
    | Update
    | Stop
    | LowStop
    | GetCurrentData
    | GetStatus
    | GetExtendedVersion
    | GetMainVersion
    | GetBattery
    | GetDeviceId
)

_BARE: dict[Command, Callable[[], Request]] = {
    Command.STOP: Stop,
    Command.LOW_STOP: LowStop,
    Command.GET_STATUS: GetStatus,
    Command.GET_EXTENDED_VERSION: GetExtendedVersion,
    Command.GET_MAIN_VERSION: GetMainVersion,
    Command.GET_BATTERY: GetBattery,
    Command.GET_DEVICE_ID: GetDeviceId,
}
_COMMANDS = {
    Init: Command.INIT,
    Update: Command.UPDATE,
    GetCurrentData: Command.GET_CURRENT_DATA,
} | {kind: command for command, kind in _BARE.items()}


def command_of(request: Request) -> Command:
    """The command number of a request. Its answer has the next number."""
    return _COMMANDS[type(request)]


def new_pending_requests() -> PendingRequests[Request]:
    """No request yet. An error answers any request of its number."""
    errors = (Command.GENERAL_ERROR, Command.UNKNOWN_COMMAND)
    return PendingRequests(
        MAX_NUMBER,
        lambda request, command: command == command_of(request) + 1 or command in errors,
    )


def ask(number: int, request: Request) -> bytes:
    """The frame of a request. Raises ValueError for what the wire cannot say."""
    match request:
        case Init(stop_all_on_error):
            data = bytes([stop_all_on_error])
        case Update():
            data = request.pack()
        case GetCurrentData(selection):
            data = bytes([selection])
        case _:
            data = b""
    return encode(number, command_of(request), data)


def read_request(packet: Packet) -> Request | None:
    """What a packet asks for; None where it is no well-formed request of these."""
    data = packet.data
    match packet.command:
        case Command.INIT if len(data) == 1:
            return Init(bool(data[0] & 1))
        case Command.UPDATE:
            return Update.unpack(data)
        case Command.GET_CURRENT_DATA if data in (b"\x02", b"\x04"):
            return GetCurrentData(Selection(data[0]))
        case command if command in _BARE and not data:
            return _BARE[Command(command)]()
    return None
