"""`ems-appliance run` with hands on its pins: `python -m tests.firmware.run_with_hands CONFIG`.

The verb and everything behind it are the real ones; only gpiozero's mock pins are moved, by
lines on standard input: `press KEY SECONDS AFTER`, `release KEY AFTER`, `turn DETENTS AFTER`,
with AFTER in seconds from now. With `--at-ready` the walk through checklist, skin and pads
is taken as done: a session is a record, so it can simply be written down.
"""

import os
import select
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from appliance import assembly
from appliance.cli import main
from appliance.controls import pins
from appliance.service import Service
from appliance.session import stages
from appliance.session.board import Link
from appliance.session.events import Button
from appliance.session.record import Record
from appliance.session.state import State
from appliance.settings import reading
from appliance.simulator.hands import Hands, Press, Release, Turn
from appliance.therapy.plan import Offer, Option

ROUTINE = "comfort_80"
"""Current without a rest, at 80 Hz."""


class Desk:
    """Hands that do what standard input says, in a thread as late and as early as real ones."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        waiting = b""
        while True:
            deadline = self._hands.next_deadline
            left_s = None if deadline is None else max(0.0, deadline - time.monotonic())
            if select.select([0], [], [], left_s)[0]:
                data = os.read(0, 4096)
                if not data:
                    return
                *lines, waiting = (waiting + data).split(b"\n")
                for line in lines:
                    self._obey(*line.decode().split())
            self._hands.perform(time.monotonic())

    def _obey(self, verb: str, *words: str) -> None:
        at = time.monotonic() + float(words[-1])
        if verb == "turn":
            step = 1 if int(words[0]) > 0 else -1
            # Slowly enough for the level to follow.
            turns = [Turn(at + 0.55 * i, step) for i in range(abs(int(words[0])))]
            self._hands.do(*turns)
            return
        key: Any = words[0] if words[0] == "stop" else Button(words[0])
        self._hands.do(Press(at, key, float(words[1])) if verb == "press" else Release(at, key))


def at_ready(record: Record) -> Record:
    """The same box, with a person in `ready` for the continuous program."""
    routine = record.rules.catalogue.routines[ROUTINE]
    option = Option(Offer.COMFORT, routine.id, routine.stages, gentle=False)
    record = record.but(visit=stages.begin_visit(option))
    return record.but(
        state=State.READY,
        run=stages.lay_out(record),
        checklist_valid=True,
        stop_test_passed=True,
        screen=record.screen + 1,
        entered_at=record.now,
        shown_at=record.now,
        shown_by_hand=True,
        touched_at=record.now,
    )


def write_down_ready(service: Service) -> None:
    """As soon as the box is in `locked` and knows its board, its record is another one."""
    step: Callable[[], None] = service.wait_and_step

    def step_and_look() -> None:
        step()
        record = service.record
        known = record.histories is not None and record.report.link is Link.UP
        if record.state is State.LOCKED and known:
            service.record = at_ready(record)
            service.wait_and_step = step  # type: ignore[method-assign]
            print(f"{record.now:.3f} written down: ready", file=sys.stderr, flush=True)

    service.wait_and_step = step_and_look  # type: ignore[method-assign]


def run(config: Path, starts_at_ready: bool) -> int:
    factories: list[Any] = []
    make_pins, assemble = pins.mock_pins, assembly.assemble

    def remembered_pins() -> Any:
        factories.append(make_pins())
        return factories[-1]

    def assembled(*arguments: Any) -> Service:
        service = assemble(*arguments)
        Desk(Hands(reading.load(config, os.environ).controls, factories[0]))
        if starts_at_ready:
            write_down_ready(service)
        return service

    pins.mock_pins = remembered_pins
    assembly.assemble = assembled  # type: ignore[assignment]
    return main(["run", "--config", str(config)])


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1]), "--at-ready" in sys.argv))
