"""No way of living with the box leads past a limit of the day, the site or the interval.

`python -m tests.session.test_year STEPS STATE` lives for longer than a test can. It keeps what
was lived in the file STATE, a line of JSON, and goes on from there when it is started again.
"""

import json
import logging
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from tests.session.own_rules import short_day
from tests.session.year import Year

STEPS = 10_000


@pytest.mark.parametrize("seed", range(10))
def test_no_way_past_a_limit_in_a_hundred_thousand_steps(tmp_path: Path, seed: int) -> None:
    year = lived(tmp_path, seed, STEPS)
    assert year.body.broken == []
    assert year.body.kinds["contracting"], "nothing was ever delivered"
    assert year.body.kinds["uneven"], "A and B were always alike"


def lived(folder: Path, seed: int, steps: int) -> Year:
    """The year of this seed, after so many steps, or where a limit broke."""
    year = Year(folder, seed)
    with short_day(year.body.charge_mc):
        year.live(steps)
    return year


BOX_STEPS = 100_000
"""A new box, with a new seed, after so many steps."""


def main() -> int:
    """Live for many steps, with progress. Exit 1 where a limit broke."""
    wanted, state = int(sys.argv[1]), Path(sys.argv[2])
    logging.disable(logging.CRITICAL)
    done = json.loads(state.read_text()) if state.exists() else {"seed": 0, "steps": 0, "s": 0.0}
    kinds = Counter(done.get("kinds", {}))
    while done["steps"] < wanted:
        with tempfile.TemporaryDirectory() as folder:
            steps = min(BOX_STEPS, wanted - done["steps"])
            year = lived(Path(folder), done["seed"], steps)
        if year.body.broken:
            print(f"seed {done['seed']}: " + "\n".join(year.body.broken), flush=True)
            return 1
        kinds += year.body.kinds
        done = {
            "seed": done["seed"] + 1,
            "steps": done["steps"] + year.steps,
            "s": done["s"] + year.body.seconds,
            "kinds": kinds,
        }
        state.write_text(json.dumps(done))
        print(f"{done['steps']} of {wanted} steps, {done['s']:.0f} s of pulses", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
