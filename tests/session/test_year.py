"""No way of living with the box leads past a limit of the day, the site or the interval.

`python -m tests.session.test_year STEPS STATE` lives for longer than a test can. It keeps what
was lived in the file STATE, a line of JSON, and goes on from there when it is started again.
"""

import json
import logging
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
    assert year.body.uneven, "A and B were always alike"


BOX_STEPS = 100_000
"""A new box, with a new seed, after so many steps."""


def main() -> int:
    """Live for many steps, with progress. Exit 1 where a limit broke."""
    wanted, state = int(sys.argv[1]), Path(sys.argv[2])
    logging.disable(logging.CRITICAL)
    lived = json.loads(state.read_text()) if state.exists() else {"seed": 0, "steps": 0, "s": 0.0}
    while lived["steps"] < wanted:
        with tempfile.TemporaryDirectory() as folder:
            year = Year(Path(folder), lived["seed"])
            year.live(min(BOX_STEPS, wanted - lived["steps"]))
        if year.body.broken:
            print(f"seed {lived['seed']}: " + "\n".join(year.body.broken))
            return 1
        seconds = sum(one[3] for one in year.body.pulses)
        lived = {
            "seed": lived["seed"] + 1,
            "steps": lived["steps"] + year.steps,
            "s": lived["s"] + seconds,
        }
        state.write_text(json.dumps(lived))
        print(f"{lived['steps']} of {wanted} steps, {lived['s']:.0f} s of pulses", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
