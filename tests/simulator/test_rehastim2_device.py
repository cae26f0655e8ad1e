"""The simulated RehaStim2: what the maker's document says of the device."""

import pytest

from appliance.simulator.boards.rehastim2.device import RehaStim2Device
from appliance.simulator.body import Pads
from appliance.simulator.pulses import Pulse
from appliance.stimulator.rehastim2.codec import Decoder, encode
from appliance.stimulator.rehastim2.lists import Channel, InitList, StartList
from appliance.stimulator.rehastim2.messages import (
    Ack,
    Command,
    GetMode,
    Init,
    InitAck,
    Mode,
    ModeAck,
    Reply,
    Request,
    Result,
    StimulationError,
    StopList,
    Trouble,
    UnknownCommand,
    Watchdog,
    ask,
    read_reply,
)

LIST = InitList(0b11, 40)
START = StartList((Channel(250, 20), Channel(250, 10)))


class Rig:
    """The device, and a host that says whatever it likes."""

    def __init__(self) -> None:
        self.device = RehaStim2Device()
        self.pulses: list[Pulse] = []
        self.device.output.on_pulse.append(self.pulses.append)
        self.now = 100.0
        self._decoder = Decoder()
        self.wait(0)

    def wait(self, seconds: float) -> list[Reply | None]:
        self.now += seconds
        self.device.advance(self.now)
        return [read_reply(one) for one in self._decoder.feed(self.device.take_output(self.now))]

    def say(self, request: Request) -> list[Reply | None]:
        return self.write(ask(7, request))

    def write(self, data: bytes) -> list[Reply | None]:
        self.device.feed(data, self.now)
        return self.wait(0)

    def met(self) -> "Rig":
        self.wait(0.5)
        self.say(InitAck())
        return self

    def going(self) -> "Rig":
        self.met().say(LIST)
        self.say(START)
        return self


def test_it_says_init_every_half_second_until_it_is_answered() -> None:
    rig = Rig()
    assert rig.wait(2.6) == [Init()] * 5
    assert rig.say(GetMode()) == rig.say(LIST) == []
    assert rig.say(InitAck(Result.VERSION)) == []
    assert rig.wait(0.5) == [Init()]
    assert rig.say(InitAck()) == []
    assert rig.say(GetMode()) == [ModeAck(Mode.START)]
    assert rig.wait(1.1) == []


def test_after_1_2_s_without_a_packet_it_forgets_everything_and_says_init() -> None:
    rig = Rig().going()
    rig.wait(1.1)
    rig.say(Watchdog())
    rig.wait(1.19)
    assert rig.device.mode is Mode.STARTED
    before = len(rig.pulses)
    assert rig.wait(0.6) == [Init()]
    assert len(rig.pulses) <= before + 2
    assert rig.device.mode is Mode.START
    assert rig.say(START) == []


def test_a_damaged_packet_keeps_nothing_going() -> None:
    rig = Rig().going()
    for _ in range(3):
        rig.wait(0.5)
        rig.write(b"\xf0\x81\x5c\x81\x57\x01\x05\x0f")
    assert rig.device.mode is Mode.START


def test_the_modes_follow_each_other_and_no_other_way() -> None:
    rig = Rig().met()
    wrong = Result.WRONG_MODE
    assert rig.say(START) == [Ack(Command.START_LIST, wrong)]
    assert rig.say(StopList()) == [Ack(Command.STOP_LIST, wrong)]
    assert rig.say(LIST) == [Ack(Command.INIT_LIST, Result.OK)]
    assert rig.say(LIST) == [Ack(Command.INIT_LIST, wrong)]
    assert rig.say(GetMode()) == [ModeAck(Mode.INITIALISED)]
    assert rig.say(START) == [Ack(Command.START_LIST, Result.OK)]
    assert rig.say(GetMode()) == [ModeAck(Mode.STARTED)]
    assert rig.say(StopList()) == [Ack(Command.STOP_LIST, Result.OK)]


def test_it_delivers_balanced_pulses_one_channel_after_the_other() -> None:
    rig = Rig().going()
    rig.wait(0.999)
    by_channel = {n: [pulse for pulse in rig.pulses if pulse.channel == n] for n in (0, 1)}
    assert [len(by_channel[n]) for n in (0, 1)] == [50, 50]
    assert {pulse.amplitude_ma for pulse in by_channel[0]} == {20}
    for a, b in zip(by_channel[0], by_channel[1], strict=True):
        assert b.at - a.at >= 600e-6
        assert a.net_charge_uc == 0
        assert (a.gap_us, a.width_us, a.frequency_hz) == (100, 250, 50)


@pytest.mark.parametrize(
    "data",
    ["00 03 00 0D 00 0D 00", "00 03 00 0D 08 01 00", "00 00 00 0D 00 30 00", "00 03 00 0D 00 30"],
)
def test_a_list_out_of_range_is_refused(data: str) -> None:
    frame = encode(7, Command.INIT_LIST, bytes.fromhex(data))
    assert Rig().met().write(frame) == [Ack(Command.INIT_LIST, Result.PARAMETER)]


@pytest.mark.parametrize("data", ["00 01 F5 14", "00 00 FA 83", "03 00 FA 14", "00 00 FA"])
def test_a_start_out_of_range_is_refused(data: str) -> None:
    rig = Rig().met()
    rig.say(InitList(1, 40))
    frame = encode(7, Command.START_LIST, bytes.fromhex(data))
    assert rig.write(frame) == [Ack(Command.START_LIST, Result.PARAMETER)]
    rig.wait(0.1)
    assert rig.pulses == []


@pytest.mark.parametrize("trouble", [Trouble.ELECTRODE, Trouble.EMERGENCY_SWITCH, Trouble.MODULE])
def test_whatever_is_wrong_stops_everything_and_is_said(trouble: Trouble) -> None:
    rig = Rig().going()
    rig.wait(0.1)
    if trouble is Trouble.ELECTRODE:
        rig.device.body.place(1, Pads.OPEN)
    rig.device.troubles.emergency = trouble is Trouble.EMERGENCY_SWITCH
    rig.device.troubles.module = trouble is Trouble.MODULE
    before = len(rig.pulses)
    assert rig.wait(0.1) == [StimulationError(trouble)]
    assert len(rig.pulses) <= before + 1
    assert rig.say(GetMode()) == [ModeAck(Mode.START)]


def test_a_command_that_it_does_not_know_is_said_to_be_unknown() -> None:
    assert Rig().met().write(encode(7, 99)) == [UnknownCommand()]
