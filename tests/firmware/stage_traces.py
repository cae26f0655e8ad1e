"""What the chip's ADC reads with each fault of the bench output stage, and what came of each."""

import gzip
import json
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.firmware.board import ROOT

SPICE = ROOT / "hardware/spice"


class StageTraces:
    """A file of simulated traces, and the file of what a chip did that was played them."""

    def __init__(self, traces: str, measured: str) -> None:
        """Names of files in `hardware/spice`."""
        self._traces = SPICE / traces
        self._measured = SPICE / measured

    @cached_property
    def told(self) -> dict[str, Any]:
        """The simulated traces, as the program of `hardware/spice` describes that wrote them."""
        traces: dict[str, Any] = json.loads(gzip.decompress(self._traces.read_bytes()))
        return traces

    def measured(self) -> dict[str, list[Any]]:
        """What is committed, by the name of the fault."""
        if not self._measured.exists():
            return {}
        return json.loads(self._measured.read_text("utf-8"))  # type: ignore[no-any-return]

    def keep(self, seen: dict[str, Any]) -> None:
        """Write what was measured, a line for each simulated fault."""
        lines = [f"{json.dumps(name)}: {json.dumps(seen[name])}" for name in self.told["faults"]]
        self._measured.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")

    def write_points(self, path: Path, numbers: Iterable[int]) -> None:
        """The traces of these numbers, one for each input, as the simulated board reads them."""
        with path.open("w") as file:
            for source, number in zip(self.told["inputs"], numbers, strict=True):
                for us, mv in zip(*self.told["traces"][number], strict=True):
                    file.write(f"{source} {us} {mv}\n")
