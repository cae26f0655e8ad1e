"""What became of mutants, and the list of survivors that are explained.

That a test has failed holds as long as the module and the file of that test are what they were,
and that none has, as long as all of its tests are.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from tests.mutation.chosen import files, tests_of
from tests.mutation.mutants import ROOT, Mutant
from tests.mutation.trying import HANGS, SURVIVED, Verdict

EXPLAINED = Path(__file__).with_name("survivors.toml")
RESULTS = ROOT / "build/mutation.jsonl"


def explained(path: Path = EXPLAINED) -> dict[str, str]:
    """Why no test can see these, by name."""
    return {row["mutant"]: row["why"] for row in tomllib.loads(path.read_text())["survivor"]}


def read(results: Path = RESULTS) -> dict[str, str]:
    """The verdicts that hold, by name of the mutant."""
    lines = results.read_text().splitlines() if results.exists() else []
    rows = (json.loads(line) for line in lines if line.endswith("}"))
    return {
        row["mutant"]: row["verdict"]
        for row in rows
        if row["of"] == _digest(row["file"], row["verdict"])
    }


def row_of(mutant: Mutant, verdict: Verdict) -> str:
    """What is kept of it: one line."""
    row = {"mutant": mutant.name, "file": mutant.file, "of": _digest(mutant.file, verdict.what)}
    row |= {"verdict": verdict.what, "seconds": round(verdict.seconds, 1)}
    return json.dumps(row) + "\n"


def _digest(file: str, verdict: str) -> str:
    """Another one for every other module and every other test that has said so."""
    if file not in files():
        return "gone"
    test, _, is_test = verdict.partition("::")
    seen_by = (test,) if is_test else tests_of(file)
    return sha256(b"".join(map(_content, (file, *seen_by)))).hexdigest()[:12]


@cache
def _content(file: str) -> bytes:
    path = ROOT / file
    return sha256(path.read_bytes()).digest() if path.is_file() else b""


def summary(
    chosen: Sequence[Mutant], verdicts: Mapping[str, str], known: Mapping[str, str]
) -> Iterator[str]:
    """The score, and every survivor that nothing explains."""
    tried = [mutant for mutant in chosen if mutant.name in verdicts]
    survived = [mutant for mutant in tried if verdicts[mutant.name] == SURVIVED]
    left = [mutant for mutant in survived if mutant.name not in known]
    hung = sum(verdicts[mutant.name] == HANGS for mutant in tried)
    yield (
        f"mutants: {len(tried)} tried, {len(tried) - len(survived)} killed ({hung} by a hang), "
        f"{len(survived) - len(left)} explained, {len(left)} survived"
    )
    yield from (f"{mutant.file}:{mutant.line}: {mutant.name}" for mutant in left)
