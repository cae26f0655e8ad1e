"""Small errors in the chip's part of the firmware: for each, a test at the pins has to fail.

`python -m tests.firmware.mutation --count N --seed S` makes N mutants of `hardware/firmware/avr`,
each with one error in one line, builds them in a folder of their own and runs the tests of the pins
on them until one fails. It writes one line of JSON for each, and goes on where it was stopped. A
mutant whose program is the very same is no mutant. Survivors are either in `mutation.toml`, each
with the reason why no test can see it, or a test is missing. The exit code says which.
"""

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.firmware.board import BUILD, FIRMWARE, ROOT, build

METAL = FIRMWARE / "avr"
EXPLAINED = Path(__file__).with_suffix(".toml")
TESTS = (
    "test_budgets",
    "test_faults_in_the_metal",
    "test_power_up",
    "test_between_decisions",
    "test_pulses",
    "test_a_hasty_host",
    "test_supervision",
    "test_arming",
    "test_going_off",
    "test_between_instructions",
)
"""In the order in which they run: those that see most in the least time come first."""
SEES_FIRST = {
    "clock.c": "test_pulses",
    "link.c": "test_a_hasty_host",
    "pulses.c": "test_between_decisions",
    "self_test.c": "test_power_up",
    "start.c": "test_power_up",
}
"""The tests that look at a file more than the others do."""
LEFT_OUT = "not (test_build or full or doubles or first_pulse or open_lead or ceiling)"
"""The test build is not mutated; and what takes long and is decided by the core, which has mutants
of its own."""
SECONDS_AT_MOST = 3600
"""A mutant that hangs the tests counts as seen."""

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


class Workshop:
    """A copy of the firmware and of its tests, in which one line at a time is wrong."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._firmware = folder / "hardware/firmware"
        (folder / "tests").mkdir()
        (folder / "hardware").mkdir()
        kept = shutil.ignore_patterns("build", "__pycache__")
        shutil.copytree(FIRMWARE, self._firmware, ignore=kept)
        shutil.copytree(ROOT / "tests/firmware", folder / "tests/firmware", ignore=kept)
        (folder / "appliance").symlink_to(ROOT / "appliance")
        for path in (ROOT / "tests").iterdir():
            if path.name not in ("firmware", "conftest.py", "__pycache__"):
                (folder / "tests" / path.name).symlink_to(path)
        self._made()
        self._whole = self._program()

    def must_pass(self) -> None:
        """Raises SystemExit where a test fails already without an error put in."""
        if (verdict := self._tested()) != "survived":
            raise SystemExit(f"a test fails already without an error put in: {verdict}")

    def _made(self) -> bool:
        command = ["make", "-C", str(self._firmware), "build/stimulator.elf"]
        done = subprocess.run([*command, f"PYTHON={sys.executable}"], capture_output=True)
        return done.returncode == 0

    def _program(self) -> bytes:
        elf, binary = self._firmware / "build/stimulator.elf", self._folder / "program"
        subprocess.run(["avr-objcopy", "-O", "binary", str(elf), str(binary)], check=True)
        return binary.read_bytes()

    def verdict(self, mutant: Mutant) -> str:
        """What became of it: `same`, `not built`, `survived`, or the test that failed."""
        path = self._firmware / "avr" / mutant.file
        text = path.read_text()
        lines = text.splitlines()
        lines[mutant.line] = mutant.after
        path.write_text("\n".join(lines) + "\n")
        try:
            if not self._made():
                return "not built"
            return "same" if self._program() == self._whole else self._tested(mutant.file)
        finally:
            path.write_text(text)

    def _tested(self, file: str = "") -> str:
        ordered = sorted(TESTS, key=lambda name: name != SEES_FIRST.get(file))
        files = [f"tests/firmware/{name}.py" for name in ordered]
        options = ["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-k", LEFT_OUT]
        command = [sys.executable, "-m", "pytest", "--rootdir", ".", *options, *files]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=SECONDS_AT_MOST,
                cwd=self._folder,
                env={"PYTHONPATH": str(self._folder), "PATH": "/usr/bin:/bin"},
            )
        except subprocess.TimeoutExpired:
            return "time is up"
        if done.returncode == 0:
            return "survived"
        failed = re.search(r"^(?:FAILED|ERROR) tests/firmware/(\S+)", done.stdout, re.MULTILINE)
        if not failed:
            raise SystemExit(f"the tests did not run: {done.stdout}{done.stderr}")
        return failed[1]


def read(results: Path) -> dict[str, str]:
    """The verdicts so far, by name."""
    lines = results.read_text().splitlines() if results.exists() else []
    rows = (json.loads(line) for line in lines if line.endswith("}"))
    return {row["mutant"]: row["verdict"] for row in rows}


def explained() -> dict[str, str]:
    """Why no test at the pins can see these, by name."""
    return {row["mutant"]: row["why"] for row in tomllib.loads(EXPLAINED.read_text())["survivor"]}


def campaign(chosen: list[Mutant], results: Path) -> None:
    """Try what has not been tried yet, and what survived unexplained: a test may be new."""
    known = explained()
    done = {name for name, v in read(results).items() if v != "survived" or name in known}
    with tempfile.TemporaryDirectory() as name, results.open("a", buffering=1) as file:
        workshop = Workshop(Path(name))
        if not done:
            workshop.must_pass()
        for number, mutant in enumerate(chosen):
            if mutant.name not in done:
                verdict = workshop.verdict(mutant)
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
    build()
    results = BUILD / f"mutation-{arguments.seed}.jsonl"
    chosen = sample(arguments.count, arguments.seed, arguments.only)
    campaign(chosen, results)
    verdicts = read(results)
    lines = list(summary({m.name: verdicts[m.name] for m in chosen}))
    print("\n".join(lines))
    return int(len(lines) > 1)


if __name__ == "__main__":
    sys.exit(main())
