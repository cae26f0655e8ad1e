"""Monotonic time, waiting on descriptors, and the wake-up pipe of the control loop.

Time is an argument everywhere else: rooms below the service get `now` and never read a clock.
The simulator has a virtual clock with the same two methods.
"""

import math
import os
import select
import time
from collections.abc import Collection
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
    """A pipe that ends a wait from any thread or signal handler."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)

    def fileno(self) -> int:
        return self._read

    def wake(self) -> None:
        try:
            os.write(self._write, b"!")
        except BlockingIOError:
            # The pipe is full, so a wake-up is pending already.
            return

    def drain(self) -> None:
        try:
            os.read(self._read, 4096)
        except BlockingIOError:
            return

    def close(self) -> None:
        os.close(self._read)
        os.close(self._write)
