"""A break that the campaign found: the board is too weak.

The board was wrong: B got no pulse at all while a frequency below 10 Hz went on falling.
"""

from pathlib import Path

from tests.campaign.kinds import Fault
from tests.campaign.scenes import Scene
from tests.campaign.shrinking import broken_in


def test_wall_clock_jumps_current_reference_breaks_no_rule(tmp_path: Path) -> None:
    scene = Scene(
        board="reference",
        place="current",
        program="54",
        at=0.353,
        level=(0.0, 9.0),
        ohm=(700.0, 1600.0),
        wait_s=6.378,
    )
    broken = broken_in(
        tmp_path,
        scene,
        Fault(
            kind="wall clock jumps",
            after_s=0.0,
            seed=0,
        ),
    )
    assert broken == []
