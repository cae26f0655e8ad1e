"""An independent implementation of ScienceMode 4 beside ours, in the domain where it is right.

`science-mode-4` takes whole milliseconds only, and knows no RehaMove3.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from science_mode_4 import DeviceP24, SerialPortConnection
from science_mode_4.general.general_device_id import PacketGeneralGetDeviceId
from science_mode_4.general.general_stim_status import PacketGeneralGetStimStatus
from science_mode_4.general.general_version import PacketGeneralGetExtendedVersion
from science_mode_4.mid_level import (
    MidLevelChannelConfiguration,
    PacketMidLevelGetCurrentData,
    PacketMidLevelInit,
    PacketMidLevelStop,
    PacketMidLevelUpdate,
)
from science_mode_4.protocol.channel_point import ChannelPoint
from science_mode_4.protocol.exceptions import ProtocolError
from science_mode_4.protocol.packet import Packet, PacketAck
from science_mode_4.protocol.packet_factory import PacketFactory
from science_mode_4.protocol.protocol import Protocol

from appliance.simulator.boards.sciencemode.device import ScienceModeDevice
from appliance.simulator.boards.sciencemode.models import P24, REHAMOVE3, Model
from appliance.simulator.body import Pads
from appliance.simulator.pulses import Pulse
from appliance.simulator.wire import Wire
from appliance.stimulator.sciencemode.messages import (
    ChannelState,
    Command,
    GetCurrentData,
    GetDeviceId,
    GetExtendedVersion,
    GetStatus,
    HighVoltage,
    Init,
    Level,
    Request,
    Result,
    Selection,
    Stop,
    ask,
)
from appliance.stimulator.sciencemode.pulses import Point, Train, Update
from appliance.stimulator.sciencemode.replies import (
    Ack,
    CurrentData,
    DeviceId,
    ExtendedVersion,
    GeneralError,
    Reply,
    Status,
    UnknownCommand,
    answer,
)

PATIENCE_S = 10.0

numbers = st.integers(0, 63)
points = st.lists(
    st.builds(Point, st.integers(-300, 300).map(lambda half: half / 2), st.integers(0, 4095)),
    min_size=1,
    max_size=16,
).map(tuple)
periods = st.integers(1, 16383).map(lambda ms: 4 * ms)


def trains(channel: int) -> st.SearchStrategy[Train]:
    return st.builds(Train, st.just(channel), periods, points, st.integers(0, 15))


updates = st.builds(
    Update,
    st.sets(st.integers(1, 8), max_size=3).flatmap(
        lambda channels: st.tuples(*(trains(channel) for channel in sorted(channels)))
    ),
)


def peer_frame(number: int, packet: Packet) -> bytes:
    packet.number = number
    return bytes(Protocol.packet_to_bytes(packet))


def peer_update(update: Update) -> PacketMidLevelUpdate:
    configured: list[MidLevelChannelConfiguration | None] = [None] * 8
    for train in update.trains:
        configured[train.channel - 1] = MidLevelChannelConfiguration(
            True,
            train.ramp_pulses,
            train.period_quarter_ms // 4,
            [ChannelPoint(point.duration_us, point.current_ma) for point in train.points],
        )
    packet = PacketMidLevelUpdate()
    packet.channel_configuration = configured
    return packet


def peer_init(stop_all_on_error: bool) -> PacketMidLevelInit:
    packet = PacketMidLevelInit()
    packet.do_stop_on_all_errors = stop_all_on_error
    return packet


def peer_reads(frame: bytes) -> PacketAck:
    assert Protocol.is_valid_packet_data(frame)
    command, number, data = Protocol.extract_packet_data(frame)
    return PacketFactory().create_packet_with_data(command, number, data)


@given(numbers, updates)
def test_the_peer_encodes_an_update_to_the_same_bytes(number: int, update: Update) -> None:
    assert peer_frame(number, peer_update(update)) == ask(number, update)


@given(numbers)
def test_the_peer_encodes_every_other_request_to_the_same_bytes(number: int) -> None:
    pairs: list[tuple[Request, Packet]] = [
        (Init(), peer_init(False)),
        (Init(stop_all_on_error=True), peer_init(True)),
        (Stop(), PacketMidLevelStop()),
        (GetCurrentData(Selection.P24), PacketMidLevelGetCurrentData()),
        (GetStatus(), PacketGeneralGetStimStatus()),
        (GetExtendedVersion(), PacketGeneralGetExtendedVersion()),
        (GetDeviceId(), PacketGeneralGetDeviceId()),
    ]
    for request, packet in pairs:
        assert peer_frame(number, packet) == ask(number, request)


@given(
    numbers,
    st.tuples(*[st.booleans()] * 8),
    st.tuples(*[st.sampled_from(list(ChannelState)[:4])] * 8),
)
def test_the_peer_reads_our_current_data(
    number: int, active: tuple[bool, ...], states: tuple[ChannelState, ...]
) -> None:
    ack = peer_reads(answer(number, CurrentData(Selection.P24, active, states)))
    results = {
        ChannelState.OK: Result.OK,
        ChannelState.ELECTRODE: Result.ELECTRODE,
        ChannelState.PULSE_TIMEOUT: Result.PULSE_TIMEOUT,
        ChannelState.LOW_CURRENT: Result.PULSE_LOW_CURRENT,
    }
    assert ack.number == number
    assert ack.is_stimulation_active_per_channel == list(active)
    assert [int(error) for error in ack.channel_error] == [results[state] for state in states]


@given(numbers, st.sampled_from(Level), st.sampled_from([HighVoltage.OFF, HighVoltage.V150]))
def test_the_peer_reads_our_status(number: int, level: Level, voltage: HighVoltage) -> None:
    ack = peer_reads(answer(number, Status(level, voltage)))
    assert (ack.number, int(ack.stim_status)) == (number, level)
    assert ack.high_voltage_on is (voltage is HighVoltage.V150)


@given(numbers, st.tuples(*[st.integers(0, 255)] * 6), st.integers(0, 0xFFFFFFFF))
def test_the_peer_reads_our_version(number: int, six: tuple[int, ...], digest: int) -> None:
    first, second = six[:3], six[3:]
    ack = peer_reads(answer(number, ExtendedVersion(first, second, digest, 1, True)))
    assert ack.successful
    assert ack.firmware_version == ".".join(map(str, first))
    assert ack.science_mode_version == ".".join(map(str, second))
    assert ack.firmware_hash == f"{digest:x}"
    assert ack.is_valid_hash


@given(numbers, st.sampled_from([result for result in Result if result is not Result.OTHER]))
def test_the_peer_reads_our_results(number: int, result: Result) -> None:
    replies: list[Reply] = [
        *(Ack(to, result) for to in (Command.INIT, Command.UPDATE, Command.STOP)),
        GeneralError(result),
        UnknownCommand(result),
        DeviceId("SIMULATED", result),
    ]
    for reply in replies:
        ack = peer_reads(answer(number, reply))
        assert (ack.number, int(ack.result_error)) == (number, result)


# The peer's own client, on the simulated device


class Played:
    """The simulated device on a pseudo-terminal, pumped by the loop that the client runs in."""

    def __init__(self, link: Path, model: Model) -> None:
        self.device = ScienceModeDevice(model, seed=1)
        self.pulses: list[Pulse] = []
        self.device.output.on_pulse.append(self.pulses.append)
        self.wire = Wire(self.device, link)
        self.skipped_s = 0.0
        """How much further the device's time is than the loop's."""

    def play(self, talk: Callable[[DeviceP24], Awaitable[None]]) -> None:
        asyncio.run(self._play(talk))

    async def _play(self, talk: Callable[[DeviceP24], Awaitable[None]]) -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(self.wire.fileno(), lambda: self.wire.pump(self.now))
        connection = SerialPortConnection(self.wire.path)
        connection.open()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await talk(DeviceP24(connection))
        finally:
            connection.close()

    @property
    def now(self) -> float:
        return asyncio.get_running_loop().time() + self.skipped_s

    def skip(self, seconds: float) -> None:
        self.skipped_s += seconds
        self.wire.advance(self.now)


@pytest.fixture
def p24(tmp_path: Path) -> Iterator[Played]:
    played = Played(tmp_path / "p24", P24)
    yield played
    played.wire.unplug()


def configured(ma: float, period_ms: int = 25) -> list[MidLevelChannelConfiguration]:
    pulse = [ChannelPoint(200, ma), ChannelPoint(100, 0), ChannelPoint(200, -ma)]
    return [MidLevelChannelConfiguration(True, 0, period_ms, pulse) for _ in range(2)]


def test_the_peers_client_leads_the_simulated_p24_through_a_session(p24: Played) -> None:
    async def talk(client: DeviceP24) -> None:
        await client.initialize()
        assert client.get_layer_general().device_id.rstrip("\0") == "SIMULATED"
        middle = client.get_layer_mid_level()
        await middle.init(True)
        await middle.update(configured(20.5))
        p24.skip(1.0)
        looked = await middle.get_current_data()
        assert looked.is_stimulation_active_per_channel == [True, True] + [False] * 6
        p24.skip(1.5)
        await middle.stop()
        status = await client.get_layer_general().get_stim_status()
        assert (int(status.stim_status), status.high_voltage_on) == (Level.NONE, False)

    p24.play(talk)
    pulses = [pulse for pulse in p24.pulses if pulse.channel == 0]
    assert len(pulses) >= 2.5 / 0.025
    assert {(pulse.amplitude_ma, pulse.frequency_hz) for pulse in pulses} == {(20.5, 40.0)}
    assert not any(pulse.net_charge_uc for pulse in pulses)


def test_the_peers_client_finds_an_open_lead_and_a_level_that_somebody_left_on(
    p24: Played,
) -> None:
    p24.device.body.place(1, Pads.OPEN)

    async def talk(client: DeviceP24) -> None:
        middle = client.get_layer_mid_level()
        await middle.init(False)
        await middle.update(configured(20))
        p24.skip(0.1)
        looked = await middle.get_current_data()
        assert [int(error) for error in looked.channel_error[:2]] == [0, Result.ELECTRODE]
        assert looked.is_stimulation_active_per_channel[:2] == [True, False]
        await client.initialize()
        assert p24.device.level is Level.NONE

    p24.play(talk)


def test_the_peers_client_sees_the_dead_man_and_sets_it_going_by_an_update_alone(
    p24: Played,
) -> None:
    async def talk(client: DeviceP24) -> None:
        middle = client.get_layer_mid_level()
        await middle.init(False)
        await middle.update(configured(1))
        p24.skip(3.0)
        looked = await middle.get_current_data()
        assert not any(looked.is_stimulation_active_per_channel)
        before = len(p24.pulses)
        await middle.update(configured(1))
        assert len(p24.pulses) > before

    p24.play(talk)


def test_the_peers_client_is_told_what_the_device_refuses(p24: Played) -> None:
    async def talk(client: DeviceP24) -> None:
        middle = client.get_layer_mid_level()
        with pytest.raises(ProtocolError, match="NOT_INITIALIZED"):
            await middle.update(configured(1))
        await middle.init(False)
        with pytest.raises(ProtocolError, match="PARAMETER_ERROR"):
            await middle.update(configured(131))

    p24.play(talk)


def test_the_peers_client_knows_no_rehamove3(tmp_path: Path) -> None:
    played = Played(tmp_path / "rehamove3", REHAMOVE3)

    async def talk(client: DeviceP24) -> None:
        with pytest.raises(ProtocolError, match="Unknown command"):
            await client.initialize()

    played.play(talk)
    played.wire.unplug()
