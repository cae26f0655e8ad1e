"""A board on a pseudo-terminal that says on its standard output when each first off came in.

A process of its own, as the real board is: it shares no interpreter lock with the service.
With a plain argument it is no board at all, and answers to any bytes.
"""

import os
import sys
import time
import tty

from appliance.clock import SystemClock
from appliance.simulator.boards.reference.board import Board
from appliance.simulator.wire import Wire
from appliance.stimulator.reference.protocol import State


class WatchedBoard(Board):
    """Tells when it left `armed` or `on`, with the time at which the bytes were read."""

    def feed(self, data: bytes, now: float) -> None:
        before = self.state
        super().feed(data, now)
        if before in (State.ARMED, State.ON) and self.state is State.OFF:
            print(f"{now:.9f}", flush=True)


def serve_board() -> None:
    clock = SystemClock()
    wire = Wire(WatchedBoard())
    print(wire.path, flush=True)
    # Standard input ends with the parent, whatever ends it.
    while 0 not in clock.wait([wire.fileno(), 0], wire.next_deadline()):
        wire.pump(clock.now())


def serve_bytes() -> None:
    near, far = os.openpty()
    tty.setraw(far)
    print(os.ttyname(far), flush=True)
    while os.read(near, 4096):
        print(f"{time.monotonic():.9f}", flush=True)


if __name__ == "__main__":
    serve_bytes() if "plain" in sys.argv else serve_board()
