"""The lists of ScienceMode 2: what is at a bound is said and read, and what is past it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.stimulator.rehastim2.lists import (
    GAP_US,
    MIN_WIDTH_US,
    Channel,
    InitList,
    StartList,
)

channels = st.builds(Channel, st.integers(0, 500), st.integers(0, 130), st.integers(0, 2))
starts = st.builds(StartList, st.lists(channels, min_size=1, max_size=8).map(tuple))
inits = st.builds(InitList, st.integers(1, 255), st.integers(16, 2050), st.integers(3, 258))


@given(inits)
def test_a_list_is_read_as_it_was_written(said: InitList) -> None:
    assert InitList.unpack(said.pack()) == said


@given(starts)
def test_a_start_is_read_as_it_was_written(said: StartList) -> None:
    assert StartList.unpack(said.pack()) == said


def test_a_list_is_these_bytes() -> None:
    # No channel slower, channels 1 and 2, 2 ms within a group, 28.5 ms from pulse to pulse.
    assert InitList(0b11, 57).pack().hex(" ") == "00 03 00 01 00 37 00"


@pytest.mark.parametrize("said", [InitList(1, 16, 3), InitList(255, 2050, 258)])
def test_a_list_may_be_at_its_bounds(said: InitList) -> None:
    assert InitList.unpack(said.pack()) == said


@pytest.mark.parametrize(
    "said",
    [
        InitList(0, 57),
        InitList(256, 57),
        InitList(3, 15),
        InitList(3, 2051),
        InitList(3, 57, 2),
        InitList(3, 57, 259),
    ],
)
def test_a_list_past_its_bounds_is_never_said(said: InitList) -> None:
    with pytest.raises(ValueError, match=r"channels|interval"):
        said.pack()


@pytest.mark.parametrize(
    "wire",
    [
        "",
        "00 03 00 01 00 37",
        "00 03 00 01 00 37 00 00",
        "01 03 00 01 00 37 00",
        "00 00 00 01 00 37 00",
        "00 03 01 01 00 37 00",
        "00 03 00 01 00 37 01",
        "00 03 00 01 00 0d 00",
        "00 03 00 01 08 01 00",
    ],
)
def test_bytes_that_are_no_list_are_none(wire: str) -> None:
    assert InitList.unpack(bytes.fromhex(wire)) is None


def test_a_channel_is_these_bytes() -> None:
    assert Channel(300, 20, 1).pack().hex(" ") == "01 01 2c 14"


@pytest.mark.parametrize("said", [Channel(0, 0), Channel(500, 130, 2)])
def test_a_channel_may_be_at_its_bounds(said: Channel) -> None:
    assert Channel.unpack(said.pack()) == said


@pytest.mark.parametrize(
    "said",
    [
        Channel(-1, 20),
        Channel(501, 20),
        Channel(250, -1),
        Channel(250, 131),
        Channel(250, 20, -1),
        Channel(250, 20, 3),
    ],
)
def test_a_channel_past_its_bounds_is_never_said(said: Channel) -> None:
    with pytest.raises(ValueError, match=r"us: up to|mA: up to|mode"):
        said.pack()


@pytest.mark.parametrize("wire", ["03 00 fa 14", "00 01 f5 14", "00 00 fa 83"])
def test_bytes_that_no_channel_can_do_are_none(wire: str) -> None:
    data = bytes.fromhex(wire)
    assert Channel.unpack(data) is None
    assert StartList.unpack(bytes(4) + data) is None


@pytest.mark.parametrize("count", [0, 9])
def test_a_start_has_one_to_eight_channels(count: int) -> None:
    with pytest.raises(ValueError, match="channels: 1 to 8"):
        StartList((Channel(250, 20),) * count).pack()
    assert StartList.unpack(bytes(4 * count)) is None
    assert StartList.unpack(bytes(7)) is None


@pytest.mark.parametrize(("currents", "flows"), [((0, 0), False), ((0, 1), True), ((1, 0), True)])
def test_a_start_with_a_current_in_any_channel_flows(
    currents: tuple[int, int], flows: bool
) -> None:
    assert StartList(tuple(Channel(250, current_ma) for current_ma in currents)).flows is flows


def test_what_the_device_makes_of_a_pulse_is_what_the_maker_says() -> None:
    assert (MIN_WIDTH_US, GAP_US) == (20, 100)
