"""`python -m hardware.build`: make all generated files, or check the committed ones."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from hardware.build import board, case, compare, guide, labels, perfboard, wiring
from hardware.build.tools import HARDWARE, BuildError

GENERATED = HARDWARE / "generated"

STEPS: Mapping[str, Callable[[Path], None]] = {
    "rules": lambda out: board.check_rules(),
    "board": board.make_box,
    "output-stage-bench-only": board.make_stage,
    "bill": lambda out: board.make_bill(),
    "perfboard": perfboard.make,
    "wiring": wiring.make,
    "case": case.make,
    "labels": labels.make,
    "guide": guide.make,
}
"""Each step writes its files into a folder of its own name."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m hardware.build", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="change no committed file; fail on stale ones"
    )
    parser.add_argument("--only", choices=STEPS, nargs="+", default=list(STEPS), metavar="STEP")
    arguments = parser.parse_args()
    try:
        stale = [file for step in arguments.only for file in _step(step, arguments.check)]
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    for file in stale:
        print(f"stale: {file.relative_to(HARDWARE.parent)}", file=sys.stderr)
    if stale:
        print("run `python -m hardware.build` and commit what it writes", file=sys.stderr)
    return 1 if stale else 0


def _step(name: str, check: bool) -> list[Path]:
    """Make the files of one step. Returns the committed files that differ, when asked to check."""
    print(name, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / name
        made.mkdir()
        STEPS[name](made)
        committed = GENERATED / name
        if check:
            return _stale(committed, made)
        shutil.rmtree(committed, ignore_errors=True)
        if any(made.iterdir()):
            shutil.copytree(made, committed)
    return []


def _stale(committed: Path, made: Path) -> list[Path]:
    names = {file.relative_to(made) for file in made.rglob("*") if file.is_file()}
    there = {file.relative_to(committed) for file in committed.rglob("*") if file.is_file()}
    differ = [n for n in names & there if not compare.same(committed / n, made / n)]
    return sorted(committed / name for name in (names ^ there) | set(differ))


if __name__ == "__main__":
    raise SystemExit(main())
