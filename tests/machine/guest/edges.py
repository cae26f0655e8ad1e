"""In the guest: how late an edge is and what listening costs, for three ways to hear of edges.

edges.py WAY

`kernel` is the program's own way. `callback` is gpiozero's on lgpio: a thread of C, one of Python,
a pipe. `notify` is a FIFO that lgpio's thread of C writes. Prints JSON: microseconds from moving a
contact to having its edge on the waiting thread, and how often all threads woke in a quiet second.
"""

import json
import os
import select
import statistics
import struct
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from appliance.controls.contacts import Contact, Listener
from appliance.controls.edges import CalledEdges
from appliance.controls.pins import open_pins
from appliance.settings.model import Controls

CONTACT = Path("/sys/module/header/parameters/contact")
PINS = Controls()
LINES = (PINS.stop, PINS.confirm, PINS.back, PINS.knob_a, PINS.knob_b, PINS.knob_press)
EDGES = 1000
PAUSE_S = 0.005
QUIET_S = 3.0
RUNTIME = Path("/run")
REPORT = struct.Struct("QBBBBI")
"""lgpio's record of an edge: time, chip, line, level, flags, padding."""


def kernel() -> tuple[int, Callable[[], int]]:
    factory = open_pins(PINS, RUNTIME)
    contacts = [Contact(line, "measured", factory) for line in LINES]
    listener = Listener(contacts, factory, time.monotonic)
    descriptor = listener.fileno()
    assert descriptor is not None
    return descriptor, lambda: len(listener.take())


def callback() -> tuple[int, Callable[[], int]]:
    factory = open_pins(PINS, RUNTIME)
    contacts = [Contact(line, "measured", factory) for line in LINES]
    edges = CalledEdges([contact.pin for contact in contacts], time.monotonic)
    KEPT.extend((contacts, edges))
    return edges.fileno(), lambda: len(edges.take())


def notify() -> tuple[int, Callable[[], int]]:
    os.chdir(RUNTIME)
    import lgpio  # here: it makes a FIFO in the current directory and starts a thread

    handle, chip = lgpio.notify_open(), lgpio.gpiochip_open(0)
    for line in LINES:
        lgpio.gpio_claim_alert(chip, line, lgpio.BOTH_EDGES, lgpio.SET_PULL_UP, handle)
    fifo = os.open(f".lgd-nfy{handle}", os.O_RDONLY | os.O_NONBLOCK)
    return fifo, lambda: len(os.read(fifo, 4096)) // REPORT.size


KEPT: list[Any] = []
WAYS = {"kernel": kernel, "callback": callback, "notify": notify}


def woken() -> int:
    """How often the threads of this process went to sleep by themselves."""
    count = 0
    for path in Path("/proc/self/task").glob("*/status"):
        lines = path.read_text().splitlines()
        count += int(next(line for line in lines if line.startswith("voluntary")).split()[1])
    return count


def main() -> None:
    CONTACT.write_text(f"{PINS.stop} 0")
    descriptor, take = WAYS[sys.argv[1]]()
    ready = select.poll()
    ready.register(descriptor, select.POLLIN)
    while ready.poll(100):
        take()
    before = woken()
    ready.poll(round(QUIET_S * 1000))
    woken_a_second = (woken() - before) / QUIET_S
    began: list[float] = []
    threading.Thread(target=move, args=(began,), daemon=True).start()
    late_us, heard = [], 0
    while heard < EDGES and ready.poll(2000):
        heard += take()
        late_us.append((time.monotonic() - began[-1]) * 1e6)
    late_us.sort()
    figures = {
        "median": statistics.median(late_us),
        "p99": late_us[int(0.99 * len(late_us))],
        "worst": late_us[-1],
        "heard": heard,
        "woken_a_second": woken_a_second,
    }
    print(json.dumps({name: round(value, 1) for name, value in figures.items()}))


def move(began: list[float]) -> None:
    with CONTACT.open("w", buffering=1) as contact:
        for count in range(EDGES):
            time.sleep(PAUSE_S)
            began.append(time.monotonic())
            contact.write(f"{PINS.stop} {(count + 1) % 2}\n")


if __name__ == "__main__":
    main()
