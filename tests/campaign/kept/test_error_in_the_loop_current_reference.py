"""A break that the campaign found: 3.8 mA flow, asked were 3.4.

The campaign was wrong: it did not see what the service's own loop asked for until the error came.
"""

from pathlib import Path

from tests.campaign.kinds import Fault
from tests.campaign.scenes import Scene
from tests.campaign.shrinking import broken_in


def test_error_in_the_loop_current_reference_breaks_no_rule(tmp_path: Path) -> None:
    scene = Scene(
        board="reference",
        place="current",
        program="cefarcompex_disuse_1",
        at=0.748,
        level=(22.0, 0.0),
        ohm=(1000.0, 1000.0),
        wait_s=0.093,
    )
    broken = broken_in(
        tmp_path,
        scene,
        Fault(
            kind="error in the loop",
            after_s=0.0762,
            seed=3870787399,
        ),
    )
    assert broken == []
