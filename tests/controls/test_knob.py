"""The knob through the pins: edges count, and levels notice when edges are lost."""

from typing import Any

import pytest

from appliance.controls.contacts import SILENCE_S
from appliance.controls.inputs import Controls
from appliance.session.events import Turn
from appliance.settings.model import Controls as Pins
from tests.controls.rig import Rig

UP = (("knob_a", True), ("knob_b", True), ("knob_a", False), ("knob_b", False))
DOWN = (("knob_b", True), ("knob_a", True), ("knob_b", False), ("knob_a", False))


def turn(rig: Rig, quarters: tuple[tuple[str, bool], ...], quarter_s: float = 0.005) -> None:
    for name, closed in quarters:
        rig.pass_time(quarter_s)
        rig.move(name, closed)


def steps(rig: Rig) -> list[int]:
    return [event.direction for event in rig.read() if isinstance(event, Turn)]


def test_a_before_b_is_up(rig: Rig) -> None:
    turn(rig, UP)
    assert rig.read() == [Turn(rig.time, +1)]


def test_b_before_a_is_down_at_half_a_detent(rig: Rig) -> None:
    turn(rig, DOWN[:2])
    assert rig.read() == [Turn(rig.time, -1)]
    turn(rig, DOWN[2:])
    assert rig.read() == []


def test_a_turn_that_was_over_before_the_loop_looked_is_counted(rig: Rig) -> None:
    turn(rig, UP * 5 + DOWN * 2, quarter_s=0.0025)
    assert steps(rig) == [+1] * 5 + [-1] * 2


def test_edges_that_come_all_at_once_are_not_up(rig: Rig) -> None:
    turn(rig, UP * 5, quarter_s=0)
    assert steps(rig) == []


def test_a_detent_is_put_together_over_several_reads(rig: Rig) -> None:
    for quarter in UP:
        assert steps(rig) == []
        turn(rig, (quarter,))
    assert steps(rig) == [+1]


def test_without_edges_nothing_is_up(rig: Rig) -> None:
    for name, closed in UP:
        rig.move_in_silence(name, closed)
        rig.pass_time(0.01)
        assert steps(rig) == []


def test_after_a_lost_edge_the_levels_put_it_right_before_the_next_detent(rig: Rig) -> None:
    turn(rig, UP[:3])
    rig.move_in_silence("knob_b", closed=False)
    assert steps(rig) == []
    rig.pass_time(1.1)
    assert steps(rig) == []
    turn(rig, DOWN)
    assert steps(rig) == [-1]


def test_b_seen_with_a_elsewhere_is_not_up(rig: Rig) -> None:
    """A has closed again when the last edge of B is read, and no edge says why."""
    turn(rig, UP[:3])
    assert steps(rig) == []
    turn(rig, UP[3:])
    rig.move_in_silence("knob_a", closed=True)
    assert steps(rig) == []


@pytest.mark.parametrize("name", ["knob_a", "knob_b"])
def test_a_knob_that_stands_between_two_detents_at_the_start_is_believed(
    factory: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    pin = factory.pin(getattr(Pins(), name))
    pin.drive_low()
    with monkeypatch.context() as patch:
        patch.setattr(pin, "drive_high", lambda: None)  # the contact is stronger than the pull-up
        controls = Controls(Pins(), factory, lambda: 5.0)
    controls.read(5.0)
    assert controls.next_deadline is None
    controls.close()


def test_levels_that_no_edge_explained_are_looked_at_again(rig: Rig) -> None:
    rig.move_in_silence("knob_a", closed=True)
    rig.read()
    look_at = rig.time + SILENCE_S
    rig.pass_time(0.5)
    rig.read()
    assert rig.controls.next_deadline == look_at
    rig.time = look_at
    rig.read()
    assert rig.controls.next_deadline is None


def test_levels_that_a_late_edge_explains_are_not_looked_at_again(rig: Rig) -> None:
    rig.move_in_silence("knob_a", closed=True)
    rig.read()
    moved_at = rig.time
    rig.pass_time(0.1)
    rig.late_edge("knob_a", closed=True, happened_at=moved_at)
    rig.read()
    assert rig.controls.next_deadline is None


def test_levels_that_no_edge_explained_wait_while_the_knob_still_moves(rig: Rig) -> None:
    """The edge that is missing may be behind the others."""
    rig.move_in_silence("knob_a", closed=True)
    rig.read()
    rig.pass_time(0.6)
    rig.move("knob_b", closed=True)
    rig.read()
    assert rig.controls.next_deadline == rig.time + SILENCE_S


def test_after_the_levels_have_put_it_right_a_turn_down_counts_at_once(rig: Rig) -> None:
    rig.move_in_silence("knob_a", closed=True)
    assert steps(rig) == []
    rig.pass_time(1.1)
    assert steps(rig) == []
    turn(rig, (("knob_b", True), ("knob_b", False), ("knob_a", False)))
    assert steps(rig) == [-1]


def test_the_knobs_button_is_a_button(rig: Rig) -> None:
    rig.move("knob_press", closed=True)
    assert len(rig.read()) == 1
