"""Pads that dry, sweat and come off at any speed: the current never jumps. 1,000 by command."""

import pytest

from tests.simulator.skin_courses import Flow, run, too_fast

COURSES = 60


@pytest.mark.parametrize("seed", range(COURSES))
def test_the_current_never_rises_faster_than_it_may(seed: int) -> None:
    wrong, pulses = run(seed)
    assert not wrong
    assert pulses > 0


def test_a_jump_back_to_what_was_asked_is_too_fast() -> None:
    dry = [Flow(0.02 * i, 40.0, 30.0) for i in range(10)]
    assert not too_fast(dry, 40.0)
    assert "too fast" in too_fast([*dry, Flow(0.2, 40.0, 40.0)], 40.0)
    assert "above" in too_fast([Flow(0.0, 40.0, 41.0)], 40.0)
