"""A break that the campaign found: the knob brought current back.

The campaign was wrong: it turned the knob before the relay in the leads had ended the current,
which takes 200 ms where no off reaches the board.
"""

from pathlib import Path

from tests.campaign.kinds import Fault
from tests.campaign.scenes import Scene
from tests.campaign.shrinking import broken_in


def test_noise_to_the_board_current_p24_breaks_no_rule(tmp_path: Path) -> None:
    scene = Scene(
        board="p24",
        place="current",
        program="gentle",
        at=0.0,
        level=(4.0, 4.0),
        ohm=(1000.0, 1000.0),
        wait_s=2.184,
    )
    broken = broken_in(
        tmp_path,
        scene,
        Fault(
            kind="noise to the board",
            after_s=0.048,
            seed=1563713438,
        ),
    )
    assert broken == []
