"""The table of all figures. README.md shows it, and a test holds the two equal.

The rows are in `table.toml`; what was measured last is in `figures.json`, which
`python -m tests.benchmarks` writes.
"""

import json
import tomllib
from pathlib import Path
from typing import Any

from appliance.records import Fixed

HERE = Path(__file__).parent
FIGURES = HERE / "figures.json"


class Row(Fixed, frozen=True, kw_only=True):
    """One figure. `least` or `most` is its aim; `reason` says why it is missed, where it is."""

    name: str
    bench: str
    figure: str
    against: str = ""
    form: str = "{:.1f}x"
    least: float | None = None
    most: float | None = None
    reason: str = ""

    @property
    def aim(self) -> str:
        aim = self.most if self.least is None else self.least
        return "" if aim is None else self.form.format(aim)

    def is_missed(self, value: float) -> bool:
        too_little = self.least is not None and value < self.least
        return too_little or (self.most is not None and value > self.most)

    def told(self, value: float) -> str:
        """The value, and why it misses its aim."""
        told = self.form.format(value)
        return f"not met: {told}; {self.reason}" if self.is_missed(value) else told


ROWS = tuple(Row(**row) for row in tomllib.loads((HERE / "table.toml").read_text("utf-8"))["row"])


def read(path: Path = FIGURES) -> dict[str, Any]:
    """What was measured last: `figures`, `curves`, and the `machine` they are from."""
    if not path.exists():
        return {"machine": "", "figures": {}, "curves": {}}
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def write(measured: dict[str, Any], path: Path = FIGURES) -> None:
    path.write_text(json.dumps(measured, indent=1, sort_keys=True) + "\n", "utf-8")


def cells(measured: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Figure, against, aim and value of each row that was measured."""
    return [
        (row.figure, row.against, row.aim, row.told(measured["figures"][row.name]))
        for row in ROWS
        if row.name in measured["figures"]
    ]


def markdown() -> str:
    """The table as README.md shows it."""
    measured = read()
    rows = "".join(f"| {' | '.join(row)} |\n" for row in cells(measured))
    head = "| figure | against | aim | measured |\n|---|---|---|---|\n"
    return f"{head}{rows}\nMeasured on {measured['machine']}.\n"
