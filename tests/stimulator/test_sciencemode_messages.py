"""Requests and replies of ScienceMode: encoded, decoded, and refused where they are wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.stimulator.sciencemode.codec import Decoder, Packet
from appliance.stimulator.sciencemode.messages import (
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
    Request,
    Result,
    Selection,
    Stop,
    ask,
    command_of,
    read_request,
)
from appliance.stimulator.sciencemode.pulses import Point, Train, Update, biphasic
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
    read_reply,
)
from tests.stimulator.sciencemode_vectors import VECTORS, Vector

SPOKEN = [vector for vector in VECTORS if vector.says]

bytes_ = st.integers(0, 255)
results = st.sampled_from(Result)
versions = st.tuples(bytes_, bytes_, bytes_)
half_ma = st.integers(-300, 300).map(lambda halves: halves / 2)
points = st.builds(Point, half_ma, st.integers(0, 4095))
periods = st.integers(1, 0x7FFF) | st.integers(1, 2 * 16383).map(lambda halves: 2 * halves)


def trains(channel: int) -> st.SearchStrategy[Train]:
    some = st.lists(points, min_size=1, max_size=16).map(tuple)
    return st.builds(Train, st.just(channel), periods, some, st.integers(0, 15))


updates = (
    st.sets(st.integers(1, 8))
    .flatmap(lambda channels: st.tuples(*(trains(channel) for channel in sorted(channels))))
    .map(Update)
)
requests = st.one_of(
    st.builds(Init, st.booleans()),
    updates,
    st.builds(GetCurrentData, st.sampled_from(Selection)),
    *(
        st.builds(kind)
        for kind in (
            Stop,
            GetStatus,
            GetExtendedVersion,
            GetMainVersion,
            GetBattery,
            GetDeviceId,
        )
    ),
)
states = st.sampled_from(ChannelState)
replies = st.one_of(
    st.builds(Ack, st.sampled_from(list(map(command_of, (Init(), Update(), Stop())))), results),
    st.builds(GeneralError, results),
    st.builds(UnknownCommand, results),
    st.builds(
        CurrentData,
        st.just(Selection.P24),
        st.tuples(*[st.booleans()] * 8),
        st.tuples(*[states] * 8),
        results,
    ),
    st.builds(
        CurrentData,
        st.just(Selection.REHAMOVE3),
        st.booleans().map(lambda running: (running,) * 4),
        st.tuples(*[st.sampled_from([ChannelState.OK, ChannelState.ELECTRODE])] * 4),
        results,
    ),
    st.builds(Status, st.sampled_from(Level), st.sampled_from(HighVoltage), results),
    st.builds(
        ExtendedVersion,
        versions,
        versions,
        st.integers(0, 0xFFFFFFFF),
        bytes_,
        st.booleans(),
        results,
    ),
    st.builds(MainVersion, versions, versions, results),
    st.builds(Battery, bytes_, st.integers(0, 0xFFFF), results),
    st.builds(DeviceId, st.text("ABC123-", max_size=10), results),
)


def heard(frame: bytes) -> Packet:
    (packet,) = Decoder().feed(frame)
    return packet


@pytest.mark.parametrize("vector", SPOKEN, ids=lambda vector: vector.name)
def test_a_vector_says_what_its_maker_meant_and_is_said_so(vector: Vector) -> None:
    number, says = vector.packet.number, vector.says
    if vector.packet.command % 2:
        assert read_reply(vector.packet) == says
        assert answer(number, says) == vector.frame
    else:
        assert read_request(vector.packet) == says
        assert ask(number, says) == vector.frame


@given(st.integers(0, 63), requests)
def test_a_request_arrives_as_it_was_asked(number: int, request: Request) -> None:
    packet = heard(ask(number, request))
    assert packet.number == number
    assert packet.command == command_of(request)
    assert read_request(packet) == request


@given(st.integers(0, 63), replies)
def test_a_reply_arrives_as_it_was_said(number: int, reply: Reply) -> None:
    packet = heard(answer(number, reply))
    assert packet.number == number
    assert read_reply(packet) == reply


@given(st.integers(0, 63), st.integers(0, 1023), st.binary(max_size=60))
def test_no_packet_raises(number: int, command: int, data: bytes) -> None:
    packet = Packet(number, command, data)
    read_request(packet)
    read_reply(packet)


@given(st.sampled_from(Command), st.binary(max_size=60))
def test_whatever_is_read_is_written_back_the_same(command: Command, data: bytes) -> None:
    request = read_request(Packet(0, command, data))
    if isinstance(request, Update):
        assert Update.unpack(request.pack()) == request


@given(replies)
def test_a_refusal_may_be_a_result_alone(reply: Reply) -> None:
    packet = heard(answer(1, reply))
    short = read_reply(packet._replace(data=packet.data[:1]))
    assert short is not None
    assert short.result is reply.result


def test_a_version_without_a_hash_says_that_there_is_none() -> None:
    packet = heard(answer(1, ExtendedVersion((1, 2, 3), (4, 5, 6))))
    assert packet.data == bytes([Result.OK, 1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0])


def test_a_result_and_a_state_that_nobody_documented_are_other() -> None:
    assert read_reply(Packet(0, 31, b"\x63")) == Ack(Command.INIT, Result.OTHER)
    reply = read_reply(Packet(0, 37, b"\x00\x04\x01\x09\x00\x00\x00"))
    assert isinstance(reply, CurrentData)
    assert reply.states[0] is ChannelState.OTHER


@pytest.mark.parametrize(
    "packet",
    [
        Packet(0, 32, b""),
        Packet(0, 32, b"\x01\x00\x00"),
        Packet(0, 32, b"\x01\x10\x00\x50\x0c\x85\x50\x00"),
        Packet(0, 32, b"\x00\x00"),
        Packet(0, 32, b"\x01\x00\x00\x50\x0c\x85\x50\x01"),
        Packet(0, 32, b"\x01\x00\x00\x50\x0c\x8f\xfc\x00"),
        Packet(0, 30, b""),
        Packet(0, 34, b"\x00"),
        Packet(0, 36, b"\x03"),
        Packet(0, 999, b""),
    ],
    ids=str,
)
def test_a_malformed_request_is_none(packet: Packet) -> None:
    assert read_request(packet) is None


@pytest.mark.parametrize(
    "packet",
    [
        Packet(0, 31, b""),
        Packet(0, 31, b"\x00\x00"),
        Packet(0, 63, b"\x00\x03"),
        Packet(0, 63, b"\x00\x04\x06"),
        Packet(0, 37, b"\x00\x04\x01\x00\x00\x00"),
        Packet(0, 37, b"\x00\x02\x01\x00\x00\x00\x00"),
        Packet(0, 69, b"\x00\x01"),
        Packet(0, 998, b"\x00"),
    ],
    ids=str,
)
def test_a_malformed_reply_is_none(packet: Packet) -> None:
    assert read_reply(packet) is None


def test_the_period_is_told_in_the_coarser_unit_where_that_is_exact() -> None:
    def period(quarters: int) -> bytes:
        return Train(1, quarters, (Point(0, 0),)).pack()[1:3]

    assert period(80) == bytes([0, 80])
    assert period(114) == bytes([0, 114])
    assert period(115) == bytes([0, 115 << 1 & 0xFF | 1])
    assert period(4 * 16383) == (16383 * 2 << 1).to_bytes(2, "big")


@pytest.mark.parametrize(
    "update",
    [
        Update((Train(1, 80, (Point(0.25, 100),)),)),
        Update((Train(1, 80, (Point(150.5, 100),)),)),
        Update((Train(1, 80, (Point(-150.5, 100),)),)),
        Update((Train(1, 80, (Point(1, 4096),)),)),
        Update((Train(1, 80, (Point(1, -1),)),)),
        Update((Train(1, 80, ()),)),
        Update((Train(1, 80, (Point(1, 1),) * 17),)),
        Update((Train(1, 80, (Point(1, 1),), ramp_pulses=16),)),
        Update((Train(1, 0, (Point(1, 1),)),)),
        Update((Train(1, 4 * 16383 + 1, (Point(1, 1),)),)),
        Update((Train(1, 4 * 16384, (Point(1, 1),)),)),
        Update((Train(1, 0x8001, (Point(1, 1),)),)),
        Update((Train(9, 80, (Point(1, 1),)),)),
        Update((Train(0, 80, (Point(1, 1),)),)),
        Update((Train(2, 80, (Point(1, 1),)), Train(1, 80, (Point(1, 1),)))),
        Update((Train(1, 80, (Point(1, 1),)), Train(1, 80, (Point(1, 1),)))),
    ],
    ids=str,
)
def test_what_the_wire_cannot_say_is_refused_and_never_bent(update: Update) -> None:
    with pytest.raises(ValueError, match=r"steps of|us: 0|points: 1|ramp of|period of|channels"):
        update.pack()


@given(half_ma, st.integers(0, 4095), st.integers(0, 4095))
def test_a_biphasic_pulse_leaves_no_charge(current_ma: float, width_us: int, gap_us: int) -> None:
    train = Train(1, 80, biphasic(current_ma, width_us, gap_us))
    assert train.net_charge_uc == 0
    assert [point.duration_us for point in train.points] == [width_us, gap_us, width_us]
