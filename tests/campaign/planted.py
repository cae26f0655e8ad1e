"""Errors that were planted on purpose: the campaign, or the session's property test, finds each.

`python -m tests.campaign.planted [NAME ...]` applies each patch of `planted_errors/` to a copy of
the code, and runs what has to find it: `campaign-*` the fault campaign, until the first rule is
broken, and `property-*` the property test of the session. Exit 1 where one is not found.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.recipes.copies import ROOT, Copy

PATCHES = sorted(Path(__file__).with_name("planted_errors").glob("*.patch"))
COUNT, SEED = 1500, 7
PROPERTY_TEST = "tests/session/test_property.py"
FIRST_BREAK = "--hypothesis-profile=first-break"
FOUND_BY = {
    "campaign": ["-m", "tests.campaign", f"--count={COUNT}", f"--seed={SEED}", "--until-broken"],
    "property": [
        "-m",
        "pytest",
        "-n",
        "0",
        "-x",
        "-p",
        "no:cacheprovider",
        FIRST_BREAK,
        PROPERTY_TEST,
    ],
}


def applies(patch: Path, folder: Path = ROOT) -> bool:
    """Whether this patch fits the code as it is."""
    return _git_apply(patch, folder, "--check") == 0


def is_found(patch: Path) -> bool:
    """Apply it to a copy, and run what has to find it there."""
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        copy = Copy(Path(folder) / "copy")
        if _git_apply(patch, copy.folder) != 0:
            raise ValueError(f"{patch.name} does not fit the code any more")
        done = copy.attempt(*FOUND_BY[patch.name.partition("-")[0]])
    return done.returncode == 1


def _git_apply(patch: Path, folder: Path, *options: str) -> int:
    # Where the folder is in no repository, and where it is, the patch is one of files.
    command = ["git", "apply", *options, "--unsafe-paths", f"--directory={folder}", str(patch)]
    return subprocess.run(command, cwd="/", capture_output=True, check=False).returncode


def main() -> int:
    names = sys.argv[1:]
    wanted = [patch for patch in PATCHES if not names or patch.stem in names]
    missed = 0
    for patch in wanted:
        began = time.monotonic()
        found = is_found(patch)
        missed += not found
        seconds = time.monotonic() - began
        print(f"{patch.stem:45} {'found' if found else 'NOT FOUND'} in {seconds:.0f} s", flush=True)
    print(f"planted errors: {len(wanted) - missed} of {len(wanted)} found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
