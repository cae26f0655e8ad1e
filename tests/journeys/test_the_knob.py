"""What the knob does, and above all what it does not."""

import pytest

from appliance.session.state import State
from appliance.settings.model import Controls, Settings
from appliance.simulator.scripted_hands import Turn
from appliance.virtual_box.box import with_limits
from tests.journeys.journey import Box, Home


def test_turned_before_the_start_it_draws_an_arrow_and_moves_nothing(box: Box) -> None:
    box.to_ready().turn(12, every_s=0.1).sees(State.READY, hint="more")
    box.turn(-2, every_s=0.1).sees(State.READY, hint="less")
    assert box.targets == (0.0, 0.0)
    box.start().sees(State.STIMULATING)
    assert box.levels == box.targets == (0.0, 0.0)


def test_turned_while_the_start_is_held_nothing_starts(box: Box) -> None:
    box.to_ready().wait(1.1)
    box.agenda.at(box.now + 0.5, lambda now: box.hands.do(Turn(now, 1)))
    box.hold_confirm(1.1).sees(State.READY, hint="blocked_turn", output="off")
    assert not box.delivers


def test_spun_hard_up_the_level_leads_by_two_and_rises_slowly(box: Box) -> None:
    box.to_both(3).wait(0.5)
    assert box.levels == (3.0, 3.0)
    box.spin(40)
    assert box.targets[0] <= box.levels[0] + 2.0
    level, began = box.levels[0], box.now
    box.wait(0.5)
    assert box.levels[0] - level <= 2.0 * (box.now - began) + 0.1
    highest = box.targets[0]
    box.wait(5.0)
    # The hand's rest is the current's rest.
    assert box.levels == (highest, highest)
    assert highest <= 3.0 + 2.0 + 2.0


def test_spun_hard_down_it_is_zero_at_once(box: Box) -> None:
    box.to_current(8).spin(-30)
    assert box.levels == box.targets == (0.0, 0.0)
    box.wait(0.1)
    assert not box.delivers
    box.sees(State.STIMULATING, output="off")


def test_pressed_the_level_is_zero_now(box: Box) -> None:
    box.to_current(8).press_knob().sees(State.STIMULATING, output="off")
    assert box.levels == box.targets == (0.0, 0.0)
    assert not box.delivers


def test_up_ends_at_the_limit(home: Home) -> None:
    box = home.knows().boot(with_limits(Settings(), gentle_current_ma=6.0))
    box.to_current(6).sees(State.STIMULATING, limit=6.0, limit_reason="gentle")
    box.turn(4).sees(State.STIMULATING, hint="limit")
    assert box.targets == (6.0, 0.0)
    assert box.observer.witness.highest_ma <= 6.0


def test_up_locks_after_twenty_seconds_and_one_click_down_unlocks(box: Box) -> None:
    box.to_current(4).wait(21.0)
    box.turn(3).sees(State.STIMULATING, hint="one_click_down", up_locked=True)
    assert box.targets == (4.0, 0.0)
    box.turn(-1).turn(2).sees(State.STIMULATING, up_locked=False)
    assert box.targets == (5.0, 2.0)


def test_a_change_of_phase_halves_the_level_and_the_rest_says_wait(box: Box) -> None:
    box.to_both(9)
    box.wait_until(lambda: box.status()["phase"] == "work", 200.0, "work").wait(0.1)
    box.sees(State.STIMULATING, phase="work", hint="turn_up")
    assert box.levels == box.targets == (4.0, 4.0)
    box.to_step("hold").turn(2)
    assert box.targets == (6.0, 6.0)
    # In the rest nothing flows: up does nothing, down is heard at any time.
    box.to_step("off").turn(6, every_s=0.3).sees(State.STIMULATING, hint="wait", step="off")
    assert box.targets == (6.0, 6.0)
    box.turn(-1)
    assert box.targets == (5.0, 5.0)
    box.to_step("hold")
    assert box.targets == (5.0, 5.0)


def test_balance_of_a_and_b(box: Box) -> None:
    box.to_both(4).sees(State.STIMULATING, knob_side="both")
    box.back().sees(State.STIMULATING, knob_side="A").turn(2)
    assert box.targets == (6.0, 4.0)
    box.back().sees(State.STIMULATING, knob_side="B").turn(-1)
    assert box.targets == (6.0, 3.0)
    box.back().sees(State.STIMULATING, knob_side="both").turn(1)
    assert box.targets == (7.0, 4.0)
    box.back().sees(State.STIMULATING, knob_side="A").wait(10.5)
    box.sees(State.STIMULATING, knob_side="both")


def test_both_stop_where_one_is_at_its_limit(home: Home) -> None:
    box = home.knows().boot(with_limits(Settings(), gentle_current_ma=6.0))
    box.to_both(4).back().turn(2)
    assert box.targets == (6.0, 4.0)
    box.back().back().turn(2).sees(State.STIMULATING, knob_side="both", hint="limit")
    assert box.targets == (6.0, 4.0)


@pytest.mark.parametrize("state", ["paused", "stopped"])
def test_turned_where_nothing_flows_nothing_is_saved_up(box: Box, state: str) -> None:
    box.to_current(3)
    box.confirm() if state == "paused" else box.press_stop().release_stop()
    box.wait(1.1).spin(20).sees(State(state), output="off").wait(1.1)
    box.confirm().sees(State.READY).start().sees(State.STIMULATING)
    assert box.levels == box.targets == (0.0, 0.0)


def test_a_knob_with_two_edges_a_detent_counts_every_click(home: Home) -> None:
    knob = Settings().but(controls=Controls(knob_edges=2))
    box = home.knows().boot(knob).to_both(5)
    assert box.targets == (5.0, 5.0)
    box.turn(-1)
    assert box.targets == (4.0, 4.0)


def test_a_knob_with_two_edges_turns_down_at_once_even_where_nobody_has_set_it(home: Home) -> None:
    box = home.knows().boot().to_current(5)
    box.hands.knob_edges = 2
    box.turn(-1, every_s=0.2)
    assert box.targets == (4.0, 0.0)
    box.turn(-2, every_s=0.2)
    assert box.targets == (2.0, 0.0)
