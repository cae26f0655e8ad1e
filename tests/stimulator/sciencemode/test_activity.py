"""Which channels pulse, as the device reports them, against what they were told."""

import pytest

from appliance.stimulator.link import WrongAnswerError
from appliance.stimulator.sciencemode.activity import Activity
from appliance.stimulator.sciencemode.messages import ChannelState, Selection
from appliance.stimulator.sciencemode.replies import CurrentData

APART_S = 0.1

BOTH = frozenset({0, 1})


def said(*active: int, selection: Selection = Selection.P24) -> CurrentData:
    """A reply in which these channels pulse."""
    count = 8 if selection is Selection.P24 else 4
    return CurrentData(
        selection, tuple(n in active for n in range(count)), (ChannelState.OK,) * count
    )


class Looks:
    """Judges one reply after the other, a little more than 100 ms apart."""

    def __init__(self) -> None:
        self.activity, self.now = Activity(), 10.0

    def look(
        self,
        reply: CurrentData,
        in_force: tuple[float, float],
        used: frozenset[int] = BOTH,
        *,
        is_open: bool = False,
        after_s: float = 0.12,
    ) -> None:
        self.now += after_s
        self.activity.check(reply, used, in_force, self.now, is_open=is_open)


@pytest.mark.parametrize("channel", [0, 1])
@pytest.mark.parametrize("selection", Selection)
def test_a_channel_that_stands_still_in_the_first_two_looks_has_stopped_itself(
    selection: Selection, channel: int
) -> None:
    looks, in_force = Looks(), (0.5, 0.0) if channel == 0 else (0.0, 0.5)
    still = said(selection=selection)
    looks.look(still, in_force)
    with pytest.raises(WrongAnswerError, match="board_stopped_itself"):
        looks.look(still, in_force)


def test_one_look_at_a_channel_that_stands_still_is_not_enough() -> None:
    looks = Looks()
    for _ in range(3):
        looks.look(said(), (20.0, 0.0))
        looks.look(said(0), (20.0, 0.0))


def test_a_channel_that_stands_still_for_an_open_lead_is_no_fault() -> None:
    looks = Looks()
    for _ in range(5):
        looks.look(said(1), (20.0, 17.0), is_open=True)


def test_looks_that_are_too_near_to_each_other_count_once() -> None:
    looks = Looks()
    looks.look(said(), (20.0, 0.0))
    for _ in range(3):
        looks.look(said(), (20.0, 0.0), after_s=APART_S / 4)
    with pytest.raises(WrongAnswerError, match="board_stopped_itself"):
        looks.look(said(), (20.0, 0.0), after_s=APART_S / 4 + 0.001)


def test_looks_are_far_enough_apart_at_the_very_end_of_their_time() -> None:
    looks = Looks()
    looks.now = 0.0
    looks.look(said(), (20.0, 0.0), after_s=0.0)
    with pytest.raises(WrongAnswerError, match="board_stopped_itself"):
        looks.look(said(), (20.0, 0.0), after_s=APART_S)


@pytest.mark.parametrize("channel", [0, 1])
def test_a_channel_that_goes_on_in_the_first_two_looks_is_a_fault(channel: int) -> None:
    looks = Looks()
    in_force = (0.0, 17.0) if channel == 0 else (20.0, 0.0)
    looks.look(said(0, 1), in_force)
    with pytest.raises(WrongAnswerError, match="board_disagrees") as caught:
        looks.look(said(0, 1), in_force)
    assert "told to rest" in caught.value.why


def test_one_look_at_a_channel_that_goes_on_is_not_enough() -> None:
    looks = Looks()
    for _ in range(3):
        looks.look(said(0), (0.0, 0.0))
        looks.look(said(), (0.0, 0.0))


def test_a_channel_that_no_update_enabled_is_a_fault_at_once() -> None:
    with pytest.raises(WrongAnswerError, match="board_disagrees") as caught:
        Looks().look(said(0, 1), (20.0, 0.0), frozenset({0}))
    assert "no update enabled" in caught.value.why


def test_a_rehamove3_which_tells_of_all_channels_together_is_not_checked_for_rest() -> None:
    looks = Looks()
    for _ in range(5):
        looks.look(said(0, 1, 2, 3, selection=Selection.REHAMOVE3), (20.0, 0.0), frozenset({0}))
