"""The knob in `stimulating`: up counts only while current flows, down always."""

import pytest

from appliance.session.board import Contact
from appliance.session.cues import Cue
from appliance.session.envelope import Part
from appliance.session.events import Button, Down, Turn, Up
from appliance.session.levels import Levels, turn_down
from appliance.session.state import State
from tests.session.core import CONTACT_OK, STEP_S, Core


def in_step(step: Part, level: int = 4) -> Core:
    """Stimulating in the work phase, in this part of a contraction."""
    return Core().to_stimulating(level).skip_to("work").until(step)


# Up


def test_one_detent_is_one_milliampere_on_both() -> None:
    core = Core().to_stimulating()
    core.turn(3)
    assert core.level == core.target == (3.0, 3.0)


def test_the_level_rises_2_ma_a_second() -> None:
    core = Core().to_stimulating()
    core.step(Turn(core.now + STEP_S, 1))
    core.step(Turn(core.now + STEP_S, 1))
    assert core.target == (2.0, 2.0)
    begun_at, begun = core.now, core.level[0]
    core.wait(0.5)
    assert core.level[0] == pytest.approx(begun + 2.0 * (core.now - begun_at))
    core.wait(1.0)
    assert core.level == (2.0, 2.0)


def test_detents_beyond_a_lead_of_2_are_dropped() -> None:
    core = Core().to_stimulating()
    core.step(*(Turn(core.now + STEP_S, 1) for _ in range(30)))
    assert core.target == (2.0, 2.0)
    core.wait(10)
    assert core.level == (2.0, 2.0)


def test_spinning_hard_rises_no_faster_than_2_ma_a_second() -> None:
    core = Core().to_stimulating()
    begun_at = core.now
    for _ in range(100):
        core.step(*(Turn(core.now + STEP_S, 1) for _ in range(3)))
    assert core.level[0] <= 2.0 * (core.now - begun_at)
    core.wait(1.1)
    assert core.level == core.target


@pytest.mark.parametrize("step", [Part.RAMP_UP, Part.HOLD])
def test_up_counts_while_current_flows(step: Part) -> None:
    core = in_step(step)
    core.step(Turn(core.now + STEP_S, 1))
    assert core.target == (5.0, 5.0)


def test_up_counts_in_twitches() -> None:
    core = Core().to_stimulating(1)
    core.wait(5)
    assert core.record.position is not None and core.record.position.part is Part.TWITCH
    core.step(Turn(core.now + STEP_S, 1))
    assert core.target == (2.0, 2.0)


@pytest.mark.parametrize("step", [Part.RAMP_DOWN, Part.OFF])
def test_up_while_no_current_flows_does_nothing_but_a_tick(step: Part) -> None:
    core = in_step(step)
    core.cues.clear()
    core.step(Turn(core.now + STEP_S, 1))
    assert core.target == core.level == (4.0, 4.0)
    assert core.cues == ["wait_for_contraction"]
    assert core.record.hint is not None and core.record.hint.key == "wait"


def test_a_target_that_leads_waits_for_the_current() -> None:
    core = in_step(Part.HOLD)
    while core.record.position is None or core.record.position.part_remaining_s > 3 * STEP_S:
        core.step()
    core.step(Turn(core.now + STEP_S, 1))
    assert core.target == (5.0, 5.0)
    while core.record.position is None or core.record.position.part is not Part.OFF:
        core.step()
    level = core.level
    core.wait(5)
    assert core.level == level < (5.0, 5.0)


def test_up_stops_at_the_limit() -> None:
    core = Core().to_stimulating()
    core.turn(40, every_s=0.5)
    while core.record.run is not None and core.target[0] < core.record.run.limit:
        core.turn(1, every_s=0.5)
    core.cues.clear()
    core.turn(3)
    assert core.record.run is not None
    assert core.level == (core.record.run.limit, core.record.run.limit)
    assert core.cues == ["limit_reached"] * 3


def test_both_stops_when_either_is_at_its_limit() -> None:
    core = Core().to_stimulating()
    assert core.record.run is not None
    core.back()
    core.turn(int(core.record.run.limit), every_s=0.5)
    core.wait(10)
    assert core.record.run.levels.knob_side.value == "both"
    core.turn(1)
    assert core.target == (core.record.run.limit, 0.0)


# Down


def test_down_first_sets_the_target_to_the_level() -> None:
    core = Core().to_stimulating(3)
    core.step(*(Turn(core.now + STEP_S, 1) for _ in range(2)))
    assert core.target == (5.0, 5.0)
    core.step(Turn(core.now + STEP_S, -1))
    assert core.target == core.level == (2.0, 2.0)


@pytest.mark.parametrize("step", [Part.RAMP_UP, Part.HOLD, Part.RAMP_DOWN, Part.OFF])
def test_down_is_immediate_always(step: Part) -> None:
    core = in_step(step)
    core.step(Turn(core.now + STEP_S, -1))
    assert core.target == core.level == (3.0, 3.0)


def test_down_ends_at_zero() -> None:
    core = Core().to_stimulating(2)
    core.step(*(Turn(core.now + STEP_S, -1) for _ in range(9)))
    assert core.target == core.level == (0.0, 0.0)


def test_down_lowers_the_frame_of_the_same_step() -> None:
    core = in_step(Part.HOLD)
    core.step(Turn(core.now + STEP_S, -1))
    assert core.record.set_point is not None
    assert core.record.set_point.amplitude == (3.0, 3.0)


