"""A break that the campaign found: current 0 ms after it had to end."""

from pathlib import Path

from tests.campaign.kinds import Fault
from tests.campaign.scenes import Scene
from tests.campaign.shrinking import broken_in


def test_frames_lost_and_claims_too_much_current_reference_breaks_no_rule(tmp_path: Path) -> None:
    scene = Scene(
        board="reference",
        place="current",
        program="gentle",
        at=0.0,
        level=(0.0, 30.0),
        ohm=(1000.0, 1000.0),
        wait_s=0.0,
    )
    broken = broken_in(
        tmp_path,
        scene,
        Fault(
            kind="frames lost",
            after_s=0.0,
            seed=1269159228,
        ),
        Fault(
            kind="claims too much",
            after_s=0.0,
            seed=0,
        ),
    )
    assert broken == []
