"""A simulated RehaStim2: bytes and time in, bytes and pulses out.

It does what the maker's document says of the channel list mode. What that leaves open, it
does in the way that is hardest on a host:

* before its Init is answered it hears nothing else, and a stop, too, needs the right mode;
* a new list needs a stop before it;
* the leads are tested before each pulse, one of 0 mA among them, and one that is off stops
  everything, without a word on which one it is;
* a watchdog that has run out stops, forgets, and lets half a second pass before it says Init;
* a damaged frame is not answered, because the document does not say how.

Pulses and their numbers are those of `PulseStage`: first channel 1, then channel 2, from one
current source. Lower frequencies for some channels, doublets and triplets are refused.
"""

from dataclasses import dataclass

from appliance.simulator.boards.device import SimulatedDevice
from appliance.simulator.boards.reply_queue import Replies, WireTroubles
from appliance.simulator.boards.sciencemode.output import PulseStage
from appliance.simulator.body import Body, Pads
from appliance.stimulator.rehastim2.codec import Decoder, Packet
from appliance.stimulator.rehastim2.lists import GAP_US, MIN_WIDTH_US, Channel, InitList, StartList
from appliance.stimulator.rehastim2.messages import (
    INIT_EVERY_S,
    WATCHDOG_S,
    Ack,
    Command,
    GetMode,
    Init,
    InitAck,
    Mode,
    ModeAck,
    Reply,
    Result,
    StimulationError,
    StopList,
    Trouble,
    UnknownCommand,
    answer,
    read_request,
)
from appliance.stimulator.sciencemode.pulses import Train, Update, biphasic
from appliance.therapy.units import LONG_AGO, NEVER

COMPLIANCE_V = 154.0
CHANNELS = 8
_UNTOLD = 0.0
"""A time before the device was first told the time."""
_COMMANDS = {Command.INIT_LIST, Command.START_LIST, Command.STOP_LIST, Command.GET_MODE}
_QUIET_COMMANDS = {Command.INIT_ACK, Command.WATCHDOG}


@dataclass(slots=True)
class Troubles(WireTroubles):
    """Switches that make the simulated device misbehave. All off: an honest device."""

    junk: bytes = b""
    """Says this before each frame."""
    refuses: Result | None = None
    """Answers each command about lists with this result, and obeys none of them."""
    stuck: bool = False
    """Takes changes but keeps what was in force."""
    skips: bool = False
    """Takes no change that comes sooner than a pulse after the last one, and says it did."""
    extra_ma: float = 0.0
    """The output stage delivers this much more than it was asked for."""
    emergency: bool = False
    """Its emergency switch is open, or there is none."""
    module: bool = False
    """Its stimulation module is broken."""
    hushes: bool = False
    """Stops by itself without a word on why."""
    version: int = 1
    """What it says with Init."""


