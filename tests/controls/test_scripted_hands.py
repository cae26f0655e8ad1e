"""Scripted hands on mock pins: what they do arrives as events, in virtual time."""

from typing import Any

import pytest

from appliance.controls.inputs import Controls
from appliance.session.events import Button, Down, Event, StopLevel, Up
from appliance.session.events import Turn as TurnEvent
from appliance.settings.model import Controls as Pins
from appliance.simulator.scripted_hands import FOR_GOOD, Hands, Press, Release, Turn


class Stage:
    """Hands and controls, and a clock that jumps to the next thing to do."""

    def __init__(self, factory: Any) -> None:
        self.now = 0.0
        self.controls = Controls(Pins(), factory, lambda: self.now)
        self.hands = Hands(Pins(), factory)
        self.controls.read(0.0)

    def play(self) -> list[Event]:
        events: list[Event] = []
        while (due := self._next()) is not None:
            self.now = max(self.now, due)
            self.hands.perform(self.now)
            events += self.controls.read(self.now)
        return events

    def _next(self) -> float | None:
        times = (self.hands.next_deadline, self.controls.next_deadline)
        return min((time for time in times if time is not None), default=None)


@pytest.fixture
def stage(factory: Any) -> Any:
    stage = Stage(factory)
    yield stage
    stage.controls.close()


def test_at_rest_stop_is_closed_and_nothing_is_pressed(stage: Stage) -> None:
    assert not stage.controls.stop_is_open()
    assert stage.hands.next_deadline is None
    assert stage.play() == []


def test_a_press(stage: Stage) -> None:
    stage.hands.do(Press(1.0, Button.CONFIRM))
    assert stage.play() == [Down(1.0, Button.CONFIRM), Up(1.1, Button.CONFIRM)]


def test_a_hold(stage: Stage) -> None:
    stage.hands.do(Press(1.0, Button.BACK, for_s=1.5))
    assert stage.play() == [Down(1.0, Button.BACK), Up(2.5, Button.BACK)]


def test_stop_opens_and_closes(stage: Stage) -> None:
    stage.hands.do(Press(1.0, "stop", for_s=0.25))
    assert stage.play() == [StopLevel(1.0, True), StopLevel(1.25, False)]


def test_what_is_pressed_for_good_stays_until_it_is_let_go(stage: Stage) -> None:
    stage.hands.do(Press(1.0, "stop", for_s=FOR_GOOD))
    assert stage.play() == [StopLevel(1.0, True)]
    stage.hands.do(Release(9.0, "stop"))
    assert stage.play() == [StopLevel(9.0, False)]


@pytest.mark.parametrize(("detents", "expected"), [(3, [+1] * 3), (-3, [-1] * 3), (0, [])])
def test_turns(stage: Stage, detents: int, expected: list[int]) -> None:
    stage.hands.do(Turn(1.0, detents))
    assert [event.direction for event in stage.play() if isinstance(event, TurnEvent)] == expected


def test_a_turn_waits_for_the_one_before(stage: Stage) -> None:
    stage.hands.do(Turn(1.0, +2), Turn(1.0, -1))
    assert [event.direction for event in stage.play() if isinstance(event, TurnEvent)] == [
        +1,
        +1,
        -1,
    ]


def test_a_turn_comes_whole_even_if_it_is_performed_late(stage: Stage) -> None:
    stage.hands.do(Turn(1.0, +4))
    stage.now = 60.0
    assert [event.direction for event in stage.play() if isinstance(event, TurnEvent)] == [+1] * 4


def test_a_script_in_order(stage: Stage) -> None:
    stage.hands.do(
        Press(3.0, Button.KNOB),
        Turn(1.0, +1),
        Press(2.0, Button.CONFIRM, for_s=0.5),
    )
    assert [type(event) for event in stage.play()] == [TurnEvent, Down, Up, Down, Up]
