"""The fault campaign: the whole box in virtual time, hit by one fault or by two at once.

`python -m tests.campaign --count N --seed S` makes the first N trials of a seed, prints what came
of them by kind of fault, and exits with 1 where a rule was broken. Stopped, it goes on where it
was, at the same commit. What breaks a rule is made smaller and kept as a journey in `kept/`.
`--replay NUMBER` lives through one of them again and prints the box's log, `--shrink NUMBER` makes
it smaller again; `--record` writes the table for SAFETY.md.
"""

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path

from hardware.safety.campaign import RESULT
from tests.campaign.running import PER_SCENE, Row, Runner, faults_of, scene_of
from tests.campaign.shrinking import Break, keep, rule_of, shrunk
from tests.campaign.table import as_result, counted, fault_count, markdown, summary

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "build/campaign"
TOLD = 10
"""Most breaks that are printed."""
LINES = 3
"""Most broken rules that are printed of each break."""
TOLD_EVERY_S = 5.0
_runner: Runner | None = None


def main() -> int:
    arguments = _arguments()
    logging.disable(logging.CRITICAL)
    if arguments.replay is not None:
        return _replay(arguments.seed, arguments.replay)
    if arguments.shrink is not None:
        return 0 if _keep(arguments.seed, arguments.shrink) else 1
    commit = _commit()
    results = RESULTS / f"{commit}-{arguments.seed}.jsonl"
    if commit.endswith("+"):
        results.unlink(missing_ok=True)
    began = time.monotonic()
    tried = campaign(
        arguments.count, arguments.seed, arguments.jobs, results, arguments.until_broken
    )
    rows = read(results, arguments.count)
    print("\n".join(markdown(summary(rows))))
    broken = [row for row in rows if row["broken"]]
    took = time.monotonic() - began
    print(
        f"fault campaign: {len(rows):,} trials with {fault_count(rows):,} faults, seed "
        f"{arguments.seed}, at {commit}: {len(broken)} broke a rule; {tried:,} trials now, in "
        f"{took:.0f} s"
    )
    for row in broken[:TOLD]:
        print(_told(row, arguments.seed))
    if not arguments.until_broken:
        for row in {row["kinds"][0]: row for row in broken[:TOLD]}.values():
            _keep(arguments.seed, row["number"])
    if arguments.record and len(rows) == arguments.count:
        result = as_result(rows, commit, arguments.count, arguments.seed)
        RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    return 1 if broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    parser.add_argument("--count", type=int, default=500, help="how many trials (default: 500)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (default: 2)")
    parser.add_argument("--replay", type=int, metavar="NUMBER", help="one trial of the seed")
    parser.add_argument("--shrink", type=int, metavar="NUMBER", help="keep it as a journey")
    parser.add_argument("--until-broken", action="store_true", help="end at the first break")
    parser.add_argument("--record", action="store_true", help="write the table for SAFETY.md")
    return parser.parse_args()


def campaign(count: int, seed: int, jobs: int, results: Path, until_broken: bool = False) -> int:
    """Try what is not in `results` yet; how many that were."""
    results.parent.mkdir(parents=True, exist_ok=True)
    done = done_of(results, count)
    pieces = [range(at, min(at + PER_SCENE, count)) for at in range(0, count, PER_SCENE)]
    left = [piece for piece in pieces if not all(done[piece.start : piece.stop])]
    progress = Progress(done=sum(done), count=count)
    with (
        _folder() as folder,
        ProcessPoolExecutor(jobs, get_context("fork"), _begin, (folder,)) as pool,
        results.open("a", buffering=1) as file,
    ):
        file.write("\n")  # behind half a line that a run before may have left
        trials = [pool.submit(_scene, seed, piece) for piece in left]
        for trial in as_completed(trials):
            rows = trial.result()
            file.writelines(json.dumps(row) + "\n" for row in rows)
            progress.tell(len(rows))
            if until_broken and any(row["broken"] for row in rows):
                pool.shutdown(cancel_futures=True)
                break
    print(file=sys.stderr)
    return progress.tried


