"""`python -m hardware.safety.removals`: take each control away, and see a test fail for it.

The tree is copied once for each job. In its copy a job makes the edits of one removal, runs the
tests that have to fail, and puts the files back. Results go to `removed.json` one by one, so that
a run that was stopped goes on where it was: what was tried at this commit is not tried again.
Before all that, the same tests have to pass as the tree stands, unless the whole suite just did.
"""

import argparse
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

from hardware.safety.case import ROOT, SafetyCase, read
from hardware.safety.removal import (
    RESULTS,
    Removal,
    Result,
    edit_mistakes,
    read_removals,
    read_results,
    removal_mistakes,
    write_results,
)

SECONDS_AT_MOST = 300.0
"""Longest run of one test; one that hangs without a control counts as failed."""
NO_PROGRAM = re.compile(r"\b(SyntaxError|IndentationError|NameError|ImportError)\b")
"""A tree that is broken like this has lost more than one control."""
FAILED = re.compile(r"^FAILED (\S+?::\w+)", re.MULTILINE)


def main() -> int:
    arguments = _arguments()
    case, removals = read(), read_removals()
    only = frozenset(arguments.only)
    unknown = only - {name for one in removals for name in (one.control, one.name)}
    if unknown:
        print(f"{', '.join(unknown)}: there is no such control or removal", file=sys.stderr)
        return 2
    wanted = [one for one in removals if not only or only & {one.control, one.name}]
    mistakes = list(
        removal_mistakes(case, tuple(wanted)) if not only else edit_mistakes(case, wanted)
    )
    for line in mistakes:
        print(f"removals.toml: {line}", file=sys.stderr)
    if mistakes:
        return 1
    commit, results = _commit(), read_results(arguments.results)
    if not only:
        names = {removal.name for removal in removals}
        results = {name: result for name, result in results.items() if name in names}
        wanted = [one for one in wanted if not _is_tried(one, results.get(one.name), commit)]
    print(f"{len(wanted)} of {len(removals)} removals to try at {commit}", flush=True)
    with _copies(arguments.jobs) as copies:
        if wanted and not arguments.passed and not _passes_untouched(wanted, copies):
            return 1
        for removal, result in _tried(wanted, copies, commit):
            results[removal.name] = result
            write_results(results, arguments.results)
            print(_line(removal, result, case), flush=True)
    missed = [one.name for one in removals if one in wanted and results[one.name].problem]
    print(f"{len(wanted) - len(missed)} of {len(wanted)} removals noticed")
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hardware.safety.removals", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", help="controls, or removals of them"
    )
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (default: 2)")
    parser.add_argument(
        "--passed", action="store_true", help="the tests have just passed: do not run them first"
    )
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FILE")
    return parser.parse_args()


def _is_tried(removal: Removal, result: Result | None, commit: str) -> bool:
    is_of_now = result is not None and result.commit == commit and not commit.endswith("+")
    return is_of_now and result.digest == removal.digest and not result.problem


def _commit() -> str:
    """The commit of the tree, with a plus where files of it were changed since."""
    said = _git("describe", "--always", "--abbrev=10", "--exclude=*")
    changed = _git("status", "--porcelain", "--", ":!hardware/safety/removed.json", ":!SAFETY.md")
    return f"{said.strip()}{'+' if changed else ''}"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


@contextmanager
def _copies(count: int) -> Iterator["queue.Queue[Path]"]:
    """Copies of the tree as it is, with what is not committed and without what is ignored."""
    files = _git("ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0")
    copies: queue.Queue[Path] = queue.Queue()
    with tempfile.TemporaryDirectory(prefix="removals-") as folder:
        for number in range(count):
            copy = Path(folder) / str(number)
            for file in files:
                if (ROOT / file).is_file():
                    (copy / file).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(ROOT / file, copy / file)
            copies.put(copy)
        yield copies


def _passes_untouched(wanted: Sequence[Removal], copies: "queue.Queue[Path]") -> bool:
    """Whether every test that has to fail passes with all controls in place."""
    tests = sorted({test for removal in wanted for test in removal.fails})
    copy = copies.get()
    print(f"{len(tests)} tests with every control in place", flush=True)
    done = _pytest(copy, tests, "-rfEs")
    copies.put(copy)
    if done.returncode or "SKIPPED" in done.stdout:
        print(done.stdout, file=sys.stderr)
        print("these tests do not all pass as the tree stands: nothing was tried", file=sys.stderr)
        return False
    return True


def _tried(
    wanted: Sequence[Removal], copies: "queue.Queue[Path]", commit: str
) -> Iterator[tuple[Removal, Result]]:
    with ThreadPoolExecutor(copies.qsize()) as pool:
        trials = {pool.submit(_try, removal, copies, commit): removal for removal in wanted}
        for trial in as_completed(trials):
            yield trials[trial], trial.result()


def _try(removal: Removal, copies: "queue.Queue[Path]", commit: str) -> Result:
    copy = copies.get()
    before = {edit.file: (copy / edit.file).read_bytes() for edit in removal.edits}
    began = time.monotonic()
    try:
        for edit in removal.edits:
            path = copy / edit.file
            path.write_text(path.read_text("utf-8").replace(edit.text, edit.instead), "utf-8")
        failed, problem = _failures(copy, removal)
    finally:
        for file, content in before.items():
            (copy / file).write_bytes(content)
        copies.put(copy)
    seconds = round(time.monotonic() - began, 1)
    return Result(removal.digest, commit, failed, seconds, problem)


def _failures(copy: Path, removal: Removal) -> tuple[tuple[str, ...], str]:
    """The tests that failed, and what is wrong with that; nothing if all that had to did."""
    failed: list[str] = []
    for test in removal.fails:
        try:
            done = _pytest(copy, [test], "-x", "-rf")
        except subprocess.TimeoutExpired:
            failed.append(test)
            continue
        if broken := NO_PROGRAM.search(done.stdout):
            return tuple(failed), f"the edit breaks more than the control: {broken[0]}"
        if test not in FAILED.findall(done.stdout):
            return tuple(failed), f"{test} did not fail: exit code {done.returncode}"
        if removal.control not in done.stdout:
            return tuple(failed), f"{test} failed and did not name the control"
        failed.append(test)
    return tuple(failed), ""


def _pytest(copy: Path, tests: Sequence[str], *options: str) -> "subprocess.CompletedProcess[str]":
    """Run these tests in a copy, one after the other: what is fixed is how many jobs there are."""
    command = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", "--tb=short"]
    # No byte code: a file that is put back within the second would be taken for the edited one.
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(
        [*command, *options, *tests],
        cwd=copy,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=SECONDS_AT_MOST if "-x" in options else None)
    except subprocess.TimeoutExpired:
        # A simulated board that the tests have started holds the pipe open as well.
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    return subprocess.CompletedProcess(command, process.returncode, said)


def _line(removal: Removal, result: Result, case: SafetyCase) -> str:
    hazards = " ".join(case.hazards_of(removal.control))
    told = result.problem or " ".join(test.partition("::")[2] for test in result.failed)
    mark = "NOT NOTICED" if result.problem else "noticed"
    return f"{removal.name:28} {hazards:28} {result.seconds:6.1f} s  {mark}: {told}"


if __name__ == "__main__":
    sys.exit(main())
