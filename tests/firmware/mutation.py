"""Small errors in the chip's part of the firmware: for each, a test at the pins has to fail.

`python -m tests.firmware.mutation --count N --seed S` makes N mutants of `hardware/firmware/avr`,
each with one error in one line, builds them in a folder of their own and runs the tests of the pins
on them until one fails. It writes one line of JSON for each, and goes on where it was stopped. A
mutant whose program is the very same is no mutant. Survivors are either in `mutation.toml`, each
with the reason why no test can see it, or a test is missing. The exit code says which.
"""

import argparse
import json
import multiprocessing
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.firmware import board
from tests.firmware.board import BUILD, FIRMWARE, ROOT

METAL = FIRMWARE / "avr"
EXPLAINED = Path(__file__).with_suffix(".toml")
TESTS = (
    "test_a_hasty_host",
    "test_arming",
    "test_between_decisions",
    "test_between_instructions",
    "test_budgets",
    "test_faults_in_the_metal",
    "test_going_off",
    "test_long_up",
    "test_power_up",
    "test_pulses",
    "test_supervision",
)
LEFT_OUT = "not (full or doubles or first_pulse or open_lead or ceiling)"
"""What takes long and is decided by the core, which has mutants of its own."""
SECONDS_AT_MOST = 900
"""A mutant that hangs the tests counts as seen."""
SAME_FUNCTION = 5
"""A test that saw an error in the same function counts as often as this many of the same file."""

OPERATORS = (
    (r"(?<![<\-=>])<(?![<=])", "<="),
    (r"(?<![->=])>(?![>=])", ">="),
    (r"<=", "<"),
    (r">=", ">"),
    (r"==", "!="),
    (r"!=", "=="),
    (r"&&", "||"),
    (r"\|\|", "&&"),
    (r" \+ ", " - "),
    (r" - ", " + "),
    (r" \* ", " / "),
    (r"(?<![&|])\|=", "="),
    (r"&=", "|="),
    (r"!(?![=])", ""),
    (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"),
    (r"\bATOMIC_BLOCK\(ATOMIC_RESTORESTATE\)", "if (1)"),
    (r"\bif \((?!1\))(.*)\)( \{)?$", r"if (0 && (\1))\2"),
    (r"\b(\d+)U\b", lambda number: f"{int(number[1]) + 1}U"),
)
"""What is found in a line of C, and what is put there instead."""
STATEMENT = re.compile(
    r"^\s+(?!return|uint|int|bool|struct|static|const|for|while|\})[\w>.\[\]()&*-]+.*;$"
)
FUNCTION = re.compile(r"^(?!extern)[a-z].*?(\w+)\(\w.*\)$|^ISR\((\w+)")
INSTRUCTION = re.compile(
    r'^(\s*)(: __asm__ volatile\(|__asm__ volatile\()?"(\d: )?([a-z]+ [^"]*)\\n(\\t)?"'
)
BRANCHES = {"breq": "brne", "brne": "breq", "brlo": "brsh", "brsh": "brlo", "brmi": "brpl"}
BRANCHES |= {"sbic": "sbis", "sbis": "sbic", "inc": "dec", "dec": "inc"}


class Mutant(NamedTuple):
    """One error in one line."""

    where: str
    file: str
    line: int
    before: str
    after: str

    @property
    def name(self) -> str:
        """What stays when lines move."""
        return f"{self.where}: {self.before.strip()} -> {self.after.strip() or 'nothing'}"


def of_c(line: str) -> Iterator[str]:
    """What may be wrong with a line of C."""
    for pattern, instead in OPERATORS:
        for found in re.finditer(pattern, line):
            yield line[: found.start()] + re.sub(pattern, instead, found[0]) + line[found.end() :]
    if STATEMENT.match(line):
        yield ""


def of_assembler(line: str) -> Iterator[str]:
    """What may be wrong with an instruction: another one, or none."""
    found = INSTRUCTION.match(line)
    if not found:
        return
    verb = found[4].split()[0]
    if verb in BRANCHES:
        yield line.replace(verb, BRANCHES[verb], 1)
    if verb not in ("push", "pop", "reti"):
        yield line.replace(found[4], "nop ", 1)


def mutants() -> list[Mutant]:
    """All of them, in the order of files and lines."""
    found = []
    for path in sorted(METAL.glob("*.c")):
        where = path.name
        for number, line in enumerate(path.read_text().splitlines()):
            if function := FUNCTION.match(line):
                where = f"{path.name} {function[1] or function[2]}"
            if line.lstrip().startswith(("/*", "* ", "#")):
                continue
            code = line.partition("/*")[0].rstrip()
            afters = of_assembler(line) if '"' in code else of_c(code)
            found += [Mutant(where, path.name, number, line, after) for after in afters]
    return list(told_apart(found))


def told_apart(found: list[Mutant]) -> Iterator[Mutant]:
    """With a number where a function has the same line more than once."""
    times: Counter[str] = Counter()
    for mutant in found:
        times[mutant.name] += 1
        again = f" ({times[mutant.name]})" if times[mutant.name] > 1 else ""
        yield mutant._replace(where=mutant.where + again)


def sample(count: int, seed: int, only: str) -> list[Mutant]:
    """Some of them, the same for the same seed; a larger count begins with the same ones."""
    every = [mutant for mutant in mutants() if only in mutant.name]
    random.Random(seed).shuffle(every)
    return every[:count]


class Order:
    """Has pytest run those tests first that may see most in a second, and notes what they did."""

    def __init__(self, seconds: dict[str, float], weights: dict[str, int]) -> None:
        self.failed = ""
        self.took: dict[str, float] = {}
        self._seconds = seconds
        self._weights = weights

    def _worth(self, item: pytest.Item) -> float:
        seconds = max(self._seconds.get(item.nodeid, 1.0), 0.05)
        return (1 + self._weights.get(item.nodeid, 0)) / seconds

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=self._worth, reverse=True)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.took[report.nodeid] = self.took.get(report.nodeid, 0.0) + report.duration
        if report.failed and not self.failed:
            self.failed = report.nodeid


