"""What became of mutants: kept by commit, and the list of survivors that are explained."""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.mutation.mutants import ROOT, Mutant
from tests.mutation.trying import SURVIVED, Verdict

EXPLAINED = Path(__file__).with_name("survivors.toml")
RESULTS = ROOT / "build/mutation"


def explained(path: Path = EXPLAINED) -> dict[str, str]:
    """Why no test can see these, by name."""
    return {row["mutant"]: row["why"] for row in tomllib.loads(path.read_text())["survivor"]}


def read(results: Path) -> dict[str, str]:
    """The verdicts so far, by name of the mutant."""
    lines = results.read_text().splitlines() if results.exists() else []
    rows = (json.loads(line) for line in lines if line.endswith("}"))
    return {row["mutant"]: row["verdict"] for row in rows}


def row_of(mutant: Mutant, verdict: Verdict) -> str:
    row = {"mutant": mutant.name, "verdict": verdict.what, "seconds": round(verdict.seconds, 1)}
    return json.dumps(row) + "\n"


def summary(
    chosen: Sequence[Mutant], verdicts: Mapping[str, str], known: Mapping[str, str]
) -> Iterator[str]:
    """The score, and every survivor that nothing explains."""
    tried = [mutant for mutant in chosen if mutant.name in verdicts]
    survived = [mutant for mutant in tried if verdicts[mutant.name] == SURVIVED]
    left = [mutant for mutant in survived if mutant.name not in known]
    yield (
        f"mutants: {len(tried)} tried, {len(tried) - len(survived)} killed, "
        f"{len(survived) - len(left)} explained, {len(left)} survived"
    )
    yield from (f"{mutant.file}:{mutant.line}: {mutant.name}" for mutant in left)
