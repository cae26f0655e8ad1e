"""The levels by themselves: what flows may rise, what is asked goes down at once."""

import pytest

from appliance.session.levels import (
    BACK_TO_BOTH_S,
    LEAD,
    UP_LOCKS_S,
    KnobSide,
    Levels,
    TurnResult,
    back_to_both,
    follow,
    moved_by_up,
    next_knob_side,
    scaled,
    to_zero,
    turn_down,
    turn_up,
)

NOW = 50.0
UNLIKE = Levels(level=(10.0, 20.0), target=(10.0, 20.0), unchanged_s=3.0)


@pytest.mark.parametrize(
    ("flows", "after"),
    [((), (10.0, 20.0)), ((0,), (11.0, 20.0)), ((1,), (10.0, 21.0)), ((0, 1), (11.0, 21.0))],
)
def test_the_level_of_a_channel_follows_while_its_own_current_flows(
    flows: tuple[int, ...], after: tuple[float, float]
) -> None:
    asked = UNLIKE.but(target=(12.0, 22.0))
    assert follow(asked, 0.5, flows).level == after


def test_a_level_follows_its_own_target_and_no_further() -> None:
    asked = UNLIKE.but(target=(10.5, 21.0))
    assert follow(asked, 10.0).level == (10.5, 21.0)
    assert follow(asked, 10.0).target == (10.5, 21.0)


@pytest.mark.parametrize("factor", [0.5, 0.49])
def test_a_change_of_phase_lowers_level_and_target_at_once_to_whole_steps(factor: float) -> None:
    changed = scaled(Levels((11.0, 20.0), (13.0, 21.0), unchanged_s=3.0), factor)
    assert changed.level == changed.target == (float(int(11 * factor)), float(int(20 * factor)))
    assert changed.unchanged_s == 0.0


@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_no_change_of_phase_raises_a_level(factor: float) -> None:
    assert scaled(UNLIKE, factor) is UNLIKE


def test_zero_is_both_levels_and_both_targets_at_once() -> None:
    for side in KnobSide:
        off = to_zero(UNLIKE.but(target=(12.0, 22.0), knob_side=side))
        assert (off.level, off.target, off.unchanged_s) == ((0.0, 0.0), (0.0, 0.0), 0.0)
        assert off.zero


@pytest.mark.parametrize(
    "levels",
    [
        Levels((1.0, 0.0)),
        Levels((0.0, 1.0)),
        Levels(target=(1.0, 0.0)),
        Levels(target=(0.0, 1.0)),
    ],
)
def test_one_channel_alone_is_not_zero(levels: Levels) -> None:
    assert not levels.zero
    assert Levels().zero


@pytest.mark.parametrize(
    ("side", "level"),
    [(KnobSide.BOTH, (9.0, 19.0)), (KnobSide.A, (9.0, 20.0)), (KnobSide.B, (10.0, 19.0))],
)
def test_down_is_at_once_below_the_level_on_its_own_side(
    side: KnobSide, level: tuple[float, float]
) -> None:
    turned = turn_down(UNLIKE.but(target=(12.0, 22.0), knob_side=side), NOW)
    assert turned.level == level
    assert [turned.target[i] for i in (0, 1) if level[i] < UNLIKE.level[i]] == [
        level[i] for i in (0, 1) if level[i] < UNLIKE.level[i]
    ]
    assert (turned.turned_at, turned.unchanged_s) == (NOW, 0.0)


def test_down_from_between_two_steps_loses_the_part_and_a_step() -> None:
    assert turn_down(Levels((10.6, 0.4), (12.0, 2.0)), NOW).target == (9.0, 0.0)
    risen = turn_down(Levels((9.9999999, 10.0), (10.0, 10.0)), NOW)
    assert risen.target == (9.0, 9.0)


def test_up_is_one_step_on_each_channel_that_flows_and_the_knob_moves() -> None:
    for side, flows, target in (
        (KnobSide.BOTH, (0, 1), (11.0, 21.0)),
        (KnobSide.BOTH, (1,), (10.0, 21.0)),
        (KnobSide.A, (0, 1), (11.0, 20.0)),
        (KnobSide.B, (0, 1), (10.0, 21.0)),
    ):
        turned, result = turn_up(UNLIKE.but(knob_side=side), 60.0, NOW, flows)
        assert (turned.target, result) == (target, TurnResult.DONE)
        assert (turned.level, turned.turned_at, turned.unchanged_s) == (UNLIKE.level, NOW, 0.0)


@pytest.mark.parametrize(
    ("levels", "limit", "result"),
    [
        (UNLIKE, 21.0, TurnResult.DONE),
        (UNLIKE, 20.9, TurnResult.AT_LIMIT),
        (UNLIKE.but(target=(10.0 + LEAD - 1.0, 20.0)), 60.0, TurnResult.DONE),
        (UNLIKE.but(target=(10.0 + LEAD - 0.9, 20.0)), 60.0, TurnResult.DROPPED),
        (UNLIKE.but(target=(10.0, 20.0 + LEAD - 0.9)), 60.0, TurnResult.DROPPED),
        (UNLIKE.but(unchanged_s=UP_LOCKS_S - 0.01), 60.0, TurnResult.DONE),
        (UNLIKE.but(unchanged_s=UP_LOCKS_S), 60.0, TurnResult.UP_LOCKED),
    ],
)
def test_up_ends_at_the_limit_at_the_lead_and_at_the_lock(
    levels: Levels, limit: float, result: TurnResult
) -> None:
    turned, came = turn_up(levels, limit, NOW)
    assert came is result
    assert (turned.target == levels.target) is (result is not TurnResult.DONE)
    assert (turned.level, turned.turned_at) == (levels.level, NOW)


def test_one_click_down_unlocks() -> None:
    locked = UNLIKE.but(unchanged_s=UP_LOCKS_S)
    assert locked.up_locked
    assert not turn_down(locked, NOW).up_locked


def test_back_goes_from_both_to_a_to_b_and_to_both_again() -> None:
    levels, sides = UNLIKE, []
    for number in range(3):
        levels = next_knob_side(levels, NOW + number)
        sides.append(levels.knob_side)
        assert levels.turned_at == NOW + number
    assert sides == [KnobSide.A, KnobSide.B, KnobSide.BOTH]


def test_the_knob_is_back_at_both_after_a_while_without_a_turn() -> None:
    on_a = UNLIKE.but(knob_side=KnobSide.A, turned_at=NOW)
    assert back_to_both(on_a, NOW + BACK_TO_BOTH_S - 0.1).knob_side is KnobSide.A
    assert back_to_both(on_a, NOW + BACK_TO_BOTH_S).knob_side is KnobSide.BOTH
    assert (BACK_TO_BOTH_S, UP_LOCKS_S, LEAD) == (10.0, 20.0, 2.0)


def test_only_what_the_knob_moves_and_what_flows_goes_up() -> None:
    assert moved_by_up(UNLIKE, (0, 1)) == [0, 1]
    assert moved_by_up(UNLIKE.but(knob_side=KnobSide.B), (0,)) == []
