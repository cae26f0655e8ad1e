"""What the benchmarks measure: the real service on mock pins, a slow bus, a board process.

A board's other end is a process of its own, as the real one is; the I2C bus takes the time
that 400 kHz take. Records are forged where a hand would need minutes.
"""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance.clock import SystemClock, Wakeup
from appliance.controls.pins import mock_pins
from appliance.journal.recorder import Recorder
from appliance.journal.reopening import Source
from appliance.log import Tailed, TextLines
from appliance.screen.display.panel import Panel, glass_maker
from appliance.service.box_power import BoxPower
from appliance.service.loop import Service
from appliance.service.missing_parts import NoJournal, NoVoice
from appliance.service.parts import controls_on
from appliance.service.ports import Ports, Voice
from appliance.session import stage_layout
from appliance.session.board import BoardState, Link
from appliance.session.notes import FaultSeen
from appliance.session.record import Record, Rules
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from appliance.settings import library
from appliance.settings.model import Settings
from appliance.settings.words import Words, languages
from appliance.stimulator.reference.driver import ReferenceStimulator
from appliance.therapy.offers import Option
from appliance.therapy.plan import Offer
from appliance.therapy.units import NEVER

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0
LEVEL_MA = 20.0
IN_A_CONTRACTION_S = 200.0
"""So far into the default stage its contractions have begun."""


