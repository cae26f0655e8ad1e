"""When the loop wakes: for deadlines and edges, and to look at STOP while current may flow."""

from typing import Any

import pytest

from appliance.session.state import State
from tests.journeys.journey import Box, Home
from tests.service.frames import Frames


@pytest.fixture
def box(home: Home) -> Box:
    return home.knows().boot()


def test_stop_is_seen_within_10_ms_though_its_edge_was_lost(box: Box) -> None:
    box.to_current(6).to_step("twitch")
    frames = Frames(box).just_sent(box)
    pressed_at = _press_stop_in_silence(box)
    box.wait(0.1)
    off_at = next(at for at, set_point in frames.sent if set_point is None)
    assert off_at - pressed_at <= 0.0101


def test_stop_is_seen_within_10_ms_at_the_least_current_too(box: Box) -> None:
    box.to_current(1).to_step("twitch")
    frames = Frames(box).just_sent(box)
    pressed_at = _press_stop_in_silence(box)
    box.wait(0.1)
    off_at = next(at for at, set_point in frames.sent if set_point is None)
    assert off_at - pressed_at <= 0.0101


def test_stop_whose_edge_was_lost_is_told_in_the_round_that_sends_off(box: Box) -> None:
    box.to_current(4).to_step("twitch")
    frames = Frames(box).just_sent(box)
    _press_stop_in_silence(box)
    box.wait_until(lambda: frames.sent[-1][1] is None, within_s=0.02)
    assert box.state is State.STOPPED


def test_in_a_rest_no_current_begins_after_stop_though_its_edge_was_lost(box: Box) -> None:
    frames = Frames(_to_a_rest(box))
    # Just before the frame that would be the first of the next contraction.
    box.wait_until(lambda: box.record.position is not None and _rest_left_s(box) < 0.05, 20.0)
    pressed_at = _press_stop_in_silence(box)
    box.wait(1.0)
    assert not box.delivers
    since = [set_point for _, set_point in frames.since(pressed_at)]
    assert set(since) == {None}
    off_at = next(at for at, set_point in frames.sent if set_point is None)
    assert off_at - pressed_at <= 0.0501


def test_between_two_steps_only_stop_is_looked_at(box: Box) -> None:
    box.to_current(4).to_step("twitch")
    looks, polls = [0], [0]
    look, poll = box.service.ports.controls.stop_is_open, box.driver.poll

    def counted_look() -> bool:
        looks[0] += 1
        return look()

    def counted_poll(now: float) -> Any:
        polls[0] += 1
        return poll(now)

    box.service.ports.controls.stop_is_open = counted_look  # type: ignore[method-assign]
    box.driver.poll = counted_poll  # type: ignore[method-assign]
    box.wait(1.0)
    assert looks[0] >= 100
    assert polls[0] <= 80


def test_a_step_in_which_nothing_happened_is_no_news_for_the_screen(box: Box) -> None:
    box.to_current(4).to_step("twitch")
    shown, show = [], box.service.ports.screen.show

    def counted(view: Any) -> None:
        shown.append(view)
        show(view)

    box.service.ports.screen.show = counted  # type: ignore[method-assign]
    box.wait(1.0)
    assert 1 <= len(shown) <= 10


def test_in_locked_the_loop_wakes_three_times_a_second_at_most(box: Box) -> None:
    box.switched_on().wait(3.0)
    assert _wakes(box, 10.0) <= 31


def test_in_a_rest_the_loop_wakes_for_frames_and_their_answers_alone(box: Box) -> None:
    _to_a_rest(box).wait(0.2)
    assert _wakes(box, 5.0) <= 5.0 * 42


def _to_a_rest(box: Box) -> Box:
    """To the rest after the first contraction; most of the warm-up is skipped."""
    box.to_current(6)
    run = box.record.run
    assert run is not None
    at_s, all_s = run.spans[0].end_s - 1.0, run.planned_s
    later = run.but(elapsed_s=at_s, noted_s=at_s, booking_s=all_s, booked_s=all_s)
    box.service.record = box.record.but(run=later)
    return box.to_step("off")


def _rest_left_s(box: Box) -> float:
    position = box.record.position
    assert position is not None
    return position.channels[0].left_s


def _press_stop_in_silence(box: Box) -> float:
    """STOP's level moves in a moment, and its edge is lost. Returns when."""
    pin = box.factory.pin(box.world.settings.controls.stop)
    edges, pin.when_changed = pin.when_changed, None
    assert edges is not None
    # After the board's answer, which would wake the loop as well.
    pressed_at = box.now + 0.003
    box.agenda.at(pressed_at, lambda now: pin.drive_high())
    return pressed_at


def _wakes(box: Box, seconds: float) -> int:
    woken, wait_and_step = 0, box.service.wait_and_step

    def counted() -> None:
        nonlocal woken
        woken += 1
        wait_and_step()

    box.service.wait_and_step = counted  # type: ignore[method-assign]
    box.wait(seconds)
    return woken
