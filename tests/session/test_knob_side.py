"""Which side the knob turns in `stimulating`: both, A or B alone."""

import pytest

from appliance.session.envelope import Part
from appliance.session.levels import BACK_TO_BOTH_S
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


def knob_side(core: Core) -> str:
    assert core.record.run is not None
    return core.record.run.levels.knob_side.value


def test_turns_that_wait_for_the_contraction_keep_the_choice() -> None:
    core = Core().to_stimulating(4).skip_to("work").until(Part.OFF)
    core.back()
    began_at = core.now
    while core.record.position is not None and core.record.position.part is Part.OFF:
        core.turn(1, every_s=1.0)
    assert core.now - began_at > BACK_TO_BOTH_S
    core.until(Part.HOLD)
    core.turn(1)
    assert (knob_side(core), core.target) == ("A", (5.0, 4.0))


def test_turns_that_dry_pads_refuse_keep_the_choice() -> None:
    core = Core().to_stimulating(4)
    core.back()
    run = core.record.run
    assert run is not None
    core.record = core.record.but(
        run=run.but(pad_state=run.pad_state.but(dry_at=(core.now, core.now)))
    )
    core.turn(12, every_s=1.0)
    assert (knob_side(core), core.target) == ("A", (4.0, 4.0))
    core.wait(BACK_TO_BOTH_S)
    assert knob_side(core) == "both"
