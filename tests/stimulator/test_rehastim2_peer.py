"""ScienceMode 2 as an independent speaker of it writes it: `pysciencemode`.

It gets numbers and commands wrong that are one of the bytes below: it writes them XOR 55
without the 81 before. In data it escapes 55 and 0A as well, which our decoder takes for damage.
"""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pysciencemode import acks, channel, rehastim2_interface, utils

from appliance.stimulator.rehastim2.codec import Decoder, Packet, encode
from appliance.stimulator.rehastim2.lists import Channel, InitList, StartList
from appliance.stimulator.rehastim2.messages import (
    Ack,
    Command,
    Mode,
    ModeAck,
    Result,
    answer,
    ask,
)

CORRUPTED = {0x0F, 0xF0, 0x81, 0x55, 0x0A}
NAMES = {
    Command.INIT_ACK: "InitAck",
    Command.WATCHDOG: "Watchdog",
    Command.INIT_LIST: "InitChannelListMode",
    Command.START_LIST: "StartChannelListMode",
    Command.STOP_LIST: "StopChannelListMode",
}
plain = st.binary(max_size=40).map(lambda data: bytes(set(data) - {0x55, 0x0A}))
numbers = st.integers(0, 255).filter(lambda number: number not in CORRUPTED)


@given(numbers, st.sampled_from(sorted(NAMES)), plain)
def test_it_writes_what_we_write_and_we_read_it(number: int, command: Command, data: bytes) -> None:
    theirs = utils.packet_construction(number, NAMES[command], list(data))
    assert encode(number, command, data) == theirs
    assert Decoder().feed(theirs) == [Packet(number, command, data)]


def stimulator(
    channels: list[channel.Channel], interval_ms: float
) -> rehastim2_interface.Rehastim2:
    """One without a port: only what it would write."""
    peer = rehastim2_interface.Rehastim2.__new__(rehastim2_interface.Rehastim2)
    peer.packet_count = 1
    peer.inter_pulse_interval = 2
    peer.low_frequency_factor = 0
    peer.stimulation_interval = interval_ms
    peer.electrode_number = utils.calc_electrode_number(channels)
    peer.electrode_number_low_frequency = 0
    peer.set_stimulation_signal(channels)
    return peer


def its_init(channels: list[channel.Channel], interval_ms: float) -> bytes:
    # Its public `init_channel` and `start_stimulation` wait for an answer from a port.
    packet: bytes = stimulator(channels, interval_ms)._packet_init_stimulation()
    return packet


def its_start(channels: list[channel.Channel]) -> bytes:
    packet: bytes = stimulator(channels, 25)._packet_start_stimulation()
    return packet


def channels_of(width_us: int, current_ma: int) -> list[channel.Channel]:
    return [
        channel.Channel(
            mode=channel.Modes.SINGLE,
            no_channel=number,
            amplitude=current_ma,
            pulse_width=width_us,
            frequency=50,
            device_type=channel.Device.Rehastim2,
        )
        for number in (1, 2)
    ]


@given(st.integers(16, 2050))
def test_an_interval_means_the_same_to_it(half_ms: int) -> None:
    theirs = its_init(channels_of(250, 20), half_ms / 2)
    assume((half_ms - 2) & 0xFF not in (0x55, 0x0A))
    assert ask(1, InitList(0b11, half_ms)) == theirs


@given(st.integers(20, 500), st.integers(0, 130))
def test_a_start_means_the_same_to_it(width_us: int, current_ma: int) -> None:
    theirs = its_start(channels_of(width_us, current_ma))
    assume({width_us & 0xFF, current_ma}.isdisjoint({0x55, 0x0A}))
    assert ask(1, StartList((Channel(width_us, current_ma),) * 2)) == theirs


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (Mode.START, "Start Mode"),
        (Mode.INITIALISED, "Stimulation initialized"),
        (Mode.STARTED, "Stimulation started"),
    ],
)
def test_it_reads_the_modes_that_we_write(mode: Mode, words: str) -> None:
    assert acks.get_mode_ack(answer(1, ModeAck(mode))) == words


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (Result.OK, "Stimulation started"),
        (Result.TRANSFER, "Transfer error"),
        (Result.PARAMETER, "Parameter error"),
        (Result.WRONG_MODE, "Wrong mode error"),
        (Result.BUSY, " Busy error"),
    ],
)
def test_it_reads_the_results_that_we_write(result: Result, words: str) -> None:
    assert acks.start_stimulation_ack(answer(1, Ack(Command.START_LIST, result))) == words
