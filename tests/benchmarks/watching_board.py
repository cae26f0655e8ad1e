"""A board on a pseudo-terminal, and somebody at its end of the wire who says when an off came in.

The watcher is a process of its own, and so is the board behind it: they share no interpreter lock
with the service or with each other, and the time of an off is not that of a board that is
busy with its pulses. Both have a real-time priority where that is permitted, because a real board
has a processor of its own.
With `plain` there is no board at all, and any bytes are told of.
"""

import os
import select
import subprocess
import sys
import time
import tty
from contextlib import suppress

from appliance.clock import SystemClock
from appliance.simulator.boards.reference.board import Board
from appliance.simulator.wire import Wire
from appliance.stimulator.reference.codec import Decoder
from appliance.stimulator.reference.protocol import Off, SetPoint

PRIORITY = 40
STANDARD_INPUT = 0


def serve_watched() -> None:
    """Pass bytes both ways; print the time of the first off after set-points on standard output."""
    board = subprocess.Popen(
        [sys.executable, __file__, "board"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if board.stdout is None:
        raise RuntimeError("the board has no output")
    far = os.open(board.stdout.readline().strip(), os.O_RDWR | os.O_NOCTTY)
    near, service = _terminal()
    print(os.ttyname(service), flush=True)
    decoder, is_on = Decoder(), False
    ready = select.poll()
    for descriptor in (near, far, STANDARD_INPUT):
        ready.register(descriptor, select.POLLIN)
    while True:
        readable = [descriptor for descriptor, _ in ready.poll()]
        at = time.monotonic()
        # Standard input ends with the parent, whatever ends it.
        if STANDARD_INPUT in readable:
            return
        if near in readable:
            data = os.read(near, 4096)
            for message in decoder.feed(data):
                if is_on and isinstance(message, Off):
                    print(f"{at:.9f}", flush=True)
                is_on = isinstance(message, SetPoint)
            os.write(far, data)
        if far in readable:
            os.write(near, os.read(far, 4096))


def serve_board() -> None:
    clock = SystemClock()
    wire = Wire(Board())
    print(wire.path, flush=True)
    while STANDARD_INPUT not in clock.wait([wire.fileno(), STANDARD_INPUT], wire.next_deadline()):
        wire.pump(clock.now())


def serve_bytes() -> None:
    near, service = _terminal()
    print(os.ttyname(service), flush=True)
    while os.read(near, 4096):
        print(f"{time.monotonic():.9f}", flush=True)


def _terminal() -> tuple[int, int]:
    """The near end of a pseudo-terminal, and the service's, which stays open here."""
    near, service = os.openpty()
    tty.setraw(service)
    return near, service


if __name__ == "__main__":
    with suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    what = {"board": serve_board, "plain": serve_bytes}
    what.get("".join(sys.argv[1:]), serve_watched)()
