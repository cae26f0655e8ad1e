"""`run` as it ships, on gpiozero's mock pins, and hands on those pins that standard input moves.

    python -m tests.service.handled_run CONFIG

A line is `AFTER_S KEY FOR_S`, or `AFTER_S turn DETENTS`; when it is done, `done` is said on
standard output. After the end the enable line is told: its level, and the edges that it gave.
"""

import json
import select
import sys
import threading
import time
from typing import Any

from appliance.cli import main
from appliance.controls import pins
from appliance.journal.clock_trust import ClockTrust
from appliance.session.events import Button
from appliance.settings.model import Controls, Indicators
from appliance.simulator.hands import Hands, Press, Turn

KEYS = {"confirm": Button.CONFIRM, "back": Button.BACK, "stop": "stop"}
made: list[Any] = []


def mock_pins_to_touch() -> Any:
    factory = shipped()
    made.append(factory)
    threading.Thread(target=move, args=(factory,), daemon=True).start()
    return factory


def move(factory: Any) -> None:
    hands: Hands | None = None
    poll = select.poll()
    for line in sys.stdin:
        # Not before the service has its pins. Until then STOP is open, as without its lead.
        hands = hands or Hands(Controls(), factory)
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


shipped = pins.mock_pins
pins.mock_pins = mock_pins_to_touch
# As on a machine with network time: with a doubtful date the long list would be due.
ClockTrust._network_time = lambda self: True  # type: ignore[method-assign]
code = main(["run", "--config", sys.argv[1]])
line = made[0].pin(Indicators().enable_line)
print(json.dumps({"level": line.state, "edges": len(line.states) - 1}), flush=True)
sys.exit(code)
