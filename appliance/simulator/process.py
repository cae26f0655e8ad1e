"""The simulated board as a process of its own, so that it does not freeze with the service."""

import contextlib
import select
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from appliance.errors import BoardError
from appliance.simulator.wire import run_board

_START_MS = 10_000
_END_S = 2.0


class BoardProcess:
    """A board on a pseudo-terminal that ends with its parent, also after SIGKILL."""

    def __init__(self, link: Path, model: str) -> None:
        self.path = str(link)
        """The port for the driver to open."""
        self._model = model
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the board and wait for its port. Raises BoardError."""
        # It ends at the end of its standard input, which the kernel guarantees after SIGKILL too.
        # A session of its own keeps Ctrl-C away from it: the service still needs it for off.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "appliance.simulator.process", self.path, self._model],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        if not self._has_announced():
            self.stop()
            raise BoardError(f"{self.path}: the simulated board did not start; see the log")

    def stop(self) -> None:
        """End the board and wait until its port is gone."""
        if not self._process:
            return
        process, self._process = self._process, None
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_END_S)
        process.kill()
        process.wait()

    def __enter__(self) -> "BoardProcess":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _has_announced(self) -> bool:
        process = self._process
        if not process or not process.stdout:
            return False
        poll = select.poll()
        poll.register(process.stdout, select.POLLIN)
        return bool(poll.poll(_START_MS)) and bool(process.stdout.readline())


def main(link: str, model: str) -> int:
    """The board's side: `python -m appliance.simulator.process LINK MODEL`."""
    try:
        run_board(Path(link), announce=lambda path: print(path, flush=True), stop=0, model=model)
    except BoardError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
