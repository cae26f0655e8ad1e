"""A break that the campaign found: the target rises while the knob is pressed."""

from pathlib import Path

from tests.campaign.kinds import Fault
from tests.campaign.scenes import Scene
from tests.campaign.shrinking import broken_in


def test_knob_flung_and_knob_pressed_current_reference_breaks_no_rule(tmp_path: Path) -> None:
    scene = Scene(
        board="reference",
        place="current",
        program="gentle",
        at=0.0,
        level=(4.0, 4.0),
        ohm=(1000.0, 1000.0),
        wait_s=0.0,
    )
    broken = broken_in(
        tmp_path,
        scene,
        Fault(
            kind="knob flung",
            after_s=0.0,
            seed=0,
        ),
        Fault(
            kind="knob pressed",
            after_s=0.0,
            seed=0,
        ),
    )
    assert broken == []
