"""What a campaign found, by kind of fault."""

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from tests.campaign.kinds import KINDS
from tests.campaign.running import Row
from tests.campaign.scenes import BOARDS
from tests.campaign.trial import ENDED

TWO = "two at once"
_ON = {board: {"board": board} for board in BOARDS}
HEAD = (
    "fault", "of", "tried", "with current", "went on",
    "reference board: worst time to zero", "may be",
    "other boards: worst", "may be", "broken",
)  # fmt: skip


def summary(rows: Iterable[Row]) -> list[list[str]]:
    """A line for each kind, in the order in which they are declared, and one for pairs."""
    by_kind: dict[str, list[Row]] = {name: [] for name in (*KINDS, TWO)}
    for row in rows:
        by_kind[row["kinds"][0] if len(row["kinds"]) == 1 else TWO].append(row)
    return [_line(name, found) for name, found in by_kind.items() if found]


def counted(row: Row) -> Row:
    """What is counted of a row."""
    wanted = ("number", "flowed", "went_on", "zero_ms", "limit_ms", "broken", "state")
    kinds, board = (sys.intern(kind) for kind in row["kinds"]), sys.intern(row["scene"]["board"])
    return {**{key: row[key] for key in wanted}, "kinds": tuple(kinds), "scene": _ON[board]}


def _line(name: str, rows: list[Row]) -> list[str]:
    return [
        name,
        KINDS[name].group if name in KINDS else "any",
        str(len(rows)),
        str(sum(row["flowed"] for row in rows)),
        str(sum(row["went_on"] for row in rows)),
        *_times([row for row in rows if row["scene"]["board"] == "reference"]),
        *_times([row for row in rows if row["scene"]["board"] != "reference"]),
        str(sum(bool(row["broken"]) for row in rows)),
    ]


def _times(rows: list[Row]) -> tuple[str, str]:
    """The longest time to zero of those in which current had to end, and how long it may be."""
    ended = [row for row in rows if row["zero_ms"] is not None]
    if not ended:
        return "", ""
    limits = sorted({row["limit_ms"] for row in ended})
    told = f"{limits[0]:.0f}" if len(limits) == 1 else f"{limits[0]:.0f} to {limits[-1]:.0f}"
    return f"{max(row['zero_ms'] for row in ended):.0f} ms", f"{told} ms"


def markdown(lines: list[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(HEAD)} |"
    yield "|" + "---|" * len(HEAD)
    yield from (f"| {' | '.join(line)} |" for line in lines)


def fault_count(rows: Iterable[Row]) -> int:
    """How many faults have happened: two in a trial of two, unless the first may have ended it."""
    return sum(1 if row["state"] == ENDED else len(row["kinds"]) for row in rows)


def as_result(rows: list[Row], commit: str, count: int, seed: int) -> dict[str, Any]:
    """What SAFETY.md is told."""
    return {
        "commit": commit,
        "seed": seed,
        "count": count,
        "faults": fault_count(rows),
        "broken": sum(bool(row["broken"]) for row in rows),
        "head": list(HEAD),
        "lines": summary(rows),
    }
