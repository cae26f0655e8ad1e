"""The session as the manual tells it, from power-on to `locked`."""

import pytest

from appliance.screen.draw import draw
from appliance.session.state import State
from appliance.therapy.plan import Offer, Plan
from appliance.virtual_box.box import with_limits
from tests.journeys.journey import SHORT, Box, Home


def test_a_first_session_from_power_on_to_locked(home: Home) -> None:
    # Long enough to be work: a gentle session counts by what was felt.
    box = home.boot(SHORT.but(plan=Plan(stage_minutes=5.0)))
    box.sees(State.SELF_TEST).switched_on()
    box.sees(State.LOCKED, person="Me", output="off", sessions_done=0)
    assert box.view.due is not None
    assert (box.view.due.gentle_number, box.view.due.full_list) == (1, True)

    box.confirm().sees(State.CHECKLIST)
    asked = []
    while box.state is State.CHECKLIST:
        asked.append(box.statement)
        box.wait(1.7).hold_confirm(0.7)
    assert asked[0] == "no_active_implant"
    assert (len(asked), len(set(asked))) == (31, 31)

    box.sees(State.CHOOSING, output="off")
    assert box.view.options[0].offer is Offer.ROUTINE
    box.confirm().sees(State.PREPARING, step="skin")
    box.confirm().sees(State.PREPARING, step="pads")
    box.confirm().sees(State.PREPARING, step="stop_test")
    box.confirm().sees(State.PREPARING, step="stop_test")
    box.press_stop().sees(State.PREPARING, stop_pressed=True)
    box.release_stop().sees(State.PLACING, stage="hip_flexors", stage_index=0, stages=3)

    _one_stage(box.wait(1.1), "hip_flexors")
    box.sees(State.STAGE_DONE, next_placement="lower_back").confirm()
    _one_stage(box, "lower_back")
    box.sees(State.STAGE_DONE, next_placement="glutes").confirm()
    _one_stage(box, "glutes")
    box.sees(State.STAGE_DONE, next_placement=None).confirm()

    pages = []
    while box.state is State.AFTERCARE:
        pages.append(box.status()["step"])
        box.wait(0.3).confirm()
    assert pages == [
        *("skin", "soreness", "comfort", "stiffness"),
        *("stretch_1", "stretch_2", "stretch_3"),
        *("bridge", "bird_dog", "dead_bug", "water"),
    ]
    box.wait(0.1).sees(State.LOCKED, checklist={"confirmed": False, "item": None}, sessions_done=1)
    assert box.observer.witness.highest_ma == 12.0


def _one_stage(box: Box, place: str) -> None:
    box.wait(0.3).sees(State.PLACING, stage=place, output="off").past_pictures()
    box.sees(State.READY, output="off", limit=30.0)
    assert box.levels == box.targets == (0.0, 0.0)
    box.start().sees(State.STIMULATING, stage=place, phase="warm_up", step="ramp_up")
    # The step up to the work's frequency will halve it.
    box.turn(12)
    assert box.targets == (12.0, 12.0)
    box.run_out().sees(State.STAGE_DONE, output="off", stage_remaining_s=0.0)
    assert not box.delivers


def test_paused_and_on_again_from_zero(box: Box) -> None:
    box.to_current(5)
    left_s = box.status()["stage_remaining_s"]
    box.confirm().sees(State.PAUSED, output="off")
    assert not box.delivers
    box.wait(90.0).sees(State.PAUSED)
    assert box.status()["stage_remaining_s"] == pytest.approx(left_s, abs=0.2)
    box.confirm().sees(State.READY, output="off")
    box.start().sees(State.STIMULATING)
    assert box.levels == (0.0, 0.0)
    box.wait(3.0)
    assert not box.delivers
    box.turn(2)
    assert box.targets == (2.0, 2.0)


