"""The control socket under 1,000 hostile clients, while current flows: how long the loop is kept.

A service in real time, on mock pins, with a simulated board; the clients in a process of their
own. A step is what the loop does between two waits; its time on the processor is told beside the
clock's, which counts what else the machine was doing. Prints a table; asserts nothing.

    python -m tests.benchmarks.bench_socket [SECONDS]
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from appliance.service.control_socket import NAME, ControlServer
from appliance.session.board import BoardState
from appliance.session.state import State
from tests.benchmarks.real_box import RealBox, Watched
from tests.benchmarks.slow_bus import SlowBus, put_on_the_bus
from tests.service.test_hostile_clients import BEHAVIOURS, HOSTILE, STOP

SECONDS = 10.0
LOOKS = tuple(b'{"verb":"%s"}\n' % verb for verb in (b"picture", b"current", b"log")) * 50
STOP_EVERY_S = 0.5


class Steps:
    """Times every step of the loop: from the end of one wait to the beginning of the next."""

    def __init__(self, box: RealBox) -> None:
        clock = box.service.ports.clock
        self.wall_s: list[float] = []
        self.cpu_s: list[float] = []
        self._wait = clock.wait
        self._began: tuple[float, float] | None = None
        clock.wait = self._timed  # type: ignore[method-assign]

    def _timed(self, descriptors: Collection[int], until: float) -> Collection[int]:
        if self._began is not None:
            self.wall_s.append(time.perf_counter() - self._began[0])
            self.cpu_s.append(time.thread_time() - self._began[1])
        found = self._wait(descriptors, until)
        self._began = (time.perf_counter(), time.thread_time())
        return found


def attack(path: str) -> None:
    """A thousand clients, one after the other and again, until somebody ends this process."""
    clients: list[socket.socket] = []
    words = (*BEHAVIOURS, *LOOKS)
    number = 0
    while True:
        number += 1
        one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        one.setblocking(False)
        with suppress(OSError):
            one.connect(path)
            one.send(words[number % len(words)])
        clients.append(one)
        for old in clients[:-32]:
            # Those that are let in ask on, and read nothing.
            with suppress(OSError):
                old.send(words[number % len(words)])
        if len(clients) > HOSTILE:
            clients.pop(0).close()


def stopped_after_s(path: str, box: RealBox) -> float:
    """From the connection of a friend to the frame that is off."""
    began = time.perf_counter()
    while True:
        friend = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            friend.connect(path)
            friend.sendall(STOP)
            break
        except OSError:
            friend.close()
    while box.record.state is State.STIMULATING:
        time.sleep(0)
    taken = time.perf_counter() - began
    friend.close()
    return taken


def main(seconds: float) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, board, bus = Path(name), Watched(), SlowBus()
        put_on_the_bus(bus)
        box = RealBox(folder, board.path, screen="none", journal=False)
        box.service.ports.socket = ControlServer(folder)
        steps, path = Steps(box.start()), str(folder / NAME)
        calm, stops = _measure(box, steps, path, seconds / 2)
        hostile = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.bench_socket", path])
        try:
            time.sleep(1.0)
            stormy, stops = _measure(box, steps, path, seconds)
        finally:
            hostile.kill()
            hostile.wait()
        box.close()
        board.close()
    print(f"steps of the loop, ms; load of the machine: {os.getloadavg()[0]:.1f}")
    print(f"{'':22}{'steps':>8}{'median':>9}{'longest':>9}{'longest on the processor':>27}")
    for what, row in (("nobody at the socket", calm), (f"{HOSTILE} hostile clients", stormy)):
        print(f"{what:22}{row}")
    print(f"`stop` among them: longest {max(stops) * 1e3:.1f} ms of {len(stops)}; aim 50 ms")
    print("aim: longest step under 60 ms")


def _measure(box: RealBox, steps: Steps, path: str, seconds: float) -> tuple[str, list[float]]:
    steps.wall_s.clear()
    steps.cpu_s.clear()
    stops = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        box.stimulate()
        time.sleep(STOP_EVERY_S)
        if box.record.report.state is BoardState.ON:
            stops.append(stopped_after_s(path, box))
    wall, cpu = sorted(steps.wall_s), sorted(steps.cpu_s)
    median = wall[len(wall) // 2]
    row = f"{len(wall):>8}{median * 1e3:>9.2f}{wall[-1] * 1e3:>9.1f}{cpu[-1] * 1e3:>27.1f}"
    return row, stops


if __name__ == "__main__":
    if len(sys.argv) > 1 and NAME in sys.argv[1]:
        attack(sys.argv[1])
    main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
