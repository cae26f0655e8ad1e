"""STOP: from the edge on its pin to the off frame's last byte.

That byte is `written` when the kernel has taken it, which is when a serial port begins to send it,
and has `arrived` at the board's end of a pseudo-terminal. Between the two stands a thread of the
kernel of ordinary priority, which a real wire does not have. Beside it, in turns and at the same
pace: the shortest script there is, a gpiozero callback that writes the same bytes. What the
screen's thread costs a STOP is the difference between the last rows. With `--busy` other processes
keep every core busy, and script and appliance are scheduled in each way. The board's end has a
real-time priority. Prints a table; asserts nothing.

    python -m tests.benchmarks.bench_stop [--busy] [SAMPLES]
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from gpiozero import InputDevice
from serial import Serial

from appliance.controls.pins import mock_pins
from appliance.session.state import State
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import DELIMITER, encode
from tests.benchmarks.real_box import ROOT, RealBox, Watched, quantiles_us
from tests.benchmarks.scheduling import (
    ORDINARY,
    SCHEDULINGS,
    busy,
    schedule,
    schedule_loop,
)
from tests.benchmarks.slow_bus import SlowBus, put_on_the_bus

Sample = tuple[float, float]
"""Seconds until the off was written, and until it arrived."""
SAMPLES = 1000
ROUNDS = 5
PAUSE_S = (0.02, 0.06)
"""Nobody presses STOP in a tight loop, where everything is still warm from the last time."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("samples", nargs="?", type=int, default=SAMPLES)
    parser.add_argument("--busy", action="store_true")
    arguments = parser.parse_args()
    rows = [(name, ORDINARY) for name in ROWS]
    if arguments.busy:
        rows = [(name, scheduling) for scheduling in SCHEDULINGS for name in (SCRIPT, BOX)]
    taken: dict[tuple[str, str], list[Sample]] = {}
    with busy((os.cpu_count() or 1) * arguments.busy):
        for _ in range(ROUNDS):
            for row in rows:
                taken.setdefault(row, []).extend(apart(*row, arguments.samples // ROUNDS))
    print(f"STOP edge to the off frame's last byte, us; {arguments.samples} samples each")
    for index, until in enumerate(("written", "arrived")):
        print(f"{until:46}{'median':>10}{'p99':>10}{'p99.9':>10}{'worst':>10}{'to script':>11}")
        for (name, scheduling), samples in taken.items():
            print(f"{name + ', ' + scheduling:46}", end="")
            if not samples:
                print("not permitted here")
                continue
            row = [sample[index] for sample in samples]
            script = [sample[index] for sample in taken[SCRIPT, scheduling]]
            ratio = statistics.median(row) / statistics.median(script)
            print(f"{quantiles_us(row)}{ratio:>10.1f}x")
    print("aim: 2x, worst under 2000 us on a quiet machine; --busy: worst under 10000 us")
    print(f"load of the machine: {os.getloadavg()[1]:.1f}")


def apart(name: str, scheduling: str, samples: int) -> list[Sample]:
    """A row's samples, from a process of its own; none where the scheduling is not permitted."""
    code = (
        "import sys; from tests.benchmarks import bench_stop;"
        "bench_stop.tell(sys.argv[1], sys.argv[2], int(sys.argv[3]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, name, scheduling, str(samples)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    told: list[Sample] = json.loads(done.stdout.splitlines()[-1])
    return told


def tell(name: str, scheduling: str, samples: int) -> None:
    try:
        print(json.dumps(ROWS[name](samples, scheduling)))
    except PermissionError:
        print("[]")


def script(samples: int, scheduling: str, pause: bool = True) -> list[Sample]:
    """A callback on a gpiozero pin that writes the off frame, and nothing else."""
    watched = Watched("plain")
    schedule(scheduling)
    schedule_loop(scheduling, 0)
    port = Serial(watched.path, 250000, timeout=0)
    device = InputDevice(17, pull_up=True, pin_factory=mock_pins())
    frame = DELIMITER + encode(protocol.Off(7))
    device.pin.drive_low()
    written: list[float] = []

    def pressed(ticks: object, state: object) -> None:
        port.write(frame)
        written.append(time.monotonic())

    device.pin.when_changed = pressed
    taken = []
    for _ in range(samples):
        if pause:
            time.sleep(random.uniform(*PAUSE_S))
        taken.append(press(device.pin, watched, written))
        device.pin.drive_low()
        watched.line()
    watched.close()
    return taken


def press(pin: Any, watched: Watched, written: list[float]) -> Sample:
    """`written` gets the time at which the kernel has taken each off."""
    written.clear()
    began = time.monotonic()
    pin.drive_high()
    arrived = float(watched.line())
    while not written:
        time.sleep(0)
    return written[0] - began, arrived - began


def box(samples: int, scheduling: str, *, screen: bool, journal: bool) -> list[Sample]:
    """The whole service; screen and journal, where there are any, are kept busy."""
    watched = Watched()
    schedule(scheduling)
    put_on_the_bus(SlowBus())
    with tempfile.TemporaryDirectory() as folder:
        real = RealBox(
            Path(folder), watched.path, screen="ssd1306" if screen else "none", journal=journal
        ).start()
        schedule_loop(scheduling, real.loop_thread)
        written = off_times(real)
        if screen:
            real.keep_drawing()
        if journal:
            real.keep_writing()
        taken = []
        for _ in range(samples):
            real.stimulate()
            time.sleep(random.uniform(*PAUSE_S))
            taken.append(press(real.stop, watched, written))
            real.wait(lambda: real.record.state is not State.STIMULATING)
            real.stop.drive_low()
            real.wait(lambda: not real.record.stop_open)
        real.close()
    watched.close()
    return taken


def off_times(real: RealBox) -> list[float]:
    """A list that gets the time at which each off was written."""
    times: list[float] = []
    off = real.service.ports.board.off

    def told(now: float) -> None:
        off(now)
        times.append(time.monotonic())

    real.service.ports.board.off = told  # type: ignore[method-assign]
    return times


SCRIPT = "shortest script"
BOX = "this appliance, screen, journal"
ROWS = {
    "shortest script in a tight loop": partial(script, pause=False),
    SCRIPT: script,
    BOX: partial(box, screen=True, journal=True),
    "without the journal": partial(box, screen=True, journal=False),
    "without journal and screen": partial(box, screen=False, journal=False),
}


if __name__ == "__main__":
    main()
