"""Which side the knob turns in `stimulating`: both, A or B alone."""

import pytest

from tests.session.core import Core


def test_back_cycles_both_a_b() -> None:
    core = Core().to_stimulating(2)
    seen = []
    for _ in range(4):
        assert core.record.run is not None
        seen.append(core.record.run.levels.knob_side.value)
        core.back()
    assert seen == ["both", "A", "B", "both"]


def test_the_knob_side_the_chosen_channel_alone() -> None:
    core = Core().to_stimulating(2)
    core.back()
    core.turn(2)
    assert core.level == (4.0, 2.0)
    core.back()
    core.turn(-1)
    assert core.level == (4.0, 1.0)


def test_both_adds_a_step_to_each_and_keeps_the_difference() -> None:
    core = Core().to_stimulating(2)
    core.back()
    core.turn(2)
    core.wait(10)
    core.turn(1)
    assert core.level == (5.0, 3.0)


@pytest.mark.parametrize("level", [0, 2])
def test_back_to_both_after_10_s_without_a_turn(level: int) -> None:
    core = Core().to_stimulating(level)
    core.back()
    core.wait(9)
    assert core.record.run is not None and core.record.run.levels.knob_side.value == "A"
    core.wait(1.2)
    assert core.record.run.levels.knob_side.value == "both"


def test_a_turn_keeps_the_choice_for_another_10_s() -> None:
    core = Core().to_stimulating(2)
    core.back()
    core.wait(8)
    core.turn(-1)
    core.wait(8)
    assert core.record.run is not None and core.record.run.levels.knob_side.value == "A"
