"""A break that the campaign found: 0 mA flow, asked were 0."""

from pathlib import Path

from tests.campaign.kinds import Fault
from tests.campaign.scenes import Scene
from tests.campaign.shrinking import broken_in


def test_keeps_what_it_had_current_reference_breaks_no_rule(tmp_path: Path) -> None:
    scene = Scene(
        board="reference",
        place="current",
        program="41",
        at=0.0,
        level=(9.0, 22.0),
        ohm=(1000.0, 1000.0),
        wait_s=2.0,
    )
    broken = broken_in(
        tmp_path,
        scene,
        Fault(
            kind="keeps what it had",
            after_s=0.0,
            seed=0,
        ),
    )
    assert broken == []
