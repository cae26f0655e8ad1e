"""STOP: from the edge on its pin to the off frame's last byte at the board's end of the wire.

Beside it, in turns and at the same pace: the shortest script there is, a gpiozero callback
that writes the same bytes. What the screen's thread costs a STOP is the difference between
the last rows. Prints a table; asserts nothing.

    python -m tests.benchmarks.bench_stop [SAMPLES]
"""

import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from gpiozero import InputDevice
from serial import Serial

from appliance.controls.pins import mock_pins
from appliance.session.state import State
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import DELIMITER, encode
from tests.benchmarks.real_box import RealBox, SlowBus, Watched, put_on_the_bus, quantiles_us

SAMPLES = 2000
ROUNDS = 10
PAUSE_S = (0.02, 0.06)
"""Nobody presses STOP in a tight loop, where everything is still warm from the last time."""


def main() -> None:
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES
    taken: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, measure in ROWS.items():
            taken.setdefault(name, []).extend(measure(samples // ROUNDS))
    print(f"STOP edge to the off frame's last byte, us; {samples} samples each")
    print(f"{'':34}{'median':>10}{'p99':>10}{'p99.9':>10}{'worst':>10}{'to script':>11}")
    script = statistics.median(taken[SCRIPT])
    for name, row in taken.items():
        print(f"{name:34}{quantiles_us(row)}{statistics.median(row) / script:>10.1f}x")
    print(f"aim: 5x, p99.9 under 3000 us. Load of the machine: {os.getloadavg()[1]:.1f}")


def script(samples: int, pause: bool = True) -> list[float]:
    """A callback on a gpiozero pin that writes the off frame, and nothing else."""
    watched = Watched("plain")
    port = Serial(watched.path, 250000, timeout=0)
    device = InputDevice(17, pull_up=True, pin_factory=mock_pins())
    frame = DELIMITER + encode(protocol.Off(7))
    device.pin.drive_low()

    def pressed(ticks: object, state: object) -> None:
        port.write(frame)

    device.pin.when_changed = pressed
    taken = []
    for _ in range(samples):
        if pause:
            time.sleep(random.uniform(*PAUSE_S))
        taken.append(press(device.pin, watched))
        device.pin.drive_low()
        watched.line()
    watched.close()
    return taken


def press(pin: Any, watched: Watched) -> float:
    began = time.monotonic()
    pin.drive_high()
    return float(watched.line()) - began


def box(samples: int, *, screen: bool, journal: bool) -> list[float]:
    """The whole service; screen and journal, where there are any, are kept busy."""
    watched = Watched()
    put_on_the_bus(SlowBus())
    with tempfile.TemporaryDirectory() as folder:
        real = RealBox(
            Path(folder), watched.path, screen="ssd1306" if screen else "none", journal=journal
        ).start()
        if screen:
            real.keep_drawing()
        if journal:
            real.keep_writing()
        taken = []
        for _ in range(samples):
            real.stimulate()
            time.sleep(random.uniform(*PAUSE_S))
            taken.append(press(real.stop, watched))
            real.wait(lambda: real.record.state is not State.STIMULATING)
            real.stop.drive_low()
            real.wait(lambda: not real.record.stop_open)
        real.close()
    watched.close()
    return taken


SCRIPT = "shortest script"
ROWS = {
    "shortest script in a tight loop": lambda samples: script(samples, pause=False),
    SCRIPT: script,
    "this appliance, screen, journal": lambda samples: box(samples, screen=True, journal=True),
    "without the journal": lambda samples: box(samples, screen=True, journal=False),
    "without journal and screen": lambda samples: box(samples, screen=False, journal=False),
}


if __name__ == "__main__":
    main()
