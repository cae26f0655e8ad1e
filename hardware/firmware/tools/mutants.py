"""Takes the core's rules out, one by one: each time a test has to fail.

`python mutants.py CC BUILD`, in the folder of the firmware; BUILD has `golden.h`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from core_mutants import MUTANTS as CORE_MUTANTS
from core_mutants import Mutant
from stage_mutants import MUTANTS as STAGE_MUTANTS

MUTANTS = [*CORE_MUTANTS, *STAGE_MUTANTS]
FLAGS = ("-std=gnu99", "-O1", "-w", "-I.", "-Icore", "-Ibench_stage", "-Itest")
STAGE_CORE = [Path("bench_stage", f"{name}.c") for name in ("bench_stage", "stage_test")]
"""Of the bench output stage, what touches no chip."""
SECONDS_AT_MOST = 20


def compiled(cc: str, source: Path, folder: Path) -> Path:
    target = folder / f"{source.stem}.o"
    subprocess.run(
        [cc, *FLAGS, f"-I{sys.argv[2]}", "-c", str(source), "-o", str(target)], check=True
    )
    return target


def passes(cc: str, objects: dict[str, Path], folder: Path) -> bool:
    """Whether all tests pass with these objects."""
    program = folder / "tests"
    subprocess.run([cc, *map(str, objects.values()), "-o", str(program)], check=True)
    try:
        run = subprocess.run([program], stdout=subprocess.DEVNULL, timeout=SECONDS_AT_MOST)
    except subprocess.TimeoutExpired:
        return False
    return run.returncode == 0


def survives(mutant: Mutant, cc: str, objects: dict[str, Path], folder: Path) -> bool:
    """Whether all tests pass without the rule."""
    text = Path(mutant.file).read_text()
    if text.count(mutant.code) != 1:
        raise SystemExit(f"{mutant.file}: not exactly once: {mutant.code!r}")
    source = folder / "mutant.c"
    source.write_text(text.replace(mutant.code, mutant.instead))
    return passes(cc, objects | {mutant.file: compiled(cc, source, folder)}, folder)


def main() -> int:
    cc = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = sorted([*Path("core").glob("*.c"), *STAGE_CORE, *Path("test").glob("*.c")])
        sources.remove(Path("test/library.c"))
        objects = {str(source): compiled(cc, source, folder) for source in sources}
        if not passes(cc, objects, folder):
            raise SystemExit("the tests fail already with all rules in place")
        survivors = 0
        for mutant in MUTANTS:
            lives = survives(mutant, cc, objects, folder)
            survivors += lives
            verdict = "NO TEST FAILS" if lives else "a test fails"
            print(f"{Path(mutant.file).name:13} without: {mutant.rule:48} {verdict}", flush=True)
    print(f"{len(MUTANTS)} rules taken out, {survivors} unnoticed")
    return int(survivors > 0)


if __name__ == "__main__":
    sys.exit(main())
