"""Pads that dry, sweat and come off, at the pins of the firmware. More of them by command."""

import pytest

from tests.firmware.bench import Bench
from tests.firmware.dry_pads import run

COURSES = 8


@pytest.mark.parametrize("seed", range(COURSES))
def test_the_current_never_rises_faster_than_it_may(bench: Bench, seed: int) -> None:
    wrong, pulses = run(bench, seed)
    assert not wrong
    assert pulses > 0
