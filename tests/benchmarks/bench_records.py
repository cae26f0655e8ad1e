"""What a record costs to define, make, copy and read, by what it is made of.

    python -m tests.benchmarks.bench_records

A record of 5 fields, as most are, and one of 50, as the session's is. The best of rounds in
which all kinds take turns. Prints microseconds and, for a read, nanoseconds.
"""

import timeit
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import msgspec

ROUNDS = 15
READS = 100
HEADS = {
    "plain dataclass": "@dataclass(frozen=True)\nclass One:",
    "dataclass, slots": "@dataclass(frozen=True, slots=True)\nclass One:",
    "NamedTuple": "class One(NamedTuple):",
    "msgspec.Struct": "class One(msgspec.Struct, frozen=True):",
}
COPIES: dict[str, Callable[..., Any]] = {
    "plain dataclass": replace,
    "dataclass, slots": replace,
    "NamedTuple": lambda one, **changes: one._replace(**changes),
    "msgspec.Struct": msgspec.structs.replace,
}
SCOPE = {"dataclass": dataclass, "NamedTuple": NamedTuple, "msgspec": msgspec}


def main(rounds: int = ROUNDS) -> dict[str, float]:
    """Print the table; times of the dataclass with slots as multiples of the structure's."""
    times: dict[tuple[str, int], dict[str, float]] = {}
    for fields in (5, 50):
        rows = [{kind: measure(kind, fields) for kind in HEADS} for _ in range(rounds)]
        heads = "".join(f"{what:>10}" for what in ("define us", "make us", "copy us", "read ns"))
        print(f"{f'{fields} fields':20}{heads}")
        for kind in HEADS:
            told = {
                what: min(row[kind][what] for row in rows)
                for what in ("define", "make", "copy", "read")
            }
            times[kind, fields] = told
            print(
                f"{kind:18}{told['define']:>12.0f}{told['make']:>10.2f}"
                f"{told['copy']:>10.2f}{told['read'] * 1e3:>10.0f}"
            )
    slow, fast = times["dataclass, slots", 5], times["msgspec.Struct", 5]
    return {what: slow[what] / fast[what] for what in fast}


def measure(kind: str, count: int) -> dict[str, float]:
    """Microseconds of each, once around."""
    names = [f"field_{number}" for number in range(count)]
    source = "\n".join([HEADS[kind], *(f"    {name}: float = 0.0" for name in names)])
    code = compile(source, "bench_records", "exec")
    scope: dict[str, Any] = {**SCOPE}
    exec(code, scope)
    record, copy = scope["One"], COPIES[kind]
    one = copy(record(*map(float, range(count))), field_1=1.0)
    read = eval(f"lambda one: [one.{names[2]} for _ in range({READS})]")
    read(one)
    return {
        "define": spent_us(lambda: exec(code, {**SCOPE, "__name__": __name__}), 5),
        "make": spent_us(lambda: record(1.0, 2.0, 3.0, 4.0, 5.0), 1000),
        "copy": spent_us(lambda: copy(one, field_0=2.0, field_1=3.0), 1000),
        "read": spent_us(lambda: read(one), 50) / READS,
    }


def spent_us(work: Callable[[], Any], times: int) -> float:
    return timeit.timeit(work, number=times) / times * 1e6


if __name__ == "__main__":
    main()