class Watched:
    """The child process at the other end of the wire, and the times that it tells."""

    def __init__(self, *arguments: str) -> None:
        self._child = subprocess.Popen(
            [sys.executable, str(ROOT / "tests/benchmarks/watching_board.py"), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self.path = self.line()

    def line(self) -> str:
        if self._child.stdout is None:
            raise RuntimeError("the child has no output")
        return self._child.stdout.readline().strip()

    def close(self) -> None:
        self._child.kill()
        self._child.wait()


@contextmanager
def looked_at(folder: Path) -> Iterator[None]:
    """Somebody looks over the control socket in `folder`, twenty times a second."""
    looking = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.small_processes", "look", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        yield
    finally:
        looking.kill()
        looking.wait()


class RealBox:
    """A service in a thread of its own, with pins to move and a record to forge."""

    def __init__(
        self,
        folder: Path,
        port: str,
        *,
        screen: str,
        journal: bool = True,
        voice: Voice | None = None,
    ) -> None:
        # The record is forged, so the journal misses the session's beginning.
        logging.disable(logging.WARNING)
        settings = Settings()
        clock, wakeup = SystemClock(), Wakeup()
        self._wakeup = wakeup
        self.factory: Any = mock_pins()
        self.stop = self.factory.pin(settings.controls.stop)
        self.knob = [
            self.factory.pin(p) for p in (settings.controls.knob_a, settings.controls.knob_b)
        ]
        pins = controls_on(self.factory, settings, clock)
        catalogue = library.load_catalogue(Path(os.devnull), settings)
        source = Source(folder / "journal.sqlite3", wall_clock=lambda: datetime.now().astimezone())
        self.service = Service(
            Ports(
                clock=clock,
                rules=Rules(settings.plan, settings.limits, catalogue, languages()),
                words=Words.load("en"),
                board=ReferenceStimulator(port),
                controls=pins.controls,
                indicators=pins.indicators,
                screen=Panel(glass_maker(screen), Words.load),
                journal=Recorder(source, wake=wakeup.wake) if journal else NoJournal(),
                wakeup=wakeup,
                power=BoxPower(folder),
                voice=voice or NoVoice(),
                driver=settings.stimulator.driver,
                volume=settings.sound.volume,
                log=Tailed(TextLines((folder / "log").open("w"))),
            )
        )
        # Only now: a pin that is made an input with a pull-up goes high.
        self.stop.drive_low()
        self._thread = threading.Thread(target=self.service.run, name="loop")

        self._is_open = True
        self._busy: list[threading.Thread] = []

    @property
    def loop_thread(self) -> int:
        """The kernel's number of the loop's thread."""
        return self._thread.native_id or 0

    def start(self) -> "RealBox":
        self._thread.start()
        self.wait(lambda: self.record.state is State.LOCKED and self.is_linked)
        return self

    def close(self) -> None:
        self._is_open = False
        for busy in self._busy:
            busy.join()
        self.service.end()
        self._thread.join()

    @property
    def record(self) -> Record:
        return self.service.record

    @property
    def is_linked(self) -> bool:
        return self.record.report.link is Link.UP

    def stimulate(self, elapsed_s: float = IN_A_CONTRACTION_S) -> None:
        """Put the record into a stage; again, where a step of the loop overwrote it."""
        self.wait(lambda: self.is_linked and self.record.report.state is BoardState.OFF)
        until = time.monotonic() + PATIENCE_S
        while self.record.report.state is not BoardState.ON:
            if time.monotonic() > until:
                raise TimeoutError("no current")
            if self.record.state is not State.STIMULATING and self.is_linked:
                self.service.record = _stimulating(self.record, elapsed_s)
                self._wakeup.wake()
            time.sleep(0.005)

    def wait(self, holds: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE_S
        while not holds():
            if time.monotonic() > until:
                raise TimeoutError(f"the box stays in {self.record.state}")
            time.sleep(0.002)

    def keep_drawing(self) -> None:
        """Something new on the screen, thirty times a second."""
        self._keep(self._draw)

    def keep_writing(self) -> None:
        """A hundred journal entries a second."""
        self._keep(self._write)

    def keep_logging(self) -> None:
        """Fifty lines a second in the log."""
        self._keep(self._log)

    def _keep(self, work: Callable[[], None]) -> None:
        self._busy.append(threading.Thread(target=work))
        self._busy[-1].start()

    def _draw(self) -> None:
        shown = 0
        while self._is_open:
            shown += 1
            view = view_of(self.record)
            self.service.ports.screen.show(view.but(battery=(shown % 50) / 50, page=shown % 2))
            time.sleep(0.03)

    def _log(self) -> None:
        while self._is_open:
            self.service.ports.log.write("a line as long as most lines of the log are, or so")
            time.sleep(0.02)

    def _write(self) -> None:
        while self._is_open:
            self.service.ports.journal.put([FaultSeen(time.monotonic(), "journal_set_aside")])
            time.sleep(0.01)


def _stimulating(record: Record, elapsed_s: float) -> Record:
    """A record so far into a stage. It is data, so it can simply be written down."""
    rules = record.rules
    routine = rules.catalogue.routines[rules.plan.routine]
    visit = stage_layout.begin_visit(
        Option(Offer.ROUTINE, routine.id, routine.stages, gentle=False)
    )
    record = record.but(visit=visit, run=None, now=time.monotonic())
    run = stage_layout.lay_out(record)
    if run is None:
        raise RuntimeError("no board")
    levels = run.levels.but(level=(LEVEL_MA, LEVEL_MA), target=(LEVEL_MA, LEVEL_MA))
    return record.but(
        state=State.STIMULATING,
        checklist_valid=True,
        stop_test_passed=True,
        stop_open=False,
        entered_at=record.now,
        touched_at=record.now,
        run=run.but(
            began=True,
            levels=levels,
            started_at=record.now,
            elapsed_s=elapsed_s,
            booked_s=NEVER,
            cycle_start_s=elapsed_s,
        ),
        visit=visit.but(begun=True),
    )


def quantiles_us(taken: list[float]) -> str:
    """Median, 99th and 99.9th percentile, and the worst."""
    taken = sorted(taken)
    at = [taken[min(len(taken) - 1, int(share * len(taken)))] for share in (0.5, 0.99, 0.999)]
    return "".join(f"{value * 1e6:>10.0f}" for value in (*at, taken[-1]))
