"""A simulated P24 or RehaMove3: bytes and time in, bytes and pulses out.

It does what the maker's documents and library say of the middle level, and no more for
safety than the device does: it takes pulses that leave charge behind, currents up to
130 mA, and an update out of nowhere after its dead-man has stopped the pulses. What the
documents leave open, it does in the way that is hardest on a host:

* a stop or a question about the channels, while the middle level is off, is refused;
* an update forgets a channel's error and sets the channel going again;
* a frame that is damaged is answered by a general error with no number of its own.

The low level is known only as far as it bars the middle one.
"""

from functools import partial

from appliance.simulator.boards.device import SimulatedDevice
from appliance.simulator.boards.reply_queue import Replies
from appliance.simulator.boards.sciencemode.models import (
    COMPLIANCE_V,
    P24,
    REHAMOVE3,
    Model,
    Troubles,
)
from appliance.simulator.boards.sciencemode.output import PulseStage
from appliance.simulator.body import Body
from appliance.simulator.pulses import Pulse
from appliance.stimulator.sciencemode.codec import Decoder, Packet, encode
from appliance.stimulator.sciencemode.messages import (
    DEAD_MAN_S,
    DETECTS_CONTACT_FROM_MA,
    ChannelState,
    Command,
    GetBattery,
    GetCurrentData,
    GetDeviceId,
    GetExtendedVersion,
    GetMainVersion,
    GetStatus,
    HighVoltage,
    Init,
    Level,
    LowStop,
    Request,
    Result,
    Stop,
    read_request,
)
from appliance.stimulator.sciencemode.pulses import Update
from appliance.stimulator.sciencemode.replies import (
    Ack,
    Battery,
    CurrentData,
    DeviceId,
    ExtendedVersion,
    GeneralError,
    MainVersion,
    Reply,
    Status,
    UnknownCommand,
    answer,
)
from appliance.therapy.units import NEVER

FIRMWARE = (1, 2, 3)
P24_PROTOCOL = (4, 0, 1)
REHAMOVE3_PROTOCOL = (3, 2, 5)
LOW_INIT = 0

ONLY_TELLS = frozenset({Command.GET_EXTENDED_VERSION, Command.GET_DEVICE_ID, Command.RESET})
"""Commands of a device of the same maker that cannot stimulate."""

_MIDDLE = {Command.INIT, Command.UPDATE, Command.STOP, Command.GET_CURRENT_DATA}
_MIDDLE_LEVELS = (Level.MID_INITIALISED, Level.MID_RUNNING)


