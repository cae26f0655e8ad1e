"""Updates that get lost on their way to a HASOMED device lead to no leap of its current."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.stimulator.rehastim2 import codec as rehastim2_codec
from appliance.stimulator.rehastim2.lists import StartList
from appliance.stimulator.rehastim2.messages import read_request as read_rehastim2
from appliance.stimulator.sciencemode import codec as sciencemode_codec
from appliance.stimulator.sciencemode.messages import read_request as read_sciencemode
from appliance.stimulator.sciencemode.pulses import Update
from tests.stimulator.rigs import RIGS, Rig, set_point

RISE_MA_S = 40.0
SLACK_MA = 0.5
"""A step of the device's amplitude, and what the time between two updates varies by."""


def lose_updates(rig: Rig, count: int) -> Callable[[], int]:
    """The next updates do not arrive; all else does. Returns how many are still to be lost."""
    is_old = "rehastim2" in type(rig.device).__module__
    decoder = rehastim2_codec.Decoder() if is_old else sciencemode_codec.Decoder()
    feed, left = rig.device.feed, [count]

    def lose(data: bytes, now: float) -> None:
        packets = list(decoder.feed(data))
        asked = [read_rehastim2(p) if is_old else read_sciencemode(p) for p in packets]
        if left[0] and any(isinstance(request, StartList | Update) for request in asked):
            left[0] -= 1
        else:
            feed(data, now)

    rig.device.feed = lose
    return lambda: left[0]


@pytest.mark.parametrize("name", ["p24", "rehamove3", "rehastim2"])
@pytest.mark.parametrize("lost", [1, 2, 6])
def test_however_many_updates_are_lost_none_leaps(tmp_path: Path, name: str, lost: int) -> None:
    rig = RIGS[name](tmp_path)
    host = rig.host()
    host.start(set_point(4), 1.0)
    left = lose_updates(rig, lost)
    rig.pulses.clear()
    began = host.now
    for _ in range(60):
        ma = min(4 + RISE_MA_S * (host.now - began), 40)
        host.send(lambda now, ma=ma: rig.driver.apply(set_point(ma), now), 0.02)
    pulses = [pulse for pulse in rig.pulses if pulse.channel == 0]
    rises = [b.amplitude_ma - a.amplitude_ma for a, b in itertools.pairwise(pulses)]
    assert left() == 0 or host.seen() == {"board_silent"}
    assert max(rises) <= RISE_MA_S * 0.04 + SLACK_MA
