"""No way of living with the box leads past a limit of the day, the site or the interval.

`python -m tests.session.test_year STEPS SEED` lives for longer than a test can.
"""

import sys
import tempfile
from pathlib import Path

import pytest

from tests.session.year import Year

STEPS = 10_000


@pytest.mark.parametrize("seed", range(10))
def test_no_way_past_a_limit_in_a_hundred_thousand_steps(tmp_path: Path, seed: int) -> None:
    year = Year(tmp_path, seed)
    year.live(STEPS)
    assert year.body.broken == []
    assert year.body.pulses, "nothing was ever delivered"


def main() -> int:
    """Live for many steps, a new box every hundred thousand. Exit 1 where a limit broke."""
    wanted, seed, lived = int(sys.argv[1]), int(sys.argv[2]), 0
    while lived < wanted:
        with tempfile.TemporaryDirectory() as folder:
            year = Year(Path(folder), seed)
            year.live(min(100_000, wanted - lived))
        lived += year.steps
        seconds = sum(one[3] for one in year.body.pulses)
        print(f"seed {seed}: {lived} steps, {year.boots} boots, {seconds:.0f} s of pulses")
        if year.body.broken:
            print("\n".join(year.body.broken))
            return 1
        seed += 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
