"""What the service costs: processor time of a running session and of an idle hour beside the
usual tutorial script and a careful single file, and start, memory and the list of verbs beside
what they cannot do without.

    python -m tests.benchmarks.bench_cost [SECONDS]

The I2C bus and the pins are mocks; the kernel's part of both is in neither figure.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tests.benchmarks.real_box import ROOT, Watched

SECONDS = 65.0
"""Long enough for a repaint and a look at the journal."""
STARTS = 15


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    processor_time(seconds)
    start_and_memory()
    list_of_verbs()
    print(f"load of the machine: {os.getloadavg()[1]:.1f}")


def child(name: str, *arguments: str) -> tuple[float, dict[str, float]]:
    """Run the child `name`; return when it was started, and the figures that it printed."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.small_processes", name, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return began, told


def processor_time(seconds: float) -> dict[str, float]:
    """Processor time in the stretch, by process."""
    names = ("tutorial", "careful", "session", "idle")
    boards = [Watched() for _ in names]
    with ThreadPoolExecutor() as pool:
        runs = [
            pool.submit(child, name, board.path, str(seconds))
            for name, board in zip(names, boards, strict=True)
        ]
        spent = {
            name: run.result()[1]["processor_s"] for name, run in zip(names, runs, strict=True)
        }
    for board in boards:
        board.close()
    print(
        "processor time of an hour, s, as a multiple of the tutorial script and of the careful one"
    )
    for name, words, aim in (
        ("tutorial", "the usual tutorial script", ""),
        ("careful", "a careful single file", ""),
        ("session", "a running session", "aim: 0.4x, 1.2x"),
        ("idle", "idle, in locked", "aim: 0.05x"),
    ):
        cost = spent[name]
        ratios = f"{cost / spent['tutorial']:8.2f}x{cost / spent['careful']:8.2f}x  {aim}"
        print(f"  {words:25} {cost / seconds * 3600:8.0f}{ratios}".rstrip())
    return spent


def start_and_memory(starts: int = STARTS) -> dict[str, float]:
    """In turns. A start ends when the service is in `locked`.

    Start and memory as multiples of the imports alone, and the first picture as a share of a start.
    """
    board = Watched()
    began: dict[str, list[float]] = {"imports": [], "to_locked": []}
    memory: dict[str, list[float]] = {"imports": [], "to_locked": []}
    pictured: list[float] = []
    for _ in range(starts):
        for name in began:
            started_at, told = child(name, board.path)
            began[name].append(told["at"] - started_at)
            memory[name].append(told["memory_mb"])
        pictured.append((told["pictured_at"] - started_at) / began["to_locked"][-1])
    board.close()
    ratios = {}
    for words, unit, figures, aim in (
        ("start to `locked`", "ms", {n: [1e3 * s for s in v] for n, v in began.items()}, 1.3),
        ("memory", "MB", memory, 1.2),
    ):
        imports, service = (statistics.median(figures[name]) for name in began)
        print(
            f"{words:18} {service:6.0f} {unit}, the imports alone {imports:6.0f} {unit}: "
            f"{service / imports:.2f}x (aim: {aim}x); medians of {starts}"
        )
        ratios[words] = service / imports
    share = statistics.median(pictured)
    print(f"the panel's first picture: after {share:.2f} of a start (aim: 0.5)")
    return {"start": ratios["start to `locked`"], "memory": ratios["memory"], "picture": share}


def list_of_verbs(starts: int = STARTS) -> float:
    """`--help`, in turns with the interpreter and a parser of its own library."""
    bare = "import argparse; parser = argparse.ArgumentParser(); parser.parse_args([])"
    commands = {"bare": ("-c", bare), "help": ("-m", "appliance", "--help")}
    spent: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(starts):
        for name, words in commands.items():
            began = _of_children_s()
            subprocess.run(
                [sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL, check=True
            )
            spent[name].append(_of_children_s() - began)
    library, own = (statistics.median(spent[name]) * 1e3 for name in commands)
    print(
        f"`--help`           {own:6.0f} ms, the interpreter and argparse {library:6.0f} ms of "
        f"processor time: {own / library:.2f}x (aim: 2x); medians of {starts}"
    )
    return own / library


def _of_children_s() -> float:
    """Processor time of all children that have ended."""
    times = os.times()
    return times.children_user + times.children_system


if __name__ == "__main__":
    main()
