"""A break that the campaign found: an update goes on with a channel whose state was told long ago.

The driver was wrong: it took an answer that had come while the process was frozen for a new one.
"""

from pathlib import Path

from tests.campaign.kinds import Fault
from tests.campaign.scenes import Scene
from tests.campaign.shrinking import broken_in


def test_frozen_briefly_current_rehamove3_breaks_no_rule(tmp_path: Path) -> None:
    scene = Scene(
        board="rehamove3",
        place="current",
        program="gentle",
        at=0.0,
        level=(9.0, 9.0),
        ohm=(1000.0, 1000.0),
        wait_s=0.759,
    )
    broken = broken_in(
        tmp_path,
        scene,
        Fault(
            kind="frozen, briefly",
            after_s=0.0279,
            seed=0,
        ),
    )
    assert broken == []
