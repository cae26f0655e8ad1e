"""STOP, by hand, over the socket and in every state; and the box that is left alone."""

import pytest

from appliance.screen.draw import draw
from appliance.session.state import State
from appliance.simulator.body import Pads
from tests.journeys.journey import Box, Home


def test_stopped_by_mistake_and_resumed_from_zero(box: Box) -> None:
    box.to_current(6)
    box.press_stop().sees(State.STOPPED, output="off", stop_pressed=True)
    assert not box.delivers
    box.confirm().sees(State.STOPPED)
    box.wait(2.0).release_stop().sees(State.STOPPED, stop_pressed=False)
    box.wait(1.1).confirm().sees(State.READY, output="off")
    box.start().sees(State.STIMULATING)
    assert box.levels == box.targets == (0.0, 0.0)


def test_stopped_and_unwell_after_five_minutes_comes_aftercare(box: Box) -> None:
    box.to_current(4)
    box.press_stop().release_stop().wait(290.0).sees(State.STOPPED, output="off")
    box.wait_for(State.AFTERCARE, within_s=11.0).sees(State.AFTERCARE, step="skin", output="off")
    box.wait(1.1).through_aftercare().sees(State.LOCKED)


def test_the_questions_are_on_the_screen_while_stop_is_still_pressed(box: Box) -> None:
    box.to_current(4).press_stop().sees(State.STOPPED)
    box.wait_for(State.AFTERCARE, within_s=301.0).wait(1.2)
    box.sees(State.AFTERCARE, step="skin", stop_pressed=True)
    box.reads("STOP is pressed", "Like before", "NEXT")
    well = draw(box.view, box.words).tobytes()
    box.turn(2, every_s=0.3).reads("Burn, blister")
    assert draw(box.view, box.words).tobytes() != well
    box.turn(-2, every_s=0.3).confirm().sees(State.AFTERCARE, step="soreness")
    sound = draw(box.view, box.words).tobytes()
    box.turn(5, every_s=0.3).reads("STOP is pressed", "4 or more: take a rest day")
    assert draw(box.view, box.words).tobytes() != sound


def test_stopped_and_ended_by_hand(box: Box) -> None:
    box.to_current(4)
    box.press_stop().release_stop().wait(0.3).hold_back()
    box.sees(State.STAGE_DONE, output="off").wait(0.3).hold_back().sees(State.AFTERCARE)


def test_stop_over_the_socket_stops_and_its_start_does_not_exist(box: Box) -> None:
    box.to_current(4)
    assert box.service.answer({"verb": "stop"}) == {"stopped": True, "state": "stopped"}
    box.wait(0.1).sees(State.STOPPED, output="off")
    assert not box.delivers
    for verb in ("start", "resume", "confirm", "turn", None):
        assert "error" in box.service.answer({"verb": verb})
    box.wait(1.0).sees(State.STOPPED)


def test_the_current_is_zero_within_a_frame_of_the_press(box: Box) -> None:
    box.to_current(6).to_step("twitch")
    last = box.observer.witness.pulses
    box.press_stop()
    # At 5 Hz at most one pulse was already on its way.
    assert box.observer.witness.pulses - last <= 1


@pytest.mark.parametrize("resting_in", ["locked", "checklist", "refused", "choosing", "placing"])
def test_stop_before_ready_shows_and_blocks(box: Box, resting_in: str) -> None:
    steps = {
        "locked": lambda: box.switched_on(),
        "checklist": lambda: box.switched_on().confirm(),
        "refused": lambda: box.switched_on().confirm().back(),
        "choosing": lambda: box.to_choosing(),
        "placing": lambda: box.to_placing(),
    }
    steps[resting_in]()
    here = State(resting_in)
    box.sees(here).press_stop().sees(here, stop_pressed=True, output="off")
    item = box.statement
    if here is State.REFUSED:
        box.back()
    else:
        box.wait(1.7).hold_confirm(0.7).confirm()
    box.sees(here, stop_pressed=True)
    assert box.statement == item
    box.release_stop().sees(here, stop_pressed=False)


def test_stop_in_ready_stops(box: Box) -> None:
    box.to_ready().press_stop().sees(State.STOPPED, output="off").release_stop()
    box.wait(1.1).confirm().sees(State.READY)


def test_stop_in_a_pause_stops(box: Box) -> None:
    box.to_current(3).confirm().sees(State.PAUSED)
    box.press_stop().sees(State.STOPPED).release_stop().wait(1.1).confirm().sees(State.READY)


def test_stop_at_the_end_of_a_stage_blocks_the_next(box: Box) -> None:
    box.to_placing().wait(0.3).hold_back().sees(State.STAGE_DONE).wait(0.3)
    box.press_stop().confirm().sees(State.STAGE_DONE, stop_pressed=True)
    box.release_stop().confirm().sees(State.PLACING, stage="lower_back")


def test_stop_held_at_power_on_blocks_until_it_is_let_go(home: Home) -> None:
    box = home.knows().boot()
    box.press_stop().wait_for(State.LOCKED, within_s=5.0).wait(1.1)
    box.sees(State.LOCKED, stop_pressed=True, output="off")
    box.confirm().sees(State.LOCKED)
    box.release_stop().wait(0.1).confirm().sees(State.CHECKLIST)


def test_only_a_press_and_a_release_pass_the_stop_test(box: Box) -> None:
    box.to_choosing().confirm().confirm().confirm()
    box.sees(State.PREPARING, step="stop_test")
    box.service.answer({"verb": "stop"})
    box.wait(0.2).confirm().hold_confirm().turn(3).sees(State.PREPARING, step="stop_test")
    box.press_stop().sees(State.PREPARING, step="stop_test")
    box.release_stop().sees(State.PLACING)


def _paused(box: Box) -> Box:
    return box.to_current(3).confirm().sees(State.PAUSED)


def _lost(box: Box) -> Box:
    box.to_current(4).board.body.place(0, Pads.OPEN)
    box.wait_for(State.CONTACT_LOST, within_s=1.0)
    return box


def _after(box: Box) -> Box:
    box.to_placing().wait(0.3).hold_back().wait(0.3).hold_back()
    return box.sees(State.AFTERCARE)


@pytest.mark.parametrize(
    ("story", "limit_s"),
    [
        (lambda box: box.switched_on().confirm().sees(State.CHECKLIST), 600.0),
        (lambda box: box.switched_on().confirm().back().sees(State.REFUSED), 600.0),
        (lambda box: box.to_choosing(), 600.0),
        (lambda box: box.to_choosing().confirm().sees(State.PREPARING), 1800.0),
        (lambda box: box.to_placing(), 1800.0),
        (lambda box: box.to_ready(), 1800.0),
        (_paused, 1800.0),
        (_lost, 1800.0),
        (lambda box: box.to_placing().wait(0.3).hold_back().sees(State.STAGE_DONE), 1800.0),
        (_after, 1800.0),
    ],
    ids=[
        "checklist",
        "refused",
        "choosing",
        "preparing",
        "placing",
        "ready",
        "paused",
        "contact_lost",
        "stage_done",
        "aftercare",
    ],
)
def test_left_alone_it_locks_and_the_checklist_is_void(
    box: Box, story: object, limit_s: float
) -> None:
    story(box)  # type: ignore[operator]
    here = box.state
    box.drowse(limit_s - 20.0)
    box.sees(here, output="off")
    box.wait_for(State.LOCKED, within_s=21.0).wait(0.1)
    box.sees(State.LOCKED, output="off", checklist={"confirmed": False, "item": None})
