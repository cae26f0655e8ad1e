"""`run` as it ships, on gpiozero's mock pins, and hands on those pins that standard input moves.

    python -m tests.service.handled_run CONFIG [--at-ready]

A line is `AFTER_S KEY FOR_S`, `AFTER_S turn DETENTS`, or `ready`; when it is done, `done` is said
on standard output. After the end the enable line is told: its level, and the edges that it gave.
With `ready`, or `--at-ready` from the start, the walk through checklist, skin and pads is taken as
done: a session is a record, so it can simply be written down.
"""

import json
import select
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from appliance.cli import main
from appliance.controls import pins
from appliance.journal.clock_trust import ClockTrust
from appliance.service import assembly
from appliance.service.loop import Service
from appliance.session import stage_layout
from appliance.session.board import Link
from appliance.session.events import Button
from appliance.session.record import Record
from appliance.session.state import State
from appliance.settings.model import Controls, Indicators
from appliance.simulator.scripted_hands import Hands, Press, Turn
from appliance.therapy.offers import Option
from appliance.therapy.plan import Offer

KEYS = {"confirm": Button.CONFIRM, "back": Button.BACK, "stop": "stop"}
ROUTINE = "comfort_80"
"""Current without a rest, at 80 Hz."""


def move(hands: Hands, service: Service) -> None:
    """Do what standard input says, in a thread as late and as early as real hands."""
    poll = select.poll()
    for line in sys.stdin:
        if line == "ready\n":
            write_down_ready(service)
            continue
        after_s, what, number = line.split()
        at = time.monotonic() + float(after_s)
        if what == "turn":
            hands.do(Turn(at, int(number)))
        else:
            hands.do(Press(at, KEYS[what], float(number)))  # type: ignore[arg-type]
        while (due := hands.next_deadline) is not None:
            poll.poll(max(0.0, due - time.monotonic()) * 1000)
            hands.perform(time.monotonic())
        print("done", flush=True)


def at_ready(record: Record) -> Record:
    """The same box, with a person in `ready` for the continuous program."""
    routine = record.rules.catalogue.routines[ROUTINE]
    option = Option(Offer.COMFORT, routine.id, routine.stages, gentle=False)
    record = record.but(visit=stage_layout.begin_visit(option))
    return record.but(
        state=State.READY,
        run=stage_layout.lay_out(record),
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


def run(config: str, starts_at_ready: bool) -> int:
    factories: list[Any] = []
    lines: list[Any] = []
    make_pins, assemble = pins.mock_pins, assembly.assemble

    def remembered_pins() -> Any:
        factories.append(make_pins())
        return factories[-1]

    def handled(*arguments: Any) -> Service:
        service = assemble(*arguments)
        # Not before the service has its pins. Until then STOP is open, as without its lead.
        hands = Hands(Controls(), factories[0])
        # Held here: the factory forgets its pins when the service has closed it.
        lines.append(factories[0].pin(Indicators().enable_line))
        threading.Thread(target=move, args=(hands, service), daemon=True).start()
        if starts_at_ready:
            write_down_ready(service)
        return service

    pins.mock_pins = remembered_pins
    assembly.assemble = handled  # type: ignore[assignment]
    # As on a machine with network time: with a doubtful date the long list would be due.
    trusts, networked = ClockTrust.__call__, ClockTrust(synchronised=lambda: True)
    ClockTrust.__call__ = lambda _, *times: trusts(networked, *times)  # type: ignore[method-assign]
    code = main(["run", "--config", config])
    (line,) = lines
    print(json.dumps({"level": line.state, "edges": len(line.states) - 1}), flush=True)
    return code


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], "--at-ready" in sys.argv))
