"""The current of the last half minute as a sweep, as patient monitors draw it.

Each moment has its own column, and the newest overwrites the oldest. A trace that scrolls
would change all of its characters in every frame, and SSH would carry each of them.
"""

from collections.abc import Iterable, Iterator
from typing import Any

SPAN_S = 30.0
STEP = 10.0
"""The full height is a multiple of this, in the board's unit."""
IN_FORCE, MEASURED = 1, 2
"""Where a sample has what the board says it delivers, and what flowed."""

Sample = list[Any]
"""`[at_s, [in_force_a, in_force_b], [measured_a, measured_b]]`, as the socket gives it."""


class Sweep:
    """The samples of both channels, and the height of each column now."""

    def __init__(self) -> None:
        self._samples: dict[float, Sample] = {}

    @property
    def since(self) -> float | None:
        """The time from which to ask for more samples: that of the newest; None without samples."""
        return max(self._samples, default=None)

    def add(self, samples: Iterable[Sample], now: float) -> None:
        for sample in samples:
            self._samples[sample[0]] = sample
        for at in [at for at in self._samples if at < now - 2 * SPAN_S]:
            del self._samples[at]

    @property
    def measures(self) -> bool:
        """Whether the board tells what flows."""
        return any(ma is not None for sample in self._samples.values() for ma in sample[MEASURED])

    def scale(self) -> float:
        """The current at full height: never less than what is on show."""
        highest = max(
            (one or 0.0 for sample in self._samples.values() for one in sample[1] + sample[2]),
            default=0.0,
        )
        return max(STEP, -(-highest // STEP) * STEP)

    def columns(self, kind: int, channel: int, count: int, now: float) -> list[float | None]:
        """The current of each of `count` columns; None is the gap before the oldest one."""
        newest = int(now * count / SPAN_S)
        highest = dict(self._highest(kind, channel, count))
        columns: list[float | None] = [None] * count
        current = 0.0
        for number in range(newest - count + 2, newest + 1):
            # Between two reports what the last one said still holds.
            current = highest.get(number, current)
            columns[number % count] = current
        return columns

    def _highest(self, kind: int, channel: int, count: int) -> Iterator[tuple[int, float]]:
        found: dict[int, float] = {}
        for at, sample in sorted(self._samples.items()):
            number = int(at * count / SPAN_S)
            found[number] = max(found.get(number, 0.0), sample[kind][channel] or 0.0)
        return iter(found.items())
