"""Run every benchmark, print the whole table, and write what was measured.

    python -m tests.benchmarks [--short] [--only NAME ...] [--list]

Each is run three times and the median is taken, but for what is counted; what it is compared with
runs beside it, in the same run. The figures go to `figures.json` and the curves to
`pictures/benchmarks.svg`, from which `RECORD_PAGES=1 pytest tests/docs` makes README's table. With
`--only` the other figures stay as they were. `--short` shows in a minute or two that each still
runs: it writes nothing and fails on no time, because its figures mean nothing. `suite` runs only
when it is named.
"""

import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.benchmarks import table
from tests.benchmarks.curves import CURVES, svg
from tests.benchmarks.measures import BENCHES, ONLY_BY_NAME, Figures

ROUNDS = 3
PICTURE = Path(__file__).parents[2] / "pictures" / "benchmarks.svg"
ONCE = {"wakes", "instructions", "screen", "suite"}
"""What is counted is the same each time, and the suite is too long."""
EVERY = {**BENCHES, **ONLY_BY_NAME}


def main(words: list[str] | None = None) -> int:
    arguments = parsed(words)
    names = arguments.only or [*BENCHES, *CURVES]
    if arguments.list:
        print("\n".join([*EVERY, *CURVES]))
        return 0
    measured = {"machine": "", "figures": {}, "curves": {}} if arguments.short else table.read()
    measured["machine"] = machine()
    for number, name in enumerate(names, start=1):
        began = time.monotonic()
        say(f"[{number}/{len(names)}] {name}")
        if name in CURVES:
            measured["curves"][name] = CURVES[name][2](arguments.short)
        else:
            rounds = 1 if arguments.short or name in ONCE else ROUNDS
            measured["figures"].update(rounded(medians(EVERY[name], arguments.short, rounds)))
        say(f"    {time.monotonic() - began:.0f} s")
        if not arguments.short:
            table.write(measured)
    show(measured)
    if not arguments.short:
        PICTURE.write_text(svg(measured["curves"]), "utf-8")
    return 0


def parsed(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    names = [*EVERY, *CURVES]
    parser.add_argument(
        "--short", action="store_true", help="once each, as little as shows it runs"
    )
    parser.add_argument(
        "--only", nargs="+", choices=names, metavar="NAME", help="these alone; --list has the names"
    )
    parser.add_argument("--list", action="store_true", help="the names")
    return parser.parse_args(words)


def medians(measure: Callable[[bool], Figures], short: bool, rounds: int) -> Figures:
    runs = [measure(short) for _ in range(rounds)]
    return {
        name: statistics.median(run[name] for run in runs if name in run)
        for name in {name for run in runs for name in run}
    }


def rounded(figures: Figures) -> Figures:
    """To four digits: the rest is noise, and would change with each run."""
    return {name: float(f"{value:.4g}") for name, value in figures.items()}


def show(measured: dict[str, Any]) -> None:
    rows = [("figure", "against", "aim", "measured"), *table.cells(measured)]
    widths = [min(58, max(len(row[column]) for row in rows)) for column in range(3)]
    for row in rows:
        print("  ".join([*padded(row, widths), row[3]]))
    for name, points in measured["curves"].items():
        along, up, _ = CURVES[name]
        told = ", ".join(f"{x:g}: {y:.2f}" for x, y in points)
        print(f"{up} by {along}: {told}")
    print(f"measured on {measured['machine']}")


def padded(row: Iterable[str], widths: list[int]) -> list[str]:
    return [f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)]


def machine() -> str:
    """What the figures are from, as README says it."""
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, "
        f"at load {os.getloadavg()[1]:.0f}; nothing here was measured on a Raspberry Pi"
    )


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
