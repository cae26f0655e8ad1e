"""`run` and `board` as real processes, and waits that end by a descriptor or a deadline."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from appliance.service.control_socket import NAME, ControlClient, NotRunningError

ROOT = Path(__file__).parents[2]
DEADLINE_S = 30.0


class Process:
    """One `python -m appliance` with its standard error in hand."""

    def __init__(
        self,
        *arguments: str,
        module: str = "appliance",
        stderr: int = subprocess.PIPE,
        inside: Sequence[str] = (),
    ) -> None:
        """`inside` is a command that runs the command which follows it."""
        self.err = ""
        self.process = subprocess.Popen(
            [*inside, sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, "GPIOZERO_PIN_FACTORY": "mock"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )

    def __enter__(self) -> "Process":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()

    def line(self) -> str:
        """The next line of standard output."""
        assert self.process.stdout is not None
        poll = select.poll()
        poll.register(self.process.stdout, select.POLLIN)
        assert poll.poll(DEADLINE_S * 1000), "nothing was said in time"
        return self.process.stdout.readline().decode().strip()

    def told(self, *words: str) -> str:
        """Read standard error until any of `words` is in it. Raises AssertionError at the
        deadline."""
        assert self.process.stderr is not None
        poll = select.poll()
        poll.register(self.process.stderr, select.POLLIN)
        until = time.monotonic() + DEADLINE_S
        while not any(some in self.err for some in words):
            left_s = until - time.monotonic()
            assert left_s > 0 and poll.poll(left_s * 1000), self.err
            data = os.read(self.process.stderr.fileno(), 65536)
            assert data, f"ended without {words}: {self.err}"
            self.err += data.decode()
        return self.err

    def say(self, words: str) -> None:
        """A line on its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(words.encode() + b"\n")
        self.process.stdin.flush()

    def terminate(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal, and return the exit code. What it said is read to the end."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=DEADLINE_S)
        self.err += (err or b"").decode()
        self.out = out.decode()
        return self.process.returncode


def write_settings(folder: Path, *lines: str, driver: str = "reference") -> Path:
    """Settings whose every path is in `folder`."""
    path = folder / "config.toml"
    path.write_text(
        f"""
[screen]
driver = "capture"
capture_dir = "{folder / "capture"}"
[stimulator]
driver = "{driver}"
port = "{folder / "board"}"
[journal]
path = "{folder / "journal.sqlite3"}"
[service]
runtime_dir = "{folder / "run"}"
"""
        + "\n".join(lines)
    )
    return path


def status_of(folder: Path) -> dict[str, object]:
    with ControlClient(folder / "run", timeout_s=DEADLINE_S) as client:
        return client.ask("status")


__all__ = ["NAME", "NotRunningError", "Process", "status_of", "write_settings"]
