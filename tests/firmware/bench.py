"""The simulated board under a test's hands: its process, its recorder, and a host in front."""

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

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import encode
from appliance.stimulator.reference.protocol import Identity, Report, SetPoint, State
from tests.firmware.edges import CYCLES_PER_MS, CYCLES_PER_US, Recording

ROOT = Path(__file__).parents[2]
HARNESS = ROOT / "tests/firmware/harness"
FIRMWARE = ROOT / "hardware/firmware"
BUILD = ROOT / "build/firmware-bench"
ELF = FIRMWARE / "build/stimulator.elf"
HANG_ELF = FIRMWARE / "build/hang.elf"
"""The test build, which hangs when a message says so."""

ANSWER_S = 60.0
"""How long the simulator may take over one command on a busy machine."""
ANSWERS_WITHIN_MS = 5
STEP_US = 250
BYTE_US = 40
LINE_BYTES = 500
"""What the line carries in 20 ms."""


def what_is_missing() -> str:
    """Why neither firmware nor simulator can be built here; empty if they can."""
    wanted = {
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
        _make(FIRMWARE, "all", "hang", f"PYTHON={sys.executable}")
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
        return {name: int(value) for name, _, value in (m.partition("=") for m in measures)}


class Bench(Board):
    """A board whose time passes only here, with a host that says what it is told to.

    Frames are put on the line at known cycles, so every run is the same.
    """

    def __init__(self, folder: Path, greet: bool = True, elf: Path = ELF) -> None:
        super().__init__(folder, elf=elf)
        self.sequence = 0
        self.report: Report
        self.identity: Identity
        self._read = 0
        self.run_ms(2)
        if greet:
            self.hello()
            self.off()

    # Time

    def run_us(self, us: float) -> None:
        self.ask(f"run {round(us * CYCLES_PER_US)}")
        self._hear()

    def run_ms(self, ms: float) -> None:
        self.run_us(ms * 1000)

    def run_to_edge(self, net: str, high: bool, within_ms: float = 1500) -> int:
        """Run until this net goes to this level; the cycle at which it has."""
        before = self.cycle
        limit = round(within_ms * CYCLES_PER_MS)
        self.ask(f"edge {net} {int(high)} {limit}")
        self._hear()
        assert self.cycle < before + limit, f"{net} did not move within {within_ms} ms"
        return self.cycle

    # The wire

    def put(self, data: bytes) -> None:
        """These bytes follow what is already on the line."""
        self.ask(f"send {data.hex()}")

    def send(self, message: protocol.Message) -> None:
        self.put(encode(message))

    def say(self, message: protocol.Message) -> protocol.Message | None:
        """Send, and let time pass until the board has answered, or had time to."""
        answers = len(self.recording.said)
        self.send(message)
        line_us = len(encode(message)) * BYTE_US
        for _ in range((line_us + ANSWERS_WITHIN_MS * 1000) // STEP_US):
            self.run_us(STEP_US)
            if len(self.recording.said) > answers:
                return self.recording.said[-1].message
        return None

    def next_sequence(self) -> int:
        self.sequence = (self.sequence + 1) & 0xFFFF
        return self.sequence

    def hello(self, layout: int = protocol.LAYOUT) -> None:
        self.say(protocol.Hello(self.next_sequence(), layout))

    def off(self) -> Report:
        self.say(protocol.Off(self.next_sequence()))
        return self.report

    def set_point(
        self,
        ma: float | tuple[float, float] = 0.0,
        hz: float = 50.0,
        us: int | tuple[int, int] = 250,
        **changed: int,
    ) -> SetPoint:
        """What a good host would send now; `changed` are fields of the wire."""
        a, b = ma if isinstance(ma, tuple) else (ma, ma)
        width_a, width_b = us if isinstance(us, tuple) else (us, us)
        good = SetPoint(
            arming=self.report.arming,
            sequence=self.next_sequence(),
            lease_ms=protocol.LEASE_MS,
            belief=self.report.state,
            frequency_centihz=round(hz * 100),
            amplitude_a_codes=round(a * protocol.CODES_PER_MA),
            amplitude_b_codes=round(b * protocol.CODES_PER_MA),
            width_a_us=width_a,
            width_b_us=width_b,
            ceiling_codes=protocol.MAX_AMPLITUDE_CODES,
            ceiling_us=protocol.MAX_WIDTH_US,
            ceiling_centihz=protocol.MAX_FREQUENCY_CENTIHZ,
        )
        # A field that is set by its name stays what it is: a number of the wire.
        return SetPoint(**{**good._asdict(), **changed})

    def ask_for(self, set_point: SetPoint) -> Report:
        answer = self.say(set_point)
        assert isinstance(answer, Report) and answer.sequence == set_point.sequence
        return answer

    def arm(self, hz: float = 50.0, us: int | tuple[int, int] = 250, **changed: int) -> None:
        report = self.ask_for(self.set_point(0.0, hz, us, **changed))
        assert report.state == State.ARMED, report

    def keep(
        self,
        for_ms: float,
        ma: float | tuple[float, float],
        hz: float = 50.0,
        us: int | tuple[int, int] = 250,
        every_ms: float = 20,
        **changed: int,
    ) -> None:
        """Renew this set-point for a while, as the appliance does."""
        until = self.cycle + round(for_ms * CYCLES_PER_MS)
        while self.cycle < until:
            self.send(self.set_point(ma, hz, us, **changed))
            self.run_ms(min(every_ms, max((until - self.cycle) / CYCLES_PER_MS, 0.001)))

    def crowd(
        self,
        for_ms: float,
        ma: float | tuple[float, float],
        hz: float = 50.0,
        us: int | tuple[int, int] = 250,
        between: bytes = b"",
    ) -> None:
        """As `keep`, with the line full to the last bit: of set-points, or of `between`."""
        until = self.cycle + round(for_ms * CYCLES_PER_MS)
        self.keep(20, ma, hz, us)
        while self.cycle < until:
            frames = encode(self.set_point(ma, hz, us))
            while len(frames) + len(between) < LINE_BYTES:
                frames += between or encode(self.set_point(ma, hz, us))
            self.put(frames)
            self.run_us(len(frames) * BYTE_US)

    def _hear(self) -> None:
        said = self.recording.said
        for frame in said[self._read :]:
            if isinstance(frame.message, Report):
                self.report = frame.message
            elif isinstance(frame.message, Identity):
                self.identity = frame.message
        self._read = len(said)


class LiveBoard(Board):
    """A board in real time behind a pseudo-terminal that `link` leads to.

    All waits are in the chip's time, which a busy machine slows down and nothing hastens.
    """

    def __init__(self, folder: Path, link: Path) -> None:
        super().__init__(folder, str(link))

    def live_ms(self, ms: float) -> int:
        """Let the chip live for so long; its time then."""
        self.ask(f"run {round(ms * CYCLES_PER_MS)}")
        return self.cycle

    def live_until(self, holds: Callable[[], bool], within_s: float, what: str) -> int:
        """Let the chip live until this holds; its time then. Raises AssertionError."""
        until = self.cycle + round(within_s * 1000 * CYCLES_PER_MS)
        while not holds():
            assert self.cycle < until, f"{what} did not come within {within_s} s"
            self.live_ms(20)
        return self.cycle
