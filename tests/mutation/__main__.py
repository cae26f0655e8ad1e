"""Small errors in what decides: for each, a test has to fail.

`python -m tests.mutation --count N --seed S` tries the first N mutants of a seed, of all modules of
`chosen.py`; a larger count begins with the same ones. With `--changed-since REF` those in
lines that changed since then come first. Stopped, it goes on where it was: a verdict holds as long
as the module and the tests that it is from are the same.
Survivors are either in `survivors.toml`, each with the reason why no test can see it, or a test is
missing: exit 3. A crash is exit 1, and a wrong usage exit 2.

None of the usual tools does this here. mutmut leaves out what stands outside of functions and in
properties: the tables of rules and the limits. cosmic-ray and mutatest start a whole pytest for
each mutant, with one command for all modules, and mutatest has not been kept since 2022.
"""

import argparse
import multiprocessing
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from multiprocessing.connection import Connection, wait

from tests.mutation.chosen import files, tests_of
from tests.mutation.mutants import ROOT, Mutant, mutants_of
from tests.mutation.trying import SURVIVED, Order, Verdict, tried_anew, try_all
from tests.mutation.verdicts import RESULTS, explained, read, row_of, summary

SURVIVORS = 3
"""The exit code where mutants survived that nothing explains."""
HUNK = re.compile(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@")


def main() -> int:
    arguments = _arguments()
    chosen = sample(arguments.count, arguments.seed, arguments.module, arguments.changed_since)
    known, verdicts = explained(), read()
    left = [mutant for mutant in chosen if mutant.name not in verdicts]
    if not arguments.passed:
        _must_pass(left)
    began = time.monotonic()
    _try(left, len(chosen), arguments.jobs)
    lines = list(summary(chosen, read(), known))
    print(f"{len(left)} of them tried now, in {time.monotonic() - began:.0f} s")
    print("\n".join(lines))
    return SURVIVORS if len(lines) > 1 else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument(
        "--module", default="", help="only those whose file, function and text have this in them"
    )
    parser.add_argument("--count", type=int, default=100, help="how many (default: 100)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (default: 2)")
    parser.add_argument("--changed-since", metavar="REF", help="first what changed since then")
    parser.add_argument(
        "--passed", action="store_true", help="the tests have just passed: do not run them first"
    )
    return parser.parse_args()


def sample(count: int, seed: int, module: str, since: str | None = None) -> list[Mutant]:
    """Some of them, the same for the same seed: first of what changed, then of all.

    Where each stands depends on its name alone: a change elsewhere leaves the others in the sample.
    """
    every = [one for file in files() for one in mutants_of(file) if module in one.name]
    every.sort(key=lambda mutant: sha256(f"{seed} {mutant.name}".encode()).digest())
    if since:
        changed = _changed_lines(since)
        every.sort(key=lambda mutant: mutant.line not in changed.get(mutant.file, ()))
    return every[:count]


def _changed_lines(since: str) -> dict[str, set[int]]:
    """By file, the lines that are new or other than at that commit."""
    lines: dict[str, set[int]] = {}
    file = ""
    for line in _git("diff", "--unified=0", since, "--", "appliance").splitlines():
        if line.startswith("+++ b/"):
            file = line.removeprefix("+++ b/")
        elif hunk := HUNK.match(line):
            first, count = int(hunk[1]), int(hunk[2] or 1)
            lines.setdefault(file, set()).update(range(first, first + count))
    return lines


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def _must_pass(mutants: Sequence[Mutant]) -> None:
    tests = list(dict.fromkeys(test for mutant in mutants for test in tests_of(mutant.file)))
    print(f"{len(tests)} files of tests without an error", flush=True)
    if tests and (verdict := tried_anew(None, Order(), tests)).what != SURVIVED:
        raise SystemExit(f"a test fails already without an error: {verdict.what}")


def _try(mutants: Sequence[Mutant], of: int, count: int) -> None:
    """Share them out among `count` jobs, and keep each verdict as it comes."""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    fork = multiprocessing.get_context("fork")
    jobs: list[Connection] = []
    processes = []
    for number in range(min(count, len(mutants))):
        ours, theirs = fork.Pipe(duplex=False)
        process = fork.Process(target=work, args=(mutants[number::count], theirs), daemon=False)
        process.start()
        processes.append(process)
        theirs.close()
        jobs.append(ours)
    done = of - len(mutants)
    with RESULTS.open("a", buffering=1) as file:
        while jobs:
            for job in wait(jobs):
                try:
                    mutant, verdict = job.recv()
                except EOFError:
                    jobs.remove(job)
                    continue
                done += 1
                file.write(row_of(mutant, verdict))
                mark = f" {mutant.name}: {verdict.what}" if verdict.what == SURVIVED else ""
                print(f"{done} of {of}{mark}", flush=True)
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise SystemExit("a job ended before it had tried all of its mutants")


def work(mutants: Sequence[Mutant], said: Connection) -> None:
    def tell(mutant: Mutant, verdict: Verdict) -> None:
        said.send((mutant, verdict))

    try_all(mutants, tell)


if __name__ == "__main__":
    sys.exit(main())
