"""What the service costs: processor time of a running session and of an idle hour beside the
usual tutorial script, and start and memory beside the imports of the same libraries.

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
    print(f"load of the machine: {os.getloadavg()[1]:.1f}")


def child(name: str, *arguments: str) -> tuple[float, dict[str, float]]:
    """When it was started, and what it told."""
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


def processor_time(seconds: float) -> None:
    names = ("tutorial", "session", "idle")
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
    script = spent["tutorial"]
    print("processor time of an hour, s")
    print(f"  the usual tutorial script {script / seconds * 3600:8.0f}")
    for name, words in (("session", "a running session"), ("idle", "idle, in locked")):
        cost = spent[name]
        print(f"  {words:25} {cost / seconds * 3600:8.0f}{script / cost:8.1f}x less (aim: 5x)")


def start_and_memory() -> None:
    """In turns. A start ends when the service is in `locked`."""
    board = Watched()
    began: dict[str, list[float]] = {"imports": [], "to_locked": []}
    memory: dict[str, list[float]] = {"imports": [], "to_locked": []}
    for _ in range(STARTS):
        for name in began:
            started_at, told = child(name, board.path)
            began[name].append(told["at"] - started_at)
            memory[name].append(told["memory_mb"])
    board.close()
    for words, unit, figures, aim in (
        ("start to `locked`", "ms", {n: [1e3 * s for s in v] for n, v in began.items()}, 1.5),
        ("memory", "MB", memory, 1.3),
    ):
        imports, service = (statistics.median(figures[name]) for name in began)
        print(
            f"{words:18} {service:6.0f} {unit}, the imports alone {imports:6.0f} {unit}: "
            f"{service / imports:.2f}x (aim: {aim}x); medians of {STARTS}"
        )


if __name__ == "__main__":
    main()