@pytest.mark.parametrize("step", [Part.HOLD, Part.OFF])
def test_knob_press_is_level_zero_now(step: Part) -> None:
    core = in_step(step)
    core.step(Down(core.now + STEP_S, Button.KNOB))
    assert core.record.state is State.STIMULATING
    assert core.target == core.level == (0.0, 0.0)
    assert core.record.set_point is not None
    assert core.record.set_point.amplitude == (0.0, 0.0)


def test_up_does_not_count_while_the_knob_is_pressed() -> None:
    core = Core().to_stimulating(4)
    core.step(Down(core.now + STEP_S, Button.KNOB))
    for _ in range(3):
        core.step(Turn(core.now + STEP_S, 1))
        assert Cue.NOT_NOW in core.record.cues
    assert core.target == core.level == (0.0, 0.0)
    core.step(Up(core.now + STEP_S, Button.KNOB))
    core.step(Turn(core.now + STEP_S, 1))
    assert core.target == (1.0, 1.0)


# The lock of up


def test_up_locks_after_20_s_of_contraction_without_a_change() -> None:
    core = Core().to_stimulating(3)
    # The last detent was a moment ago, and the twitches flow without a break.
    while core.record.run is not None and not core.record.run.levels.up_locked:
        assert core.record.run.levels.unchanged_s < 20.0
        core.step()
    assert core.record.run is not None
    assert core.record.run.levels.unchanged_s == pytest.approx(20.0, abs=STEP_S)
    core.cues.clear()
    core.turn(1)
    assert core.target == (3.0, 3.0)
    assert core.cues == ["up_locked"]
    assert core.record.hint is not None and core.record.hint.key == "one_click_down"


def test_one_click_down_unlocks_up() -> None:
    core = Core().to_stimulating(3)
    core.wait(25)
    core.turn(-1)
    core.turn(2)
    assert core.level == (4.0, 4.0)


def test_rests_do_not_lock_up() -> None:
    core = in_step(Part.HOLD)
    core.turn(1)
    contracted_s = 0.0
    while core.record.run is not None and not core.record.run.levels.up_locked:
        core.step(dt=0.05)
        if core.record.position is not None and core.record.position.part is not Part.OFF:
            contracted_s += 0.05
    assert contracted_s == pytest.approx(20.0, abs=0.8)


# Before `stimulating`


def test_detents_made_before_the_start_never_count() -> None:
    core = Core().to_ready()
    core.turn(10, every_s=0.1)
    assert core.target == (0.0, 0.0)
    core.start()
    assert core.record.state is State.STIMULATING
    core.wait(3)
    assert core.target == core.level == (0.0, 0.0)


def test_in_ready_the_knob_only_draws_an_arrow() -> None:
    core = Core().to_ready()
    core.turn(1)
    assert core.record.hint is not None and core.record.hint.key == "more"
    core.turn(-1)
    assert core.record.hint.key == "less"
    assert core.level == (0.0, 0.0)


def test_a_detent_within_1_s_of_the_start_forbids_it() -> None:
    core = Core().to_ready()
    core.wait(2)
    core.step(Down(core.now + STEP_S, Button.CONFIRM))
    core.wait(0.1)
    core.step(Turn(core.now + STEP_S, -1))
    core.wait(2, dt=STEP_S)
    assert core.record.state is State.READY
    assert "not_now" in core.cues


def test_a_detent_more_than_1_s_before_the_start_does_not() -> None:
    core = Core().to_ready()
    core.wait(2)
    core.step(Turn(core.now + STEP_S, 1))
    core.wait(0.1)
    core.press(Button.CONFIRM, held_s=1.0)
    assert core.record.state is State.STIMULATING


@pytest.mark.parametrize(("before_s", "starts"), [(0.96, False), (1.04, True)])
def test_the_knob_has_to_rest_for_1_s_before_the_hold_is_done(
    before_s: float, starts: bool
) -> None:
    core = Core().to_ready()
    pressed_at = core.now + 3.0
    turned_at = pressed_at + 1.0 - before_s
    hands = (Down(pressed_at, Button.CONFIRM), Turn(turned_at, 1))
    for event in sorted(hands, key=lambda hand: hand.at):
        core.wait(event.at - core.now - STEP_S, dt=STEP_S)
        core.step(event)
    core.wait(pressed_at + 1.1 - core.now, dt=STEP_S)
    assert (core.record.state is State.STIMULATING) == starts


def test_detents_before_the_board_has_echoed_do_not_count() -> None:
    core = Core().to_ready()
    core.wait(2)
    core.step(Down(core.now + STEP_S, Button.CONFIRM))
    core.wait(0.9)
    core.answers = False
    core.step(dt=0.15)
    assert core.record.state is State.STIMULATING
    core.step(Turn(core.now, 1))
    core.step(Turn(core.now, 1))
    assert core.target == (0.0, 0.0)
    core.answers = True
    core.step()
    core.step()
    core.step(Turn(core.now, 1))
    assert core.target == (1.0, 1.0)


def test_after_a_resume_the_hand_begins_at_zero() -> None:
    core = Core().to_stimulating(6)
    core.confirm()
    core.wait(1)
    core.confirm()
    assert core.record.state is State.READY
    assert core.level == core.target == (0.0, 0.0)
    core.start()
    core.wait(5)
    assert core.level == (0.0, 0.0)


def test_a_contact_that_is_good_forbids_nothing() -> None:
    core = Core().to_ready()
    core.with_report(contact=CONTACT_OK)
    assert Contact.GOOD in core.record.report.contact
    core.start()
    assert core.record.state is State.STIMULATING


def test_one_click_down_is_one_step_from_a_level_that_rounding_left_below_a_whole_number() -> None:
    risen = Levels(level=(9.999999999, 9.5), target=(10.0, 10.0))
    assert turn_down(risen, 0.0).target == (9.0, 8.0)
