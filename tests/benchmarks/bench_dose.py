"""Timing of the dose in real time: how late set-points and the parts of contractions are.

    python -m tests.benchmarks.bench_dose [SECONDS]

The real service with panel and journal in a contracting program, alone and then with both cores
kept busy by other processes. A set-point is late after its cadence, a part after the moment at
which the program has it. The drift is how far delivered time, as the session counts it, is behind
true time at the end. A whole stage takes 1200 seconds. Prints a table; asserts nothing.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from appliance.service.frames import SET_POINT_IN_RAMP_S, SET_POINT_S
from appliance.service.loop import Service
from appliance.session.envelope import RAMPS
from appliance.session.record import Record, Run
from tests.benchmarks.real_box import RealBox, SlowBus, Watched, put_on_the_bus

SECONDS = 120.0
SPIN = "while True: pass"


@dataclass
class Seen:
    """What one run showed, seconds."""

    set_points_late: list[float] = field(default_factory=list)
    parts_late: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    clocks: list[tuple[float, float]] = field(default_factory=list)
    """True and delivered time."""

    @property
    def drift_s(self) -> float:
        (began, none_s), (now, delivered_s) = self.clocks[0], self.clocks[-1]
        return (now - began) - (delivered_s - none_s)


class Observer:
    """Looks at every step of a service."""

    def __init__(self, service: Service) -> None:
        self.seen = Seen()
        self._service, self._take = service, service.step
        self._frame_at = self._due_at = 0.0
        self._before: Record | None = None
        service.step = self._step  # type: ignore[method-assign]

    def _step(self, now: float, *events: object) -> None:
        began = time.monotonic()
        self._take(now, *events)  # type: ignore[arg-type]
        self.seen.steps.append(time.monotonic() - began)
        before, self._before = self._before, self._service.record
        if before is not None and before.set_point and self._before.set_point:
            self._look(before, self._before)

    def _look(self, before: Record, record: Record) -> None:
        sent_at = self._service._frames._sent_at
        if sent_at != self._frame_at:
            if self._frame_at:
                self.seen.set_points_late.append(sent_at - self._due_at)
            self._frame_at = sent_at
        was, here = before.position, record.position
        if was is None or here is None or record.run is None:
            return
        self.seen.clocks.append((record.now, record.run.elapsed_s))
        in_ramp = here.channels[0].part in RAMPS
        self._due_at = sent_at + (SET_POINT_IN_RAMP_S if in_ramp else SET_POINT_S)
        if here.part is not was.part and here.span == was.span:
            self.seen.parts_late.append(_late_s(record.run, here.span))


def _late_s(run: Run, span: int) -> float:
    """How long ago the part that has just begun should have."""
    phase = run.spans[span].phase
    foot_s = max(run.spans[span].start_s, run.cycle_start_s)
    at_s = (run.elapsed_s - foot_s) % phase.cycle_s
    timing = phase.timings[0]
    up_s, held_s = timing.ramp_up_s, timing.ramp_up_s + timing.hold_s
    edges = (0.0, up_s, held_s, held_s + timing.ramp_down_s)
    return at_s - max(edge for edge in edges if edge <= at_s + 1e-9)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    print(f"{seconds:.0f} s each, ms{'':22}{'median':>9}{'p99':>9}{'worst':>9}")
    for name, others in (("alone", 0), ("both cores busy", os.cpu_count() or 1)):
        with busy(others):
            seen = run(seconds)
        for what, late in (("set-points", seen.set_points_late), ("parts", seen.parts_late)):
            print(f"{name + ', ' + what + ' late':36}{quantiles_ms(late)}")
        print(f"{name + ', a step of the loop':36}{quantiles_ms(seen.steps)}")
        print(f"{name + ', drift at the end':36}{seen.drift_s * 1e3:>9.1f}")
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")


def run(seconds: float) -> Seen:
    put_on_the_bus(SlowBus())
    board = Watched()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as ends:
        ends.callback(board.close)
        box = RealBox(Path(folder), board.path, screen="ssd1306").start()
        ends.callback(box.close)
        observer = Observer(box.service)
        box.stimulate()
        time.sleep(seconds)
        return observer.seen


@contextmanager
def busy(others: int) -> Iterator[None]:
    """So many processes beside it that want a core for themselves."""
    spinning = [subprocess.Popen([sys.executable, "-c", SPIN]) for _ in range(others)]
    try:
        yield
    finally:
        for one in spinning:
            one.kill()
            one.wait()


def quantiles_ms(taken: list[float]) -> str:
    """Median, 99th percentile, and the worst."""
    taken = sorted(taken) or [0.0]
    at = [taken[min(len(taken) - 1, int(share * len(taken)))] for share in (0.5, 0.99)]
    return "".join(f"{value * 1e3:>9.1f}" for value in (*at, taken[-1]))


if __name__ == "__main__":
    main()
