"""Timing of the dose in real time: how late set-points and the parts of contractions are.

    python -m tests.benchmarks.bench_dose [SECONDS] [VARIANT ...]

The real service in a contracting program, with panel, journal, socket and log kept busy: alone, and
beside processes that keep every core busy, under each way to schedule it. A set-point is late
after its cadence, a part after the moment at which the program has it; a step is the loop's. The
drift is how far delivered time, as the session counts it, is behind true time at the end. A whole
stage takes 1200 seconds, and the variants come one after the other. The board has a real-time
priority, as a board has its own processor. Prints a table; asserts nothing.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from appliance.service.control_socket import ControlServer
from appliance.service.frames import SET_POINT_IN_RAMP_S, SET_POINT_S
from appliance.service.loop import Service
from appliance.session.board import SetPoint
from appliance.session.envelope import RAMPS
from appliance.session.record import Record, Run
from tests.benchmarks.real_box import IN_A_CONTRACTION_S, ROOT, RealBox, Watched, looked_at
from tests.benchmarks.scheduling import (
    ORDINARY,
    SCHEDULINGS,
    busy,
    schedule,
    schedule_loop,
)
from tests.benchmarks.slow_bus import SlowBus, put_on_the_bus

SECONDS = 120.0
STAGE_S = 1200.0
VARIANTS = {
    "alone": (0, ORDINARY),
    **{f"busy, {one}": (os.cpu_count() or 1, one) for one in SCHEDULINGS},
}
"""How many other processes, and the scheduling of the service."""
LATE = {
    "set_points_late": "set-points late",
    "parts_late": "parts late",
    "steps": "a step of the loop",
    "drift": "drift at the end",
}


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
        self._apply = service.ports.board.apply
        self._sent_at = self._frame_at = self._due_at = 0.0
        self._before: Record | None = None
        service.step = self._step  # type: ignore[method-assign]
        service.ports.board.apply = self._note  # type: ignore[method-assign]

    def _note(self, set_point: SetPoint, now: float) -> None:
        self._sent_at = now
        self._apply(set_point, now)

    def _step(self, now: float, *events: object) -> None:
        began = time.monotonic()
        self._take(now, *events)  # type: ignore[arg-type]
        self.seen.steps.append(time.monotonic() - began)
        before, self._before = self._before, self._service.record
        if before is not None and before.set_point and self._before.set_point:
            self._look(before, self._before)

    def _look(self, before: Record, record: Record) -> None:
        sent_at = self._sent_at
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
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("seconds", nargs="?", type=float, default=SECONDS)
    parser.add_argument("variants", nargs="*", metavar="VARIANT", help=", ".join(VARIANTS))
    arguments = parser.parse_args()
    print(f"{arguments.seconds:.0f} s each, ms{'':31}{'median':>9}{'p99':>9}{'worst':>9}")
    for name in arguments.variants or VARIANTS:
        others, scheduling = VARIANTS[name]
        with busy(others):
            told = apart(arguments.seconds, scheduling)
        if told is None:
            print(f"{name}: not permitted here")
            continue
        for key, words in LATE.items():
            print(f"{name + ', ' + words:44}" + "".join(f"{ms:>9.1f}" for ms in told[key]))
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")


def apart(seconds: float, scheduling: str) -> dict[str, list[float]] | None:
    """What `run` shows in a process of its own, ms; None where the scheduling is not permitted."""
    code = (
        "import sys; from tests.benchmarks import bench_dose;"
        "bench_dose.tell(float(sys.argv[1]), sys.argv[2])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(seconds), scheduling],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    told: dict[str, list[float]] | None = json.loads(done.stdout.splitlines()[-1])
    return told


def tell(seconds: float, scheduling: str) -> None:
    try:
        seen = run(seconds, scheduling)
    except PermissionError:
        print("null")
        return
    told = {
        key: quantiles_ms(getattr(seen, key)) for key in ("set_points_late", "parts_late", "steps")
    }
    print(json.dumps({**told, "drift": [seen.drift_s * 1e3]}))


def run(seconds: float, scheduling: str = ORDINARY) -> Seen:
    """Deliver current for so long. Raises PermissionError where the scheduling is not allowed."""
    put_on_the_bus(SlowBus())
    board = Watched()
    with tempfile.TemporaryDirectory() as name, ExitStack() as ends:
        folder = Path(name)
        ends.callback(board.close)
        ends.enter_context(looked_at(folder))
        schedule(scheduling)
        box = RealBox(folder, board.path, screen="ssd1306")
        box.service.ports.socket = ControlServer(folder)
        box.start()
        ends.callback(box.close)
        schedule_loop(scheduling, box.loop_thread)
        observer = Observer(box.service)
        box.stimulate(max(0.0, min(IN_A_CONTRACTION_S, STAGE_S - seconds)))
        box.keep_drawing()
        box.keep_writing()
        box.keep_logging()
        time.sleep(seconds)
        return observer.seen


def quantiles_ms(taken: list[float]) -> list[float]:
    """Median, 99th percentile, and the worst."""
    taken = sorted(taken) or [0.0]
    at = [taken[min(len(taken) - 1, int(share * len(taken)))] for share in (0.5, 0.99)]
    return [round(value * 1e3, 3) for value in (*at, taken[-1])]


if __name__ == "__main__":
    main()