class ScienceModeDevice(SimulatedDevice):
    """One device. `output` tells pulses and changes to its listeners."""

    driver = "sciencemode"
    output: PulseStage
    troubles: Troubles

    def __init__(self, model: Model = P24, body: Body | None = None, seed: int = 0) -> None:
        self.model = model
        self.body = body or Body(COMPLIANCE_V, model.channels)
        self.output = PulseStage(self.body)
        self.troubles = Troubles()
        self.level = Level.NONE
        self.high_voltage = HighVoltage.OFF
        self.battery_percent = 80
        """Of a RehaMove3."""
        self._replies = Replies(self.troubles, seed)
        self._power_up()

    def feed(self, data: bytes, now: float) -> None:
        """Bytes have come in from the host."""
        self.advance(now)
        if self.troubles.stranger:
            if data:
                self._replies.say(self.troubles.stranger, now)
            return
        before = self._decoder.damaged
        for packet in self._decoder.feed(data):
            self._hear(packet, now)
        for _ in range(self._decoder.damaged - before):
            self._answer(0, GeneralError(Result.TRANSFER), now)

    def advance(self, now: float) -> None:
        """Live until `now`."""
        while (due := self._next_event()) <= now:
            if due == self._dead_at:
                self._pause(due, "dead_man")
            else:
                self._pulse(due)

    def reset(self, now: float) -> None:
        """Power up anew, as after a dip of the supply."""
        self.advance(now)
        self.output.stop(now, "reset")
        self._replies.forget()
        self._power_up()

    def _power_up(self) -> None:
        self._decoder = Decoder()
        self._become(Level.NONE, HighVoltage.OFF)

    def _become(self, level: Level, high_voltage: HighVoltage) -> None:
        self.level = level
        self.high_voltage = high_voltage
        self._states = [ChannelState.OK] * self.model.channels
        self._stops_all_on_error = False
        self._dead_at = NEVER

    # Time

    def _next_event(self) -> float:
        return min(self._dead_at, self.output.next_pulse())

    def _pause(self, now: float, why: str) -> None:
        """No pulses any more; the level stays, and so does the high voltage."""
        self.output.stop(now, why)
        self.level = Level.MID_INITIALISED
        self._dead_at = NEVER

    def _pulse(self, due: float) -> None:
        self.output.extra_ma = self.troubles.extra_ma
        pulse = self.output.fire()
        if pulse and pulse.amplitude_ma >= DETECTS_CONTACT_FROM_MA:
            self._judge_contact(pulse)

    def _judge_contact(self, pulse: Pulse) -> None:
        if pulse.measured_ma >= pulse.amplitude_ma:
            return
        is_open = not pulse.measured_ma
        state = ChannelState.ELECTRODE if is_open else ChannelState.LOW_CURRENT
        self._states[pulse.channel] = state
        why = state.name.lower()
        if self._stops_all_on_error:
            self._pause(pulse.at, why)
        else:
            self.output.disable(pulse.at, pulse.channel, why)

    # Packets

    def _hear(self, packet: Packet, now: float) -> None:
        if packet.command == LOW_INIT:
            result = self._enter_low_level()
            self._say(encode(packet.number, LOW_INIT + 1, bytes([result])), now)
            return
        if packet.command not in self._known_commands():
            self._answer(packet.number, UnknownCommand(), now)
            return
        command = Command(packet.command)
        request = read_request(packet)
        if command is Command.RESET:
            self._restart(packet.number, now)
        elif command in _MIDDLE and self.troubles.refuses is not None:
            self._answer(packet.number, Ack(command, self.troubles.refuses), now)
        elif request is None:
            self._answer(packet.number, Ack(command, Result.PARAMETER), now)
        else:
            self._answer(packet.number, self._obey(command, request, now), now)

    def _known_commands(self) -> frozenset[Command]:
        return ONLY_TELLS if self.troubles.measures_only else self.model.commands

    def _obey(self, command: Command, request: Request, now: float) -> Reply:
        match request:
            case Init():
                return Ack(command, self._init(request, now))
            case Update():
                return Ack(command, self._update(request, now))
            case Stop():
                return Ack(command, self._stop(now))
            case GetCurrentData():
                return self._current_data(request, now)
            case LowStop():
                return Ack(command, self._leave_low_level())
            case GetStatus():
                return Status(self.level, self.high_voltage)
            case GetExtendedVersion():
                return ExtendedVersion(FIRMWARE, P24_PROTOCOL, 0x1234ABCD, 1, True)
            case GetMainVersion():
                return MainVersion(FIRMWARE, REHAMOVE3_PROTOCOL)
            case GetBattery():
                return Battery(self.battery_percent, 3300 + 9 * self.battery_percent)
            case GetDeviceId():
                return DeviceId("SIMULATED")

    def _init(self, request: Init, now: float) -> Result:
        if self.level is Level.LOW_INITIALISED:
            return Result.NOT_INITIALISED
        self.output.stop(now, "init")
        self._become(Level.MID_INITIALISED, HighVoltage.V150)
        self._stops_all_on_error = request.stop_all_on_error
        return Result.OK

    def _update(self, request: Update, now: float) -> Result:
        if self.level not in _MIDDLE_LEVELS:
            return Result.NOT_INITIALISED
        if not self.model.takes(request):
            return Result.PARAMETER
        self.level = Level.MID_RUNNING
        self._dead_at = now + DEAD_MAN_S
        if not self.troubles.stuck:
            self._states = [ChannelState.OK] * self.model.channels
            self.output.apply(now, request)
            self.advance(now)
        return Result.OK

    def _stop(self, now: float) -> Result:
        if self.level not in _MIDDLE_LEVELS:
            return Result.NOT_INITIALISED
        self.output.stop(now, "stop")
        self._become(Level.NONE, HighVoltage.OFF)
        return Result.OK

    def _current_data(self, request: GetCurrentData, now: float) -> Reply:
        if self.level not in _MIDDLE_LEVELS:
            return Ack(Command.GET_CURRENT_DATA, Result.NOT_INITIALISED)
        if request.selection is not self.model.selection:
            return Ack(Command.GET_CURRENT_DATA, Result.PARAMETER)
        if self.level is Level.MID_RUNNING:
            self._dead_at = now + DEAD_MAN_S
        claimed = self.troubles.claimed or ()
        states = (*claimed, *self._states[len(claimed) :])
        return CurrentData(request.selection, self.output.active, states)

    def _enter_low_level(self) -> Result:
        if self.level is not Level.NONE:
            return Result.NOT_INITIALISED
        self._become(Level.LOW_INITIALISED, HighVoltage.V150)
        return Result.OK

    def _leave_low_level(self) -> Result:
        if self.level is not Level.LOW_INITIALISED:
            return Result.NOT_INITIALISED
        self._become(Level.NONE, HighVoltage.OFF)
        return Result.OK

    def _restart(self, number: int, now: float) -> None:
        self.reset(now)
        if self.model.acknowledges_reset:
            self._answer(number, Ack(Command.RESET, Result.OK), now)

    def _answer(self, number: int, reply: Reply, now: float) -> None:
        if self.troubles.wrong_echo:
            number = (number + 32) % 64
        self._say(answer(number, reply), now)

    def _say(self, frame: bytes, now: float) -> None:
        self._replies.say(self.troubles.junk + frame, now)


p24 = partial(ScienceModeDevice, P24)
rehamove3 = partial(ScienceModeDevice, REHAMOVE3)
"""What the board card names as makers of the two devices."""
