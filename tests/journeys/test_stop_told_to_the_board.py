"""A box whose STOP opens the board's emergency stop as well, by the wire of J12."""

import pytest

from appliance.session.record import Record
from appliance.session.state import State
from tests.journeys.journey import Box, Home


def wired(box: Box) -> Box:
    """STOP's second pole is the board's emergency stop."""

    def follow(record: Record) -> None:
        if box.board.emergency_open is not record.stop_open:
            box.board.set_emergency_stop(record.stop_open, box.now)

    box.watchers.append(follow)
    return box


@pytest.fixture
def told(home: Home) -> Box:
    return wired(home.knows().boot())


def test_the_stop_test_is_passed_however_long_the_hand_presses(told: Box) -> None:
    told.to_choosing()
    told.confirm().confirm().confirm().sees(State.PREPARING, step="stop_test")
    told.press_stop().wait(2.0).sees(State.PREPARING, step="stop_test")
    told.release_stop().wait(1.1).sees(State.PLACING)
    told.past_pictures().start().sees(State.STIMULATING)
    assert not told.record.latched


def test_stop_is_stopped_and_no_fault(told: Box) -> None:
    told.to_current(6)
    told.press_stop().sees(State.STOPPED, output="off").wait(3.0).sees(State.STOPPED)
    told.release_stop().wait(1.1).confirm().sees(State.READY, output="off")
    told.start().sees(State.STIMULATING)
    told.turn(2)
    assert told.delivers
    assert not told.record.latched


def test_an_emergency_stop_that_no_hand_at_the_box_opens_is_a_fault(told: Box) -> None:
    told.to_current(6)
    told.watchers.pop()
    told.board.set_emergency_stop(True, told.now)
    told.wait(0.2).sees(State.FAULT, output="off")
    assert told.record.latched == ("emergency_stop",)


def test_one_that_stays_open_when_stop_is_let_go_is_a_fault(told: Box) -> None:
    told.to_current(6)
    told.watchers.pop()
    told.press_stop()
    told.board.set_emergency_stop(True, told.now)
    told.wait(1.0).sees(State.STOPPED).release_stop().wait(0.5).sees(State.STOPPED)
    told.wait(1.0).sees(State.FAULT, output="off")
    assert told.record.latched == ("emergency_stop",)