def test_at_zero_for_three_minutes_it_pauses_by_itself(box: Box) -> None:
    box.to_ready().start().sees(State.STIMULATING)
    box.wait(178.0).sees(State.STIMULATING)
    box.wait_for(State.PAUSED, within_s=4.0).sees(State.PAUSED, output="off")
    # Nobody asked for this screen: a press that comes at once was not meant for it.
    box.confirm().sees(State.PAUSED).wait(1.1).confirm().sees(State.READY)


def test_five_minutes_more(home: Home) -> None:
    box = home.knows().boot(SHORT)
    box.to_current(3).run_out()
    box.sees(State.STAGE_DONE, more_minutes=5, stage="hip_flexors")
    box.reads("+5 MIN: pads stay on.")
    box.back().sees(State.READY, stage="hip_flexors", stage_remaining_s=300.0, output="off")
    box.start().turn(3).sees(State.STIMULATING, output="on")


def test_more_minutes_end_with_what_a_place_may_have(home: Home) -> None:
    box = home.knows().boot(with_limits(SHORT, minutes_per_site=2.5))
    box.to_current(3).run_out().sees(State.STAGE_DONE, more_minutes=1)
    box.reads("+1 MIN: pads stay on.")
    # One minute is left of the two and a half, and it is still given.
    box.back().sees(State.READY, stage_remaining_s=60.0)
    box.start().turn(3).run_out(within_s=90.0).sees(State.STAGE_DONE, more_minutes=0)
    box.back().sees(State.STAGE_DONE)
    box.confirm().sees(State.PLACING, stage="lower_back")


def test_leaving_after_stage_one(home: Home) -> None:
    box = home.knows().boot(SHORT)
    box.to_current(3).run_out().sees(State.STAGE_DONE, stage_index=0)
    box.hold_back().sees(State.AFTERCARE, step="skin", output="off")
    box.through_aftercare().wait(0.2).sees(State.LOCKED, sessions_done=0)
    # Ended by hand: nothing is offered to be finished.
    assert box.record.history.unfinished is None


def test_a_stage_is_skipped_and_the_next_one_comes(box: Box) -> None:
    box.to_placing().sees(State.PLACING, stage="hip_flexors").wait(0.3)
    box.hold_back().sees(State.STAGE_DONE, stage="hip_flexors", more_minutes=0)
    box.wait(0.3).confirm().sees(State.PLACING, stage="lower_back", stage_index=1)
    box.past_pictures().sees(State.READY).wait(0.3)
    box.hold_back().sees(State.STAGE_DONE, stage="lower_back")
    box.wait(0.3).confirm().sees(State.PLACING, stage="glutes")


def test_one_step_back_from_everywhere_before_the_start(box: Box) -> None:
    box.to_ready().back().sees(State.PLACING)
    box.wait(0.3).back().sees(State.PREPARING, step="stop_test")
    # Where STOP was tried before, it has to be tried again.
    box.wait(0.3).confirm().sees(State.PREPARING, step="stop_test")
    box.back().sees(State.PREPARING, step="pads").back().sees(State.PREPARING, step="skin")
    box.back().sees(State.CHOOSING).back().sees(State.LOCKED)


def test_a_single_stage_and_a_comfort_program_can_be_chosen(box: Box) -> None:
    box.to_choosing()
    offers = [option.offer for option in box.view.options]
    assert {Offer.SINGLE, Offer.COMFORT} <= set(offers)
    box.turn(offers.index(Offer.SINGLE) + 1)
    assert box.view.option_index == offers.index(Offer.SINGLE) + 1
    chosen = box.view.options[box.view.option_index]
    box.confirm().prepared().sees(State.PLACING, stages=1, stage=chosen.id)


def test_looking_around_in_locked_starts_nothing(box: Box) -> None:
    box.switched_on().sees(State.LOCKED, step="plan")
    for page in ("record", "sound", "language", "date", "exercise", "plan"):
        box.back().sees(State.LOCKED, step=page, output="off")
    box.back().back().turn(2, every_s=0.2).sees(State.LOCKED, step="sound", volume=9)
    box.back().turn(1, every_s=0.2).sees(State.LOCKED, step="language", language="de")
    draw(box.view, box.words)