class RehaStim2Device(SimulatedDevice):
    """One device. `output` tells pulses and changes to its listeners."""

    driver = "rehastim2"
    output: PulseStage
    troubles: Troubles

    def __init__(self, body: Body | None = None, seed: int = 0) -> None:
        self.body = body or Body(COMPLIANCE_V, CHANNELS)
        self.output = PulseStage(self.body)
        self.troubles = Troubles()
        self._replies = Replies(self.troubles, seed)
        self._init_at = NEVER
        self._power_up(_UNTOLD - INIT_EVERY_S)

    @property
    def is_waiting(self) -> bool:
        """Whether it says Init and waits for its answer."""
        return self._init_at < NEVER

    def feed(self, data: bytes, now: float) -> None:
        """Bytes have come in from the host."""
        self.advance(now)
        for packet in self._decoder.feed(data):
            self._hear(packet, now)

    def advance(self, now: float) -> None:
        """Live until `now`."""
        if self._init_at == _UNTOLD:
            # It was switched on just now, whatever the clock says.
            self._init_at = now + INIT_EVERY_S
        while (due := self._next_event()) <= now:
            if due == self._init_at:
                self._say_init(due)
            elif due == self._dead_at:
                self._begin_anew(due, "watchdog")
            else:
                self._pulse(due)

    def next_output(self) -> float:
        """When the device says something that it was not just asked, seconds."""
        return min(self._init_at, self._replies.next_due())

    def reset(self, now: float) -> None:
        """Power up anew, as after a dip of the supply."""
        self.advance(now)
        self.output.stop(now, "reset")
        self._replies.forget()
        self._power_up(now)

    def _power_up(self, now: float) -> None:
        self._decoder = Decoder()
        self._count = 0
        self._list = InitList(1, 16)
        self._changed_at = LONG_AGO
        self._begin_anew(now, "reset")

    def _begin_anew(self, now: float, why: str) -> None:
        """Start mode; every packet is ignored until Init is answered."""
        self._stop(now, why)
        self._dead_at = NEVER
        self._init_at = now + INIT_EVERY_S

    def _stop(self, now: float, why: str) -> None:
        self.output.stop(now, why)
        self.mode = Mode.START

    # Time

    def _next_event(self) -> float:
        return min(self._dead_at, self._init_at, self.output.next_pulse())

    def _say_init(self, now: float) -> None:
        self._init_at = now + INIT_EVERY_S
        if self.troubles.stranger:
            self._replies.say(self.troubles.stranger, now)
        else:
            self._inform(Init(self.troubles.version), now)

    def _pulse(self, due: float) -> None:
        """The test of the leads, and then the pulse."""
        trouble = self._trouble()
        if trouble is None:
            self.output.extra_ma = self.troubles.extra_ma
            self.output.fire()
        else:
            self._fail(trouble, due)

    def _trouble(self) -> Trouble | None:
        if self.troubles.emergency:
            return Trouble.EMERGENCY_SWITCH
        if self.troubles.module:
            return Trouble.MODULE
        tested = zip(self.output.active, self.body.pads, strict=True)
        if any(is_active and pads is Pads.OPEN for is_active, pads in tested):
            return Trouble.ELECTRODE
        return None

    def _fail(self, trouble: Trouble, now: float) -> None:
        self._stop(now, trouble.name.lower())
        if not self.troubles.hushes:
            self._inform(StimulationError(trouble), now)

    # Packets

    def _hear(self, packet: Packet, now: float) -> None:
        request = read_request(packet)
        if self.is_waiting:
            if request == InitAck():
                self._init_at = NEVER
                self._dead_at = now + WATCHDOG_S
            return
        self._dead_at = now + WATCHDOG_S
        if packet.command in _QUIET_COMMANDS:
            return
        if packet.command not in _COMMANDS:
            self._answer(packet.number, UnknownCommand(), now)
        elif isinstance(request, GetMode):
            self._answer(packet.number, ModeAck(self.mode), now)
        else:
            result = self._obey(request, now)
            self._answer(packet.number, Ack(Command(packet.command), result), now)

    def _obey(self, request: object, now: float) -> Result:
        if self.troubles.refuses is not None:
            return self.troubles.refuses
        match request, self.mode:
            case InitList(), Mode.START:
                self._list = request
                self.mode = Mode.INITIALISED
                self._changed_at = LONG_AGO
                return Result.OK
            case StartList(channels), Mode.INITIALISED | Mode.STARTED:
                return self._start(channels, now)
            case StopList(), Mode.INITIALISED | Mode.STARTED:
                self._stop(now, "stop")
                return Result.OK
            case None, _:
                return Result.PARAMETER
        return Result.WRONG_MODE

    def _start(self, channels: tuple[Channel, ...], now: float) -> Result:
        numbers = [bit + 1 for bit in range(CHANNELS) if self._list.channels >> bit & 1]
        if len(channels) != len(numbers) or any(channel.mode for channel in channels):
            return Result.PARAMETER
        interval_s = self._list.interval_half_ms / 2000
        skips = self.troubles.skips and now - self._changed_at < interval_s
        is_stuck = self.troubles.stuck and self.mode is Mode.STARTED
        self.mode = Mode.STARTED
        if not skips and not is_stuck:
            self._changed_at = now
            trains = (self._train(*each) for each in zip(numbers, channels, strict=True))
            self.output.apply(now, Update(tuple(trains)))
            self.advance(now)
        return Result.OK

    def _train(self, number: int, channel: Channel) -> Train:
        width_us = max(channel.width_us, MIN_WIDTH_US)
        pulse = biphasic(channel.current_ma, width_us, GAP_US)
        return Train(number, 2 * self._list.interval_half_ms, pulse)

    def _answer(self, number: int, reply: Reply, now: float) -> None:
        if self.troubles.wrong_echo:
            number = (number + 128) % 256
        self._replies.say(self.troubles.junk + answer(number, reply), now)

    def _inform(self, reply: Reply, now: float) -> None:
        """Send what is no reply, under a number of the device's own."""
        self._count = (self._count + 1) % 256
        self._replies.say(self.troubles.junk + answer(self._count, reply), now)
