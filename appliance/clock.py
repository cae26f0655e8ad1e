"""Monotonic time, waiting on descriptors, and the wake-up pipe of the control loop.

Time is an argument everywhere else: rooms below the service get `now` and never read a clock.
The simulator has a virtual clock with the same two methods.
"""

import math
import os
import select
import time
from collections.abc import Collection
from contextlib import suppress
from typing import Protocol

LONGEST_S = 3600.0
"""poll(2) takes no infinity."""


class Clock(Protocol):
    """Monotonic time in seconds, and a way to sleep until something happens."""

    def now(self) -> float:
        """Seconds since an arbitrary start; never goes back."""

    def wait(self, descriptors: Collection[int], until: float) -> Collection[int]:
        """Wait until a descriptor can be read or until `until` (seconds), whichever is first.

        Returns the descriptors that can be read.
        """


class SystemClock:
    """CLOCK_MONOTONIC and poll(2). Only one thread may wait on it."""

    def __init__(self) -> None:
        self._descriptors: tuple[int, ...] = ()
        self._poll = select.poll()

    def now(self) -> float:
        return time.monotonic()

    def wait(self, descriptors: Collection[int], until: float) -> Collection[int]:
        self._listen_to(tuple(descriptors))
        left_s = min(until - time.monotonic(), LONGEST_S)
        return [ready for ready, _ in self._poll.poll(max(0, math.ceil(left_s * 1000)))]

    def _listen_to(self, descriptors: tuple[int, ...]) -> None:
        # poll(2) stores only numbers. A port that was closed and opened again may get its old
        # number, which a permanent epoll set would not notice.
        if descriptors != self._descriptors:
            self._descriptors, self._poll = descriptors, select.poll()
            for descriptor in descriptors:
                self._poll.register(descriptor, select.POLLIN)


class Wakeup:
    """A pipe that ends a wait from any thread or signal handler; once closed, it wakes nobody."""

    def __init__(self) -> None:
        read_end, write_end = os.pipe()
        for end in (read_end, write_end):
            os.set_blocking(end, False)
        # File objects, not numbers: a late wake must not write into another file that was opened
        # under the same number.
        self._read_end = os.fdopen(read_end, "rb", buffering=0)
        self._write_end = os.fdopen(write_end, "wb", buffering=0)

    def fileno(self) -> int:
        return self._read_end.fileno()

    def wake(self) -> None:
        # What a full pipe does not take is not missed: a wake-up is pending already.
        with suppress(ValueError):
            self._write_end.write(b"!")

    def drain(self) -> None:
        self._read_end.read(4096)

    def close(self) -> None:
        self._write_end.close()
        self._read_end.close()
