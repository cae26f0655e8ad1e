"""Requests and replies of ScienceMode 2: the channel list mode.

`ask` makes a frame of what the host says, `read_request` the reverse; `answer` and
`read_reply` do so for the device.
"""

from collections.abc import Callable
from enum import IntEnum

from appliance.records import Fixed
from appliance.stimulator.hasomed.pending_requests import PendingRequests
from appliance.stimulator.rehastim2.card import CARD
from appliance.stimulator.rehastim2.codec import MAX_NUMBER, Packet, encode
from appliance.stimulator.rehastim2.lists import InitList, StartList

BAUD_RATE = 460_800
"""8 data bits, even parity, 1 stop bit, no flow control."""
WATCHDOG_S = CARD.silence_off_s
"""After this time without a valid packet the device stops, forgets its list and says Init."""
INIT_EVERY_S = 0.5
"""Time from one Init to the next until it is answered, seconds."""
VERSION = 1
"""Of the protocol."""


class Command(IntEnum):
    """Commands. The answer's number is one more where there is one."""

    INIT = 1
    INIT_ACK = 2
    UNKNOWN_COMMAND = 3
    WATCHDOG = 4
    GET_MODE = 10
    INIT_LIST = 30
    START_LIST = 32
    STOP_LIST = 34
    STIMULATION_ERROR = 38


class Result(IntEnum):
    """What came of a command, signed on the wire."""

    OK = 0
    TRANSFER = -1
    PARAMETER = -2
    WRONG_MODE = -3
    VERSION = -5
    BUSY = -8
    OTHER = -128
    """Any other number."""

    @classmethod
    def _missing_(cls, value: object) -> "Result":
        return cls.OTHER


class Mode(IntEnum):
    """What the device is doing."""

    START = 0
    """Off, without a list."""
    INITIALISED = 1
    """It has a list of channels; nothing flows."""
    STARTED = 2
    """It pulses."""


class Trouble(IntEnum):
    """Why the device has stopped by itself, and is in its start mode again."""

    EMERGENCY_SWITCH = -1
    """Pressed, or none is connected."""
    ELECTRODE = -2
    """A lead is off. Which one is not said."""
    MODULE = -3
    """Its output stage is broken."""
    OTHER = -128
    """Any other number."""

    @classmethod
    def _missing_(cls, value: object) -> "Trouble":
        return cls.OTHER


# What the host says


class InitAck(Fixed, frozen=True):
    """The host's answer to Init. The device accepts requests from now on."""

    result: Result = Result.OK


class Watchdog(Fixed, frozen=True):
    """Keeps the device's watchdog from running out. Gets no answer."""


class GetMode(Fixed, frozen=True):
    """Asks for the mode. Keeps the device going, too."""


class StopList(Fixed, frozen=True):
    """Stops the pulses; the device forgets the list.

    As number 1 it is `F0 81 AE 81 57 01 22 0F`. `hasomed.leased_driver` sends it.
    """

    for_rest: bool = False
    """Not on the wire: the set-point goes on, with nothing or with another interval."""


Request = InitAck | Watchdog | GetMode | InitList | StartList | StopList


# What the device says


class Init(Fixed, frozen=True):
    """The device has started, or its watchdog has run out."""

    version: int = VERSION


class Ack(Fixed, frozen=True):
    """An answer that is a result and nothing else."""

    to: Command
    result: Result


class ModeAck(Fixed, frozen=True):
    """What it is doing."""

    mode: Mode
    result: Result = Result.OK


class StimulationError(Fixed, frozen=True):
    """The device has stopped by itself, without a request."""

    trouble: Trouble


class UnknownCommand(Fixed, frozen=True):
    """It does not know the command of that number."""


Reply = Init | Ack | ModeAck | StimulationError | UnknownCommand

_BARE: dict[Command, Callable[[], Request]] = {
    Command.WATCHDOG: Watchdog,
    Command.GET_MODE: GetMode,
    Command.STOP_LIST: StopList,
}
_COMMANDS = {
    InitAck: Command.INIT_ACK,
    InitList: Command.INIT_LIST,
    StartList: Command.START_LIST,
    Watchdog: Command.WATCHDOG,
    GetMode: Command.GET_MODE,
    StopList: Command.STOP_LIST,
}
_ACKNOWLEDGED = (Command.INIT_LIST, Command.START_LIST, Command.STOP_LIST)


def command_of(request: Request) -> Command:
    """The command that a request is."""
    return _COMMANDS[type(request)]


def new_pending_requests() -> PendingRequests[Request]:
    """No request yet. The reply "unknown command" answers any request of its number."""
    return PendingRequests(
        MAX_NUMBER,
        lambda request, command: (
            command
            in (
                command_of(request) + 1,
                Command.UNKNOWN_COMMAND,
            )
        ),
    )


def ask(number: int, request: Request) -> bytes:
    """The frame of a request. Raises ValueError for what the wire cannot say."""
    match request:
        case InitAck(result):
            data = _byte(result)
        case InitList() | StartList():
            data = request.pack()
        case _:
            data = b""
    return encode(number, command_of(request), data)


def read_request(packet: Packet) -> Request | None:
    """What a packet asks for; None where it is no well-formed request of these."""
    data = packet.data
    match packet.command:
        case Command.INIT_ACK if len(data) == 1:
            return InitAck(Result(_number(data[0])))
        case Command.INIT_LIST:
            return InitList.unpack(data)
        case Command.START_LIST:
            return StartList.unpack(data)
        case command if command in _BARE and not data:
            return _BARE[Command(command)]()
    return None


def answer(number: int, reply: Reply) -> bytes:
    """The frame of a reply; `number` is that of the request, or the device's own count."""
    match reply:
        case Init(version):
            return encode(number, Command.INIT, bytes([version]))
        case Ack(to, result):
            return encode(number, to + 1, _byte(result))
        case ModeAck(mode, result):
            return encode(number, Command.GET_MODE + 1, _byte(result) + bytes([mode]))
        case StimulationError(trouble):
            return encode(number, Command.STIMULATION_ERROR, _byte(trouble))
        case UnknownCommand():
            return encode(number, Command.UNKNOWN_COMMAND)


def read_reply(packet: Packet) -> Reply | None:
    """What a packet says; None where it is no well-formed reply of these."""
    data = packet.data
    match packet.command, len(data):
        case Command.INIT, 1:
            return Init(data[0])
        case Command.UNKNOWN_COMMAND, _:
            return UnknownCommand()
        case Command.STIMULATION_ERROR, 1:
            return StimulationError(Trouble(_number(data[0])))
        case 11, 1:
            return Ack(Command.GET_MODE, Result(_number(data[0])))
        case 11, 2 if data[1] <= max(Mode):
            return ModeAck(Mode(data[1]), Result(_number(data[0])))
        case command, 1 if command - 1 in _ACKNOWLEDGED:
            return Ack(Command(command - 1), Result(_number(data[0])))
    return None


def _byte(value: int) -> bytes:
    return value.to_bytes(1, "big", signed=True)


def _number(byte: int) -> int:
    """The signed number that a byte stands for."""
    return byte - 256 if byte > 127 else byte
