"""Frames encoded and decoded per second, beside science-mode-4's codec on the same frames.

Run it as `python -m tests.benchmarks.bench_codec`. Each figure is a median of rounds in which ours
and theirs take turns, so that a busy machine slows both alike.

The frames are those of a running session: an update, a look at the channels, and their
answers. Decoding is from the bytes of a port to packets. Theirs loses frames that arrive
together, and finds no frame of 12 bytes at all: it gets each alone, and no stop among them.
"""

import statistics
import time
from collections.abc import Callable

from science_mode_4.mid_level import PacketMidLevelGetCurrentData, PacketMidLevelUpdate
from science_mode_4.mid_level.mid_level_types import MidLevelChannelConfiguration
from science_mode_4.protocol.channel_point import ChannelPoint
from science_mode_4.protocol.protocol import Protocol

from appliance.stimulator.sciencemode.codec import Decoder, encode
from appliance.stimulator.sciencemode.messages import (
    ChannelState,
    Command,
    GetCurrentData,
    Result,
    Selection,
    ask,
)
from appliance.stimulator.sciencemode.pulses import Train, Update, biphasic
from appliance.stimulator.sciencemode.replies import Ack, CurrentData, answer

ROUNDS = 15
ROUND_S = 0.1
AIM = 5.0

UPDATE = Update(tuple(Train(channel, 112, biphasic(20.5, 250, 100)) for channel in (1, 2)))
LOOK = GetCurrentData(Selection.P24)
CURRENT = CurrentData(Selection.P24, (True, True) + (False,) * 6, (ChannelState.OK,) * 8)
FRAMES = [
    ask(1, UPDATE),
    answer(1, Ack(Command.UPDATE, Result.OK)),
    ask(2, LOOK),
    answer(2, CURRENT),
]
PACKETS = [packet for frame in FRAMES for packet in Decoder().feed(frame)]


class RawPacket:
    """What their encoder takes: a number, a command and bytes."""

    def __init__(self, number: int, command: int, data: bytes) -> None:
        self.number, self.command = number, command
        self._data = data

    def get_data(self) -> bytes:
        return self._data


RAW = [RawPacket(*packet) for packet in PACKETS]


def encode_ours() -> int:
    for packet in PACKETS:
        encode(*packet)
    return len(PACKETS)


def encode_theirs() -> int:
    for packet in RAW:
        Protocol.packet_to_bytes(packet)
    return len(RAW)


def decode_ours() -> int:
    decoder = Decoder()
    return sum(len(decoder.feed(frame)) for frame in FRAMES)


def decode_theirs() -> int:
    found = 0
    for frame in FRAMES:
        span = Protocol.find_packet_in_buffer(frame)
        if span:
            Protocol.extract_packet_data(frame[span[0] : span[1] + 1])
            found += 1
    return found


def ask_ours() -> int:
    ask(1, UPDATE)
    ask(2, LOOK)
    return 2


def ask_theirs() -> int:
    """The same two, from milliamperes and microseconds to bytes. 28 ms: whole ones only."""
    update = PacketMidLevelUpdate()
    pulse = [ChannelPoint(250, 20.5), ChannelPoint(100, 0), ChannelPoint(250, -20.5)]
    update.channel_configuration = [
        MidLevelChannelConfiguration(True, 0, 28, pulse) for _ in range(2)
    ]
    for packet in (update, PacketMidLevelGetCurrentData()):
        Protocol.packet_to_bytes(packet)
    return 2


def per_second(work: Callable[[], int]) -> float:
    """Frames a second, in one round."""
    frames = 0
    began = now = time.perf_counter()
    while now - began < ROUND_S:
        frames += work()
        now = time.perf_counter()
    return frames / (now - began)


def compare(what: str, ours: Callable[[], int], theirs: Callable[[], int]) -> float:
    """Print both and their ratio."""
    if ours() != theirs():
        raise AssertionError(f"{what}: not the same number of frames")
    rounds = [(per_second(ours), per_second(theirs)) for _ in range(ROUNDS)]
    ratio = statistics.median(mine / other for mine, other in rounds)
    mine, other = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"{what:34} {mine:10,.0f} /s  theirs {other:8,.0f} /s  {ratio:6.1f}x")
    return ratio


def main() -> None:
    print(f"{len(FRAMES)} frames, {sum(map(len, FRAMES))} bytes; median of {ROUNDS} rounds")
    ratios = [
        compare("packets encoded", encode_ours, encode_theirs),
        compare("requests encoded from mA and us", ask_ours, ask_theirs),
        compare("frames decoded", decode_ours, decode_theirs),
    ]
    print(f"aim {AIM:g}x: {'held' if min(ratios) >= AIM else 'MISSED'}")


if __name__ == "__main__":
    main()