class Progress:
    """Says every few seconds how many have been tried, and how long the rest takes."""

    def __init__(self, done: int, count: int) -> None:
        self.tried = 0
        self._done = done
        self._count = count
        self._began = self._told_at = time.monotonic()

    def tell(self, more: int) -> None:
        self.tried += more
        now = time.monotonic()
        if now - self._told_at < TOLD_EVERY_S:
            return
        self._told_at = now
        whole = self._done + self.tried
        left_s = (self._count - whole) * (now - self._began) / self.tried
        text = f"{whole:,} of {self._count:,}, {left_s / 60:.0f} minutes left "
        print(f"\r{text}", end="", file=sys.stderr, flush=True)


def _rows(results: Path) -> Iterator[Row]:
    """A run that was stopped may have left half a line."""
    if results.exists():
        with results.open() as lines:
            for line in lines:
                with suppress(json.JSONDecodeError):
                    yield json.loads(line)


def done_of(results: Path, count: int) -> bytearray:
    """Of each of the first `count` whether it has been tried.

    A byte each: what this process has in memory is copied into each trial.
    """
    done = bytearray(count)
    for row in _rows(results):
        if row["number"] < count:
            done[row["number"]] = True
    return done


def read(results: Path, count: int) -> list[Row]:
    """What has been tried of the first `count`, in their order.

    Of what broke no rule only what the table counts: a million whole rows take gigabytes.
    """
    rows = {row["number"]: row if row["broken"] else counted(row) for row in _rows(results)}
    return [rows[number] for number in sorted(rows) if number < count]


def _begin(folder: Path) -> None:
    global _runner
    logging.disable(logging.CRITICAL)
    _runner = Runner(folder / str(os.getpid()))


def _scene(seed: int, piece: range) -> list[Row]:
    assert _runner is not None
    number = piece.start // PER_SCENE
    return _runner.scene(seed, number, range(len(piece)))


@contextmanager
def _folder() -> Iterator[Path]:
    """In memory where there is one: what a journal writes has to reach no disk here."""
    memory = Path("/dev/shm")
    where = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="campaign-", dir=where) as folder:
        yield Path(folder)


def _told(row: Row, seed: int) -> str:
    happened = " and ".join(f"{one['kind']} after {one['after_s']} s" for one in row["faults"])
    lines = [f"{row['number']}: {happened}, in {row['scene']}"]
    lines += [f"    {text}" for text in row["broken"][:LINES]]
    again = f"python -m tests.campaign --seed {seed} --replay {row['number']}"
    return "\n".join([*lines, f"    {again}"])


def _keep(seed: int, number: int) -> Path | None:
    """Make a break small and keep it. None where this one breaks nothing."""
    scene = scene_of(seed, number // PER_SCENE)
    hit_by = faults_of(seed, number // PER_SCENE, number % PER_SCENE, scene.board)
    with _folder() as folder:
        runner = Runner(folder)

        def rules(found: Break) -> list[str]:
            rows = runner.told(found[0], [(0, found[1])])
            return [rule_of(text) for text in rows[0]["broken"]]

        first = next(iter(rules((scene, hit_by))), None)
        if first is None:
            print(f"{number}: it breaks nothing")
            return None
        path = keep(shrunk((scene, hit_by), lambda one: first in rules(one)), first)
    print(f"{number}: kept as {path.relative_to(ROOT)}")
    return path


def _replay(seed: int, number: int) -> int:
    """One fault again, with the log; of two at once each alone as well."""
    scene = scene_of(seed, number // PER_SCENE)
    hit_by = faults_of(seed, number // PER_SCENE, number % PER_SCENE, scene.board)
    alone = [(fault,) for fault in hit_by] if len(hit_by) > 1 else []
    with _folder() as folder:
        rows = Runner(folder, tells=True).told(scene, list(enumerate([hit_by, *alone])))
    for row in rows:
        print(_told({**row, "number": number}, seed))
        print(row.get("log", ""))
    return 1 if rows[0]["broken"] else 0


def _commit() -> str:
    """That of the tree, with a plus where files of it were changed since, or in no repository."""
    said = subprocess.run(
        ["git", "describe", "--always", "--abbrev=10", "--exclude=*", "--dirty=+"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip() if said.returncode == 0 else "copy+"


if __name__ == "__main__":
    sys.exit(main())
