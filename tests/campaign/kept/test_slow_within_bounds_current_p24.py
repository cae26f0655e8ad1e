"""A break that the campaign found: never up faster than 0 mA/s.

The driver was wrong: an update that late answers had held up made up for the lost time at once.
"""

from pathlib import Path

from tests.campaign.kinds import Fault
from tests.campaign.scenes import Scene
from tests.campaign.shrinking import broken_in


def test_slow_within_bounds_current_p24_breaks_no_rule(tmp_path: Path) -> None:
    scene = Scene(
        board="p24",
        place="current",
        program="glutes",
        at=0.662,
        level=(0.0, 30.0),
        ohm=(1000.0, 1000.0),
        wait_s=0.353,
    )
    broken = broken_in(
        tmp_path,
        scene,
        Fault(
            kind="slow within bounds",
            after_s=0.111,
            seed=1822763518,
        ),
    )
    assert broken == []
