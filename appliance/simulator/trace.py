"""A trace file: each change of delivered output as a JSON line, flushed at once."""

import json
from pathlib import Path
from types import TracebackType

from appliance.errors import BoardError
from appliance.simulator.pulses import CHANNEL_NAMES, Change


class Trace:
    """A file that grows. `t` is the board's time: CLOCK_MONOTONIC seconds on a real wire."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("a", buffering=1, encoding="utf-8")
        except OSError as error:
            raise BoardError(
                f"{path}: cannot be written ({error.strerror}); choose another file for the trace"
            ) from error

    def __enter__(self) -> "Trace":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()

    def write(self, change: Change) -> None:
        """Listen to a board: `board.output.on_change.append(trace.write)`."""
        line = {
            "t": round(change.at, 6),
            "channel": CHANNEL_NAMES[change.channel],
            "ma": change.amplitude_ma,
            "hz": change.frequency_hz,
            "us": change.width_us,
            "why": change.why,
        }
        self._file.write(json.dumps(line) + "\n")
