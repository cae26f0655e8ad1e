"""What a Raspberry Pi would need: instructions counted by valgrind, as a share of a core.

    python -m tests.benchmarks.bench_instructions [NAME ...]

An estimate. The instructions are those of this machine's build of Python, x86-64 where that is
its processor. Those of arm64 are counted in an emulated machine by

    EMS_APPLIANCE_MACHINE=image pytest -n 0 -s tests/machine/test_image.py

The core is that of a Zero 2 W: a Cortex-A53 of 1 GHz. It can begin two instructions a cycle;
interpreters wait for memory and guess branches wrongly, and 0.5 a cycle is assumed here, a cautious
figure of this project that nobody has measured on a Pi. Needs Debian's `valgrind`.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.counted_work import WORK

ROOT = Path(__file__).parents[2]
CYCLES_HZ, INSTRUCTIONS_A_CYCLE = 1e9, 0.5
A_SECOND = {"session": 28.0, "board": 20.0, "box": 1.0, "frame": 1.1}
"""How often each piece of work is done in a second of a running session. A set-point comes every
50 ms, and every 20 ms in ramps: 28 a second over a cycle of the shipped programs. The last
is how often a view is new, and drawn."""


def main(names: list[str]) -> dict[str, float]:
    """Percent of a core, by the name of the work."""
    if shutil.which("valgrind") is None:
        print("valgrind is not installed, so nothing is counted")
        return {}
    shares = {}
    for name in names or WORK:
        instructions = count(name)
        shares[name] = tell(name, instructions)
    return shares


def tell(name: str, instructions: float) -> float:
    """Percent of a core that this work takes, if a piece of it takes so many instructions."""
    share = 100 * instructions * A_SECOND[name] / (CYCLES_HZ * INSTRUCTIONS_A_CYCLE)
    what = (WORK[name].__doc__ or "").rstrip(".").partition("\n")[0]
    print(
        f"{name:8} {instructions:12,.0f} instructions, {A_SECOND[name]:.0f} a second: "
        f"{share:5.1f} % of a Zero 2 W's core, estimated  ({what})"
    )
    return share


def count(name: str) -> float:
    """Instructions of one piece of this work."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "callgrind"
        command = [
            *("valgrind", "--tool=callgrind", "--instr-atstart=no"),
            f"--callgrind-out-file={out}",
            *(sys.executable, "-m", "tests.benchmarks.counted_work", name),
        ]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
        )
        told = "".join(path.read_text() for path in Path(folder).iterdir())
    total = max(int(number) for number in re.findall(r"^(?:totals|summary): (\d+)", told, re.M))
    return total / int(done.stdout.split()[-1])


if __name__ == "__main__":
    main(sys.argv[1:])
