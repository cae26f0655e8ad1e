"""Prints line and branch coverage of the core, and fails below 100 %.

`python cover.py SOURCES`, in the folder where the covered tests have run.
"""

import gzip
import json
import subprocess
import sys
from pathlib import Path


def covered(source: str) -> dict:
    """What gcov says of one source file and the headers it includes."""
    notes = next(Path().glob(f"*{Path(source).stem}.gcda"))
    subprocess.run(
        ["gcov", "--json-format", "--branch-probabilities", notes],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    report = next(Path().glob(f"*{Path(source).stem}.gcda.gcov.json.gz"), None)
    report = report or next(Path().glob(f"*{Path(source).stem}.gcov.json.gz"))
    return json.loads(gzip.decompress(report.read_bytes()))


def main() -> int:
    is_whole = True
    for source in sys.argv[1:]:
        files = covered(source)["files"]
        lines = next(file["lines"] for file in files if file["file"] == source)
        branches = [branch for line in lines for branch in line["branches"]]
        missed = [line["line_number"] for line in lines if not line["count"]]
        missed += [
            line["line_number"]
            for line in lines
            if any(not branch["count"] for branch in line["branches"])
        ]
        is_whole &= not missed
        hit_lines = sum(bool(line["count"]) for line in lines)
        hit_branches = sum(bool(branch["count"]) for branch in branches)
        print(
            f"{Path(source).name}: {hit_lines} of {len(lines)} lines,"
            f" {hit_branches} of {len(branches)} branches"
            + (f"; look at line {', '.join(map(str, sorted(set(missed))))}" if missed else "")
        )
    print("100 % of lines and branches" if is_whole else "not everything is covered")
    return int(not is_whole)


if __name__ == "__main__":
    sys.exit(main())