def look(firmware: Path, order: Order, answer: Connection) -> None:
    """Run the tests on this firmware, in a process of its own, until one fails."""
    board.FIRMWARE = firmware
    board.ELF = firmware / "build/stimulator.elf"
    board.HANG_ELF = firmware / "build/hang.elf"
    board.WRAP_ELF = firmware / "build/wrap.elf"
    os.chdir(ROOT)
    # A bench that a failed test leaves open is no failure of the run.
    plugins_off = ["-p", "no:cacheprovider", "-p", "no:unraisableexception"]
    options = ["-x", "-q", "-n", "0", *plugins_off, "-k", LEFT_OUT]
    files = [f"tests/firmware/{name}.py" for name in TESTS]
    said = firmware.parent / "said"
    with said.open("w") as file, redirect_stdout(file), redirect_stderr(file):
        code = pytest.main([*options, *files], plugins=[order])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise SystemExit(f"the tests did not run: {said.read_text()}")
    answer.send((order.failed, order.took))


class Workshop:
    """A copy of the firmware in which one line at a time is wrong."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._firmware = folder / "hardware/firmware"
        self._firmware.parent.mkdir()
        kept = shutil.ignore_patterns("build", "__pycache__")
        shutil.copytree(FIRMWARE, self._firmware, ignore=kept)
        (folder / "appliance").symlink_to(ROOT / "appliance")
        self._seconds: dict[str, float] = {}
        """How long each test took when it ran last."""
        self._made()
        self._whole = self._program()

    def must_pass(self) -> None:
        """Raises SystemExit where a test fails already without an error put in."""
        if (verdict := self._tested({})) != "survived":
            raise SystemExit(f"a test fails already without an error put in: {verdict}")

    def _made(self) -> bool:
        command = ["make", "-C", str(self._firmware), "build/stimulator.elf"]
        done = subprocess.run([*command, f"PYTHON={sys.executable}"], capture_output=True)
        return done.returncode == 0

    def _program(self) -> bytes:
        elf, binary = self._firmware / "build/stimulator.elf", self._folder / "program"
        subprocess.run(["avr-objcopy", "-O", "binary", str(elf), str(binary)], check=True)
        return binary.read_bytes()

    def verdict(self, mutant: Mutant, weights: dict[str, int]) -> str:
        """What became of it: `same`, `not built`, `survived`, or the test that failed."""
        path = self._firmware / "avr" / mutant.file
        text = path.read_text()
        lines = text.splitlines()
        lines[mutant.line] = mutant.after
        path.write_text("\n".join(lines) + "\n")
        try:
            if not self._made():
                return "not built"
            return "same" if self._program() == self._whole else self._tested(weights)
        finally:
            path.write_text(text)

    def _tested(self, weights: dict[str, int]) -> str:
        fork = multiprocessing.get_context("fork")
        ours, theirs = fork.Pipe()
        order = Order(self._seconds, weights)
        process = fork.Process(target=look, args=(self._firmware, order, theirs), daemon=True)
        process.start()
        theirs.close()
        if not ours.poll(SECONDS_AT_MOST):
            process.kill()
            return "time is up"
        failed, took = ours.recv()
        process.join()
        self._seconds |= took
        return failed or "survived"


def read(results: Path) -> dict[str, str]:
    """The verdicts so far, by name."""
    lines = results.read_text().splitlines() if results.exists() else []
    rows = (json.loads(line) for line in lines if line.endswith("}"))
    return {row["mutant"]: row["verdict"] for row in rows}


def explained() -> dict[str, str]:
    """Why no test at the pins can see these, by name."""
    return {row["mutant"]: row["why"] for row in tomllib.loads(EXPLAINED.read_text())["survivor"]}


def weights_of(mutant: Mutant, verdicts: dict[str, str]) -> dict[str, int]:
    """By test, how much it has seen so far in the function and the file of this mutant."""
    weights: Counter[str] = Counter()
    for name, verdict in verdicts.items():
        if name.startswith(mutant.file):
            same = name.startswith(mutant.where.partition(" (")[0])
            weights[verdict] += SAME_FUNCTION if same else 1
    return weights


def campaign(chosen: list[Mutant], results: Path) -> None:
    """Try what has not been tried yet, and what survived unexplained: a test may be new."""
    known = explained()
    verdicts = read(results)
    done = {name for name, v in verdicts.items() if v != "survived" or name in known}
    with tempfile.TemporaryDirectory() as name, results.open("a", buffering=1) as file:
        workshop = Workshop(Path(name))
        if not done:
            workshop.must_pass()
        for number, mutant in enumerate(chosen):
            if mutant.name in done:
                continue
            verdict = workshop.verdict(mutant, weights_of(mutant, verdicts))
            verdicts[mutant.name] = verdict
            file.write(json.dumps({"mutant": mutant.name, "verdict": verdict}) + "\n")
            print(f"{number + 1} of {len(chosen)}: {mutant.name}: {verdict}", flush=True)


def summary(verdicts: dict[str, str]) -> Iterator[str]:
    """The score, and every survivor that nothing explains."""
    kinds = list(verdicts.values())
    no_mutants = kinds.count("same") + kinds.count("not built")
    survivors = [name for name, verdict in verdicts.items() if verdict == "survived"]
    known = explained()
    left = [name for name in survivors if name not in known]
    tried = len(kinds) - no_mutants
    yield (
        f"{tried} mutants of {len(mutants())}: a test failed for {tried - len(survivors)}, "
        f"{len(survivors) - len(left)} are explained, {len(left)} are not; "
        f"{no_mutants} more were the same program or none"
    )
    yield from left


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="those whose names have this in them")
    arguments = parser.parse_args()
    board.build()
    results = BUILD / f"mutation-{arguments.seed}.jsonl"
    chosen = sample(arguments.count, arguments.seed, arguments.only)
    campaign(chosen, results)
    verdicts = read(results)
    lines = list(summary({m.name: verdicts[m.name] for m in chosen}))
    print("\n".join(lines))
    return int(len(lines) > 1)


if __name__ == "__main__":
    sys.exit(main())
