"""What a campaign found, by kind of fault."""

from collections.abc import Iterable, Iterator
from typing import Any

from tests.campaign.kinds import KINDS, Kind
from tests.campaign.running import Row

TWO = "two at once"
HEAD = ("fault", "of", "tried", "with current", "went on", "worst time to zero", "may be", "broken")


def summary(rows: Iterable[Row]) -> list[list[str]]:
    """A line for each kind, in the order in which they are declared, and one for pairs."""
    by_kind: dict[str, list[Row]] = {name: [] for name in (*KINDS, TWO)}
    for row in rows:
        by_kind[row["kinds"][0] if len(row["kinds"]) == 1 else TWO].append(row)
    return [_line(name, found) for name, found in by_kind.items() if found]


def _line(name: str, rows: list[Row]) -> list[str]:
    of = KINDS.get(name)
    zeros = [row["zero_ms"] for row in rows if row["zero_ms"] is not None]
    return [
        name,
        of.group if of else "any",
        str(len(rows)),
        str(sum(row["flowed"] for row in rows)),
        str(sum(row["went_on"] for row in rows)),
        f"{max(zeros):.0f} ms" if zeros else "",
        _limit(of),
        str(sum(bool(row["broken"]) for row in rows)),
    ]


def _limit(of: Kind | None) -> str:
    if of is None or of.zero_s is None:
        return ""
    others = f", {1000 * of.others_s:.0f} ms" if of.others_s is not None else ""
    return f"{1000 * of.zero_s:.0f} ms{others}"


def markdown(lines: list[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(HEAD)} |"
    yield "|" + "---|" * len(HEAD)
    yield from (f"| {' | '.join(line)} |" for line in lines)


def as_result(rows: list[Row], commit: str, count: int, seed: int) -> dict[str, Any]:
    """What SAFETY.md is told."""
    return {
        "commit": commit,
        "seed": seed,
        "count": count,
        "broken": sum(bool(row["broken"]) for row in rows),
        "head": list(HEAD),
        "lines": summary(rows),
    }
