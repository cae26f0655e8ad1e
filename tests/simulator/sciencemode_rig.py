"""A bare P24 or RehaMove3 under test: requests in, replies and delivered pulses out."""

from typing import Any

from appliance.simulator.boards.sciencemode.device import ScienceModeDevice
from appliance.simulator.boards.sciencemode.models import P24, Model
from appliance.simulator.pulse_witness import Witness
from appliance.simulator.pulses import Change, Pulse
from appliance.stimulator.sciencemode.codec import Decoder, Packet
from appliance.stimulator.sciencemode.messages import (
    GetCurrentData,
    GetStatus,
    Init,
    Request,
    Result,
    Stop,
    ask,
)
from appliance.stimulator.sciencemode.pulses import Point, Train, Update, biphasic
from appliance.stimulator.sciencemode.replies import CurrentData, Reply, Status, read_reply


def train(
    ma: float = 20.0, channel: int = 1, quarters: int = 100, us: int = 250, ramp: int = 0
) -> Train:
    return Train(channel, quarters, biphasic(ma, us, 100), ramp)


def update(ma: float = 20.0, **how: Any) -> Update:
    """Both channels alike."""
    return Update((train(ma, 1, **how), train(ma, 2, **how)))


def one(*points: Point, quarters: int = 100) -> Update:
    """Channel 1 with these points."""
    return Update((Train(1, quarters, points),))


class DeviceBench:
    """Says what a host would say, byte for byte, and remembers what was delivered."""

    def __init__(self, model: Model = P24, init: bool = True) -> None:
        self.model = model
        self.device = ScienceModeDevice(model, seed=1)
        self.now = 10.0
        self.number = 0
        self.pulses: list[Pulse] = []
        self.changes: list[Change] = []
        self.packets: list[Packet] = []
        self.witness = Witness(lambda: 80.0, lambda at: True, rise_at_once_ma=0.5)
        self.decoder = Decoder()
        output = self.device.output
        output.on_pulse += [self.pulses.append, self.witness.see]
        output.on_change.append(self.changes.append)
        if init:
            self.ask(Init())

    def write(self, data: bytes) -> list[Reply | None]:
        self.device.feed(data, self.now)
        return self.hear()

    def hear(self) -> list[Reply | None]:
        self.packets = self.decoder.feed(self.device.take_output(self.now))
        return [read_reply(packet) for packet in self.packets]

    def ask(self, request: Request) -> Reply:
        self.number = (self.number + 1) % 64
        (reply,) = self.write(ask(self.number, request))
        if reply is None or self.packets[0].number != self.number:
            raise AssertionError(self.packets)
        return reply

    def result(self, request: Request) -> Result:
        return self.ask(request).result

    def look(self) -> CurrentData:
        """At the channels, which keeps the pulses going."""
        reply = self.ask(GetCurrentData(self.model.selection))
        if not isinstance(reply, CurrentData):
            raise AssertionError(reply)
        return reply

    def status(self) -> Status:
        reply = self.ask(GetStatus())
        if not isinstance(reply, Status):
            raise AssertionError(reply)
        return reply

    def stop(self) -> Result:
        return self.result(Stop())

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.device.advance(self.now)

    def hold(self, seconds: float) -> None:
        """Keep the pulses going."""
        for _ in range(round(seconds / 0.4)):
            self.pass_time(0.4)
            self.look()

    def of(self, channel: int) -> list[Pulse]:
        return [pulse for pulse in self.pulses if pulse.channel == channel]

    def delivers(self, seconds: float = 0.2) -> bool:
        """Whether any pulse comes in the next moments, nothing being sent."""
        before = len(self.pulses)
        self.pass_time(seconds)
        return len(self.pulses) > before
