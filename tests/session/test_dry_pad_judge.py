"""Dry pads by themselves: what counts as short, for how long, and when nothing can be told."""

import pytest

from appliance.session.dry_pads import (
    REPORT_LAG_S,
    SHORT_FRACTION,
    SHORT_FROM_MA,
    PadState,
    follow,
    found_dry,
    judge,
    lowered,
    refuses_up,
)
from appliance.session.envelope import Position
from appliance.session.levels import KnobSide, Levels
from appliance.therapy.units import Pair
from tests.session.gate_records import RUNNING

NOW, STEP_S = 100.0, 0.02
FRESH = PadState()
ASKED = (20.0, 10.0)
SHORT = (20.0 * SHORT_FRACTION - 0.1, 10.0 * SHORT_FRACTION - 0.1)
ENOUGH = (20.0 * SHORT_FRACTION, 10.0 * SHORT_FRACTION)


def holding() -> Position:
    assert RUNNING.position is not None
    return RUNNING.position


def short_s(
    measured: tuple[float | None, float | None],
    asked: Pair = ASKED,
    before: PadState = FRESH,
) -> Pair:
    return judge(before, holding(), asked, measured, NOW, STEP_S)[0].short_s


@pytest.mark.parametrize(
    ("measured", "asked", "found"),
    [
        (ENOUGH, ASKED, (0.0, 0.0)),
        ((SHORT[0], ENOUGH[1]), ASKED, (STEP_S, 0.0)),
        ((ENOUGH[0], SHORT[1]), ASKED, (0.0, STEP_S)),
        (SHORT, ASKED, (STEP_S, STEP_S)),
        ((None, SHORT[1]), ASKED, (0.0, STEP_S)),
        ((SHORT[0], None), ASKED, (STEP_S, 0.0)),
        ((0.0, 0.0), (SHORT_FROM_MA, SHORT_FROM_MA - 0.1), (STEP_S, 0.0)),
        ((0.0, 0.0), (SHORT_FROM_MA - 0.1, SHORT_FROM_MA), (0.0, STEP_S)),
    ],
)
def test_short_is_below_85_percent_of_4_ma_or_more_on_each_channel_by_itself(
    measured: tuple[float | None, float | None], asked: Pair, found: Pair
) -> None:
    assert (SHORT_FRACTION, SHORT_FROM_MA) == (0.85, 4.0)
    assert short_s(measured, asked) == found


@pytest.mark.parametrize("channel", [0, 1])
def test_half_a_second_without_a_break_is_dry(channel: int) -> None:
    state, found = PadState(), ()
    steps = 0
    measured = tuple(SHORT[i] if i == channel else ENOUGH[i] for i in (0, 1))
    while not found:
        state, found = judge(state, holding(), ASKED, (measured[0], measured[1]), NOW, STEP_S)
        steps += 1
    assert found == (channel,)
    assert steps * STEP_S == pytest.approx(0.5, abs=STEP_S)
    assert short_s(ENOUGH, before=state) == (0.0, 0.0)


@pytest.mark.parametrize("channel", [0, 1])
def test_soon_after_a_ramp_of_its_own_nothing_can_be_told(channel: int) -> None:
    behind_s = holding().longest_period_s + REPORT_LAG_S
    for ago_s, told in ((behind_s - 0.001, False), (behind_s + 0.001, True)):
        ramped = tuple(NOW - ago_s if i == channel else 0.0 for i in (0, 1))
        found = short_s(SHORT, before=PadState(ramped_at=(ramped[0], ramped[1])))
        assert (found[channel] > 0.0) is told
        assert found[1 - channel] > 0.0


def test_the_first_report_that_can_be_compared_is() -> None:
    behind_s = holding().longest_period_s + REPORT_LAG_S
    state, _ = judge(PadState(ramped_at=(0.0, 0.0)), holding(), ASKED, SHORT, behind_s, STEP_S)
    assert state.short_s == (STEP_S, STEP_S)


def test_while_the_level_rises_what_flows_may_be_behind() -> None:
    behind_s = holding().longest_period_s + REPORT_LAG_S
    behind_ma = 2.0 * behind_s
    least = SHORT_FRACTION * (20.0 - behind_ma)
    rising = PadState(rose_at=NOW)
    assert short_s((least + 0.01, 10.0), before=rising) == (0.0, 0.0)
    assert short_s((least - 0.01, 10.0), before=rising) == (STEP_S, 0.0)
    risen = PadState(rose_at=NOW - behind_s)
    assert short_s((least + 0.01, 10.0), before=risen) == (STEP_S, 0.0)


@pytest.mark.parametrize("channel", [0, 1])
def test_a_board_that_still_rises_after_the_ramp_still_ramps(channel: int) -> None:
    state, other = PadState(), 1 - channel
    for now, rising_ma in ((1.0, 10.0), (1.3, 12.0), (1.6, 14.0)):
        in_force = (rising_ma, 5.0) if channel == 0 else (5.0, rising_ma)
        state = follow(state, holding(), Levels(), in_force, now)
        assert state.ramped_at[channel] == now
    assert state.ramped_at[other] == 1.0


def test_a_held_channel_that_wavers_by_less_than_1_ma_does_not_ramp() -> None:
    state = follow(PadState(), holding(), Levels(), (10.0, 10.0), 1.0)
    for number, wavers_ma in enumerate((9.2, 10.1, 9.4, 10.2)):
        state = follow(state, holding(), Levels(), (wavers_ma, 10.0), 2.0 + number)
    assert state.ramped_at == (1.0, 1.0)


def test_up_is_refused_for_a_minute_for_what_the_knob_moves() -> None:
    dry_b = found_dry(PadState(short_s=(0.3, 0.5)), (1,), NOW)
    assert (dry_b.short_s, dry_b.dry(NOW)) == ((0.3, 0.0), (1,))
    for side, refused in ((KnobSide.BOTH, True), (KnobSide.A, False), (KnobSide.B, True)):
        assert refuses_up(dry_b, Levels(knob_side=side), NOW) is refused
    assert refuses_up(dry_b, Levels(), NOW + 59.99)
    assert not refuses_up(dry_b, Levels(), NOW + 60.0)


def test_level_and_target_come_down_to_what_flows_in_whole_steps() -> None:
    levels = Levels(level=(20.0, 10.0), target=(21.0, 12.0))
    one = lowered(levels, (1,), (0.1, 0.55))
    assert (one.level, one.target) == ((20.0, 5.0), (21.0, 5.0))
    both = lowered(levels, (0, 1), (0.5, 7.0))
    assert (both.level[0], both.target[0]) == (10.0, 10.0)
    assert both.level[1] <= 10.0 and both.target[1] <= 12.0
