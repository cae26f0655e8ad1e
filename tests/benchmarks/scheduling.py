"""Ways to schedule the service beside processes that want every core, for the benchmarks.

`nice` is `Nice=-10`; with respect to other services the unit's `CPUWeight=1000` gives it the same
share. In the real-time classes every thread of the service has the same priority, except for
`fifo loop`: there the control loop alone is in one and the other threads are as in `nice`, which is
what `CPUSchedulingResetOnFork=` beside `CPUWeight=1000` makes of a unit.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

ORDINARY, NICE, FIFO, ROUND_ROBIN, FIFO_LOOP = "ordinary", "nice", "fifo", "rr", "fifo loop"
SCHEDULINGS = (ORDINARY, NICE, FIFO, ROUND_ROBIN, FIFO_LOOP)
NICENESS = -10
PRIORITY = 10
"""Below the 50 of the kernel's interrupt threads."""
_SPIN = "while True: pass"


def schedule(name: str, process: int = 0) -> None:
    """Put this process (all of its later threads, too) under one of them, before it starts threads.

    Raises PermissionError where that is not allowed.
    """
    if name in (NICE, FIFO_LOOP):
        os.setpriority(os.PRIO_PROCESS, process, NICENESS)
    elif name in (FIFO, ROUND_ROBIN):
        policy = os.SCHED_FIFO if name == FIFO else os.SCHED_RR
        os.sched_setscheduler(process, policy, os.sched_param(PRIORITY))


def schedule_loop(name: str, thread: int) -> None:
    """What there is to do once the loop's thread runs. Raises PermissionError."""
    if name == FIFO_LOOP:
        os.sched_setscheduler(thread, os.SCHED_FIFO, os.sched_param(PRIORITY))


@contextmanager
def busy(others: int) -> Iterator[None]:
    """So many processes beside it that want a core for themselves."""
    spinning = [
        subprocess.Popen([sys.executable, "-c", _SPIN], preexec_fn=_ordinary) for _ in range(others)
    ]
    try:
        yield
    finally:
        for one in spinning:
            one.kill()
            one.wait()


def _ordinary() -> None:
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
