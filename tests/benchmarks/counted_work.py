"""Work whose instructions bench_instructions counts, one piece a name.

Run under valgrind's callgrind with counting off at the start, or with `--by-processor`: then the
processor counts, and its count is told before the number of pieces. Counting is on only while
the named work runs.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from appliance.session.events import Event
from appliance.session.record import Record
from tests.benchmarks.bench_virtual import STEP_S, Unwatched, stimulating_box, stimulating_core
from tests.benchmarks.instruction_counter import InstructionCounter
from tests.session.core import Core

STRETCH_S = 12.0
"""A whole cycle of a contraction: both ramps, the hold and the rest."""
FRAMES = 40
Counted = Callable[[Callable[[], object], int], None]
"""Does the work with counting on; the other argument is how many pieces that is."""


class Hearing(Unwatched):
    """Keeps what the session was told in each step."""

    def __init__(self) -> None:
        self.told: list[tuple[float, Sequence[Event]]] = []

    def saw(self, *told: object) -> None:
        _, heard, after = told
        if isinstance(after, Record) and isinstance(heard, list):
            self.told.append((after.now, heard))


def steps(core: Core) -> tuple[Callable[[], object], int]:
    """The session's steps alone: what the board says in each has been worked out before."""
    began, hearing = core.record, Hearing()
    core.witness = hearing  # type: ignore[assignment]
    core.wait(STRETCH_S, dt=STEP_S)
    session, told = core.session, hearing.told

    def run() -> None:
        record = began
        for now, heard in told:
            record = session.step(record, now, heard)

    return run, len(told)


def session(counted: Counted) -> None:
    """A step of the session."""
    counted(*steps(stimulating_core()))


def board(counted: Counted) -> None:
    """The same with the perfect board of the tests, which bench_virtual times."""
    core = stimulating_core()
    counted(lambda: core.wait(STRETCH_S, dt=STEP_S), round(STRETCH_S / STEP_S))


def box(counted: Counted) -> None:
    """A virtual second of the whole box and of the simulated board at its port."""
    with tempfile.TemporaryDirectory() as folder:
        virtual = stimulating_box(Path(folder))
        counted(lambda: virtual.wait(STRETCH_S), round(STRETCH_S))
        virtual.close()


def frame(counted: Counted) -> None:
    """A new picture of the panel, from the view to the bytes on the bus."""
    # Here: under valgrind these imports take seconds, which the other pieces save.
    from appliance.screen.display.oled import open_oled
    from appliance.screen.draw import draw
    from appliance.settings.words import Words
    from tests.benchmarks.slow_bus import CountingBus, put_on_the_bus

    put_on_the_bus(CountingBus())
    glass, words = open_oled("ssd1306", 1, 0x3C, upside_down=False), Words.load()
    with tempfile.TemporaryDirectory() as folder:
        virtual = stimulating_box(Path(folder))
        views = []
        for _ in range(FRAMES):
            virtual.wait(0.3)
            views.append(virtual.view)
        virtual.close()
    for view in views[:2]:
        glass.show(draw(view, words))

    def run() -> None:
        for view in views[2:]:
            glass.show(draw(view, words))

    counted(run, len(views) - 2)


def count_under_valgrind(work: Callable[[], object], times: int) -> None:
    """Say how many times it was done."""
    switch_valgrind("on")
    work()
    switch_valgrind("off")
    print(times, flush=True)


def switch_valgrind(to: str) -> None:
    words = ("callgrind_control", f"--instr={to}", str(os.getpid()))
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def by_processor() -> Counted:
    """Says how many instructions it took, and how many times it was done."""
    # Before the work has any thread: the counter counts only those that begin after it.
    counter = InstructionCounter()

    def count(work: Callable[[], object], times: int) -> None:
        counter.switch(on=True)
        work()
        counter.switch(on=False)
        print(counter.count(), times, flush=True)

    return count


WORK: dict[str, Callable[[Counted], None]] = {
    "session": session,
    "board": board,
    "box": box,
    "frame": frame,
}


def main(name: str, *options: str) -> None:
    WORK[name](by_processor() if options == ("--by-processor",) else count_under_valgrind)


if __name__ == "__main__":
    main(*sys.argv[1:])
