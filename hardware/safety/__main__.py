"""`python -m hardware.safety`: write SAFETY.md, or check it and the safety case."""

import argparse
import sys

from hardware.safety.campaign import read_campaign
from hardware.safety.case import ROOT, mistakes, read
from hardware.safety.page import page
from hardware.safety.removal import (
    read_removals,
    read_results,
    removal_mistakes,
    result_mistakes,
)

PAGE = ROOT / "SAFETY.md"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m hardware.safety", description=__doc__)
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; fail on a mistake, or where no test noticed a removal",
    )
    arguments = parser.parse_args()
    case = read()
    removals, results = read_removals(), read_results()
    found = [*mistakes(case), *removal_mistakes(case, removals)]
    if arguments.check:
        found += result_mistakes(removals, results)
    text = page(case, removals, results, read_campaign())
    if arguments.check and (not PAGE.exists() or PAGE.read_text("utf-8") != text):
        found.append("SAFETY.md is stale: run `python -m hardware.safety`")
    for line in found:
        print(f"safety case: {line}", file=sys.stderr)
    if found:
        return 1
    if not arguments.check:
        PAGE.write_text(text, "utf-8")
    print(f"{len(case.hazards)} hazards, {len(case.controls)} controls, each with its tests")
    return 0


if __name__ == "__main__":
    sys.exit(main())
