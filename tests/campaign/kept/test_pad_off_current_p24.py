"""A break that the campaign found: 0 s, channel B: first pulse after rest or off at most 0 mA.

The driver was wrong: it set a channel going again that the device had stopped for an open lead.
"""

from pathlib import Path

from tests.campaign.kinds import Fault
from tests.campaign.scenes import Scene
from tests.campaign.shrinking import broken_in


def test_pad_off_current_p24_breaks_no_rule(tmp_path: Path) -> None:
    scene = Scene(
        board="p24",
        place="current",
        program="neotek_buttock",
        at=0.0,
        level=(15.0, 15.0),
        ohm=(1000.0, 1000.0),
        wait_s=5.0,
    )
    broken = broken_in(
        tmp_path,
        scene,
        Fault(
            kind="pad off",
            after_s=0.0,
            seed=0,
        ),
    )
    assert broken == []
