"""A break that the campaign found: first pulse after rest or off at most 0 mA.

The board was wrong: where a frequency fell between a pulse of A and the next of B, B lost one.
"""

from pathlib import Path

from tests.campaign.kinds import Fault
from tests.campaign.scenes import Scene
from tests.campaign.shrinking import broken_in


def test_screen_dies_current_reference_breaks_no_rule(tmp_path: Path) -> None:
    scene = Scene(
        board="reference",
        place="current",
        program="3",
        at=0.877,
        level=(4.0, 9.0),
        ohm=(400.0, 1000.0),
        wait_s=8.096,
    )
    broken = broken_in(
        tmp_path,
        scene,
        Fault(
            kind="screen dies",
            after_s=0.0,
            seed=0,
        ),
    )
    assert broken == []
