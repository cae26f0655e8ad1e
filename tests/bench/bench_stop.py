"""STOP: from the edge on its pin to the off frame's last byte at the board's end of the wire.

Beside it, in the same run: the shortest script there is, a gpiozero callback that writes the
same bytes. Screen and journal are kept busy all the while. Prints a table; asserts nothing.

    python tests/bench/bench_stop.py [SAMPLES]
"""

import logging
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance.assembly import controls_on
from appliance.clock import SystemClock, Wakeup
from appliance.controls.pins import mock_pins
from appliance.journal.keeper import Source
from appliance.journal.recorder import Recorder
from appliance.screen.panel import Panel, glass_maker
from appliance.service import Parts, Service
from appliance.session import stages
from appliance.session.board import BoardState, Link
from appliance.session.entries import FaultSeen
from appliance.session.record import Record, Rules
from appliance.session.state import State
from appliance.settings import library
from appliance.settings.model import Settings
from appliance.settings.words import Words
from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.codec import DELIMITER, encode
from appliance.stimulator.reference.driver import ReferenceStimulator

SAMPLES = 2000
CHILD = Path(__file__).with_name("watching_board.py")
ROOT = Path(__file__).parents[2]


class Watched:
    """The child process at the other end of the wire, and the times that it tells."""

    def __init__(self, *arguments: str) -> None:
        self._child = subprocess.Popen(
            [sys.executable, str(CHILD), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        )
        self.path = self.line()

    def line(self) -> str:
        if self._child.stdout is None:
            raise RuntimeError("the child has no output")
        return self._child.stdout.readline().strip()

    def close(self) -> None:
        self._child.kill()
        self._child.wait()


def shortest_script(samples: int) -> list[float]:
    """A callback on a gpiozero pin that writes the off frame, and nothing else."""
    from gpiozero import InputDevice
    from serial import Serial

    watched = Watched("plain")
    port = Serial(watched.path, 250000, timeout=0)
    factory = mock_pins()
    device = InputDevice(17, pull_up=True, pin_factory=factory)
    frame = DELIMITER + encode(protocol.Off(7))
    device.pin.drive_low()

    def pressed(ticks: object, state: object) -> None:
        port.write(frame)

    device.pin.when_changed = pressed
    taken = []
    for _ in range(samples):
        taken.append(_press(device.pin, watched))
        device.pin.drive_low()
        watched.line()
    watched.close()
    return taken


def _press(pin: Any, watched: Watched) -> float:
    began = time.monotonic()
    pin.drive_high()
    return float(watched.line()) - began


def appliance(samples: int, folder: Path) -> list[float]:
    """The whole service, with screen and journal busy."""
    watched = Watched()
    settings = Settings()
    factory = mock_pins()
    stop = factory.pin(settings.controls.stop)
    service = _service(watched.path, settings, factory, SystemClock(), folder)
    # Only now: a pin that is made an input with a pull-up goes high.
    stop.drive_low()
    taken: list[float] = []
    hand = threading.Thread(target=_hand, args=(service, stop, watched, samples, taken))
    hand.start()
    for busy in (_draw, _write):
        threading.Thread(target=busy, args=(service,), daemon=True).start()
    service.run()
    hand.join()
    watched.close()
    return taken


def _service(
    path: str, settings: Settings, factory: Any, clock: SystemClock, folder: Path
) -> Service:
    pins = controls_on(factory, settings, clock)
    words = Words.load("en")
    wakeup = Wakeup()
    source = Source(folder / "journal.sqlite3", wall_clock=lambda: datetime.now().astimezone())
    return Service(
        Parts(
            clock=clock,
            rules=Rules(
                settings.plan, settings.limits, library.load_catalogue(Path("/dev/null"), settings)
            ),
            words=words,
            board=ReferenceStimulator(path),
            hands=pins.hands,
            indicators=pins.indicators,
            panel=Panel(glass_maker("capture", capture_dir=folder), Words.load),
            diary=Recorder(source, wake=wakeup.wake),
            wakeup=wakeup,
            log=(folder / "log").open("w"),
        )
    )


def _hand(service: Service, stop: Any, watched: Watched, samples: int, taken: list[float]) -> None:
    _wait(lambda: service.record.report.link is Link.UP and service.record.state is State.LOCKED)
    for _ in range(samples):
        _wait(lambda: service.record.report.state is BoardState.OFF)
        _begin(service)
        taken.append(_press(stop, watched))
        _wait(lambda: service.record.state is not State.STIMULATING)
        stop.drive_low()
        _wait(lambda: not service.record.stop_open)
    service.end()


def _begin(service: Service) -> None:
    """Put the record into a contraction; again, where a step of the loop overwrote it."""
    while service.record.report.state is not BoardState.ON:
        if service.record.state is not State.STIMULATING:
            service.record = _stimulating(service.record)
            service._wakeup.wake()
        time.sleep(0.005)


def _wait(holds: Callable[[], bool]) -> None:
    while not holds():
        time.sleep(0.002)


def _stimulating(record: Record) -> Record:
    """A record in the middle of a contraction. It is data, so it can simply be written down."""
    rules = record.rules
    routine = rules.catalogue.routines[rules.plan.routine]
    from appliance.therapy.plan import Offer, Option

    visit = stages.begin_visit(Option(Offer.ROUTINE, routine.id, routine.stages, gentle=False))
    record = record.but(visit=visit, run=None, now=time.monotonic())
    run = stages.lay_out(record)
    if run is None:
        raise RuntimeError("no board")
    levels = replace(run.levels, level=(20.0, 20.0), target=(20.0, 20.0))
    return record.but(
        state=State.STIMULATING,
        checklist_valid=True,
        stop_test_passed=True,
        stop_open=False,
        entered_at=record.now,
        touched_at=record.now,
        run=run.but(
            began=True, levels=levels, started_at=record.now, elapsed_s=200.0, cycle_start_s=200.0
        ),
        visit=replace(visit, begun=True),
    )


def _draw(service: Service) -> None:
    """Something new on the screen, thirty times a second."""
    from appliance.session.viewing import view_of

    shown = 0
    while True:
        shown += 1
        view = view_of(service.record)
        service._parts.panel.show(replace(view, battery=(shown % 50) / 50, page=shown % 2))
        time.sleep(0.03)


def _write(service: Service) -> None:
    """A hundred journal entries a second."""
    while True:
        now = time.monotonic()
        service._parts.diary.put([FaultSeen(now, "journal_set_aside")])
        time.sleep(0.01)


def row(name: str, taken: list[float]) -> str:
    taken = sorted(taken)
    at = [taken[min(len(taken) - 1, int(share * len(taken)))] for share in (0.5, 0.99, 0.999)]
    return f"{name:<18}" + "".join(f"{value * 1e6:>12.0f}" for value in (*at, taken[-1]))


def main() -> None:
    # The record is forged, so the journal misses the session's beginning; that is not the point.
    logging.disable(logging.WARNING)
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES
    with tempfile.TemporaryDirectory() as folder:
        script = shortest_script(samples)
        ours = appliance(samples, Path(folder))
    print(f"STOP edge to the off frame's last byte, us, {samples} samples each")
    print(f"{'':<18}{'median':>12}{'p99':>12}{'p99.9':>12}{'worst':>12}")
    print(row("shortest script", script))
    print(row("this appliance", ours))
    ratio = statistics.median(ours) / statistics.median(script)
    print(f"median {ratio:.1f}x the shortest script (aim: 5x); p99.9 aim: 3000 us")


if __name__ == "__main__":
    main()
