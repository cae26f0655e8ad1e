"""The simulated board's process, and how it and the firmware are built."""

import fcntl
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.firmware.edges import CYCLES_PER_MS, Recording

ROOT = Path(__file__).parents[2]
HARNESS = ROOT / "tests/firmware/harness"
FIRMWARE = ROOT / "hardware/firmware"
BUILD = ROOT / "build/firmware-bench"
ELF = FIRMWARE / "build/stimulator.elf"
HANG_ELF = FIRMWARE / "build/hang.elf"
"""The test build, which hangs when a message says so."""
WRAP_ELF = FIRMWARE / "build/wrap.elf"
"""The test build whose time wraps 256 overflows of its timer, 1.049 s, after its start."""

STAGE_ELF = FIRMWARE / "build/stage-bench-only.elf"
"""The firmware for the bench output stage."""

ANSWER_S = 60.0
"""How long the simulator may take over one command on a busy machine."""


def what_is_missing() -> str:
    """Why neither firmware nor simulator can be built here; empty if they can."""
    wanted = {
        "make": shutil.which("make"),
        "gcc": shutil.which("cc"),
        "gcc-avr": shutil.which("avr-gcc"),
        "avr-libc": any(Path(p).exists() for p in ("/usr/lib/avr/include", "/usr/avr/include")),
        "libsimavr-dev": Path("/usr/include/simavr/sim_avr.h").exists(),
        "libelf-dev": Path("/usr/include/libelf.h").exists(),
    }
    return " ".join(name for name, found in wanted.items() if not found)


def build() -> None:
    """Build firmware and simulator. One process at a time; the others find it done."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _make(FIRMWARE, "all", "hang", "wrap", "stage-bench-only", f"PYTHON={sys.executable}")
        _make(HARNESS, f"OUT={BUILD}")


def _make(folder: Path, *arguments: str) -> None:
    done = subprocess.run(["make", "-C", str(folder), *arguments], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"make -C {folder} failed:\n{done.stdout}{done.stderr}")


class Board:
    """The simulator's process. Every command waits for its answer, or for its end."""

    def __init__(self, folder: Path, *link: str, elf: Path = ELF) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.cycle = 0
        self._process = subprocess.Popen(
            [str(BUILD / "bench"), str(elf), str(folder / "edges.txt"), *link],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._poll = select.poll()
        self._poll.register(self._out, select.POLLIN)
        self._buffer = b""
        self._answer()
        self.recording = Recording(folder / "edges.txt")

    @property
    def _out(self) -> int:
        assert self._process.stdout is not None
        return self._process.stdout.fileno()

    def ask(self, command: str) -> dict[str, int]:
        """Give a command; what the simulator answers beside the cycle. Reads the recorder."""
        assert self._process.stdin is not None
        self._process.stdin.write(command.encode() + b"\n")
        self._process.stdin.flush()
        told = self._answer()
        self.recording.read()
        return told

    def ask_all(self, commands: list[str]) -> None:
        """Give commands that are carried out in a row. One at a time, a busy machine waits long
        between them."""
        assert self._process.stdin is not None
        self._process.stdin.write("".join(f"{command}\n" for command in commands).encode())
        self._process.stdin.flush()
        for _ in commands:
            self._answer()
        self.recording.read()

    def measures(self) -> dict[str, int]:
        """What only a simulator can know, in cycles and bytes."""
        return self.ask("measures")

    def close(self) -> None:
        self._process.communicate(timeout=ANSWER_S)
        self.recording.read()
        self.recording.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _answer(self) -> dict[str, int]:
        until = time.monotonic() + ANSWER_S
        while b"\n" not in self._buffer:
            left_s = until - time.monotonic()
            if left_s <= 0 or not self._poll.poll(left_s * 1000):
                raise TimeoutError("the simulator does not answer")
            data = os.read(self._out, 65536)
            if not data:
                raise RuntimeError("the simulator ended")
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        verdict, cycle, *measures = line.decode().split()
        if verdict != "ok":
            raise ValueError("the simulator does not know this command")
        self.cycle = int(cycle)
        return {name: int(value, 0) for name, _, value in (m.partition("=") for m in measures)}


class LiveBoard(Board):
    """A board in real time behind a pseudo-terminal that `link` leads to.

    All waits are in the chip's time, which a busy machine slows down and nothing hastens.
    """

    def __init__(self, folder: Path, link: Path) -> None:
        super().__init__(folder, str(link))

    def live_ms(self, ms: float) -> int:
        """Run the chip for this long; return its time at the end."""
        self.ask(f"run {round(ms * CYCLES_PER_MS)}")
        return self.cycle

    def live_until(self, holds: Callable[[], bool], within_s: float, what: str) -> int:
        """Run the chip until this holds; return its time then. Raises AssertionError."""
        until = self.cycle + round(within_s * 1000 * CYCLES_PER_MS)
        while not holds():
            assert self.cycle < until, f"{what} did not come within {within_s} s"
            self.live_ms(20)
        return self.cycle
