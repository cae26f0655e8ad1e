"""Prints line and branch coverage of the core, and fails below 100 %.

`python cover.py NAME...`, in the folder where NAME.o was compiled and the tests have run.
"""

import gzip
import json
import subprocess
import sys
from pathlib import Path


def lines_of(name: str) -> list[dict]:
    """What gcov says of each line of one source file."""
    command = ["gcov", "--json-format", "--branch-probabilities", f"{name}.gcda"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    report = json.loads(gzip.decompress(Path(f"{name}.gcov.json.gz").read_bytes()))
    return next(file["lines"] for file in report["files"] if Path(file["file"]).stem == name)


def is_missed(line: dict) -> bool:
    return not line["count"] or any(not branch["count"] for branch in line["branches"])


def main() -> int:
    is_whole = True
    for name in sys.argv[1:]:
        lines = lines_of(name)
        branches = [branch for line in lines for branch in line["branches"]]
        missed = [str(line["line_number"]) for line in lines if is_missed(line)]
        is_whole &= not missed
        print(
            f"{name}.c: {sum(bool(line['count']) for line in lines)} of {len(lines)} lines,"
            f" {sum(bool(branch['count']) for branch in branches)} of {len(branches)} branches"
            + (f"; look at line {', '.join(missed)}" if missed else "")
        )
    print("100 % of lines and branches" if is_whole else "not everything is covered")
    return int(not is_whole)


if __name__ == "__main__":
    sys.exit(main())
