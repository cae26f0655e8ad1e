"""Runs the virtual box in proportion to real time, for a person at a terminal."""

import time
from collections.abc import Callable

from appliance.virtual_box.box import VirtualBox

BUDGET_S = 0.02
"""Real seconds that the box may take of a tick; the rest is the terminal's."""
LONGEST_S = 0.25
"""A terminal that was suspended for longer does not make up for it."""
SLOWEST, FASTEST = 0.1, 1000.0
SETTLE_S = 1.0
"""Real seconds over which the speed that is reached is averaged."""
BEHIND = 0.95


class Pace:
    """Runs a box as real time passes. If the machine is too slow, virtual time slows down.

    `real_time` gives real seconds from any start; `speed` is virtual seconds to a real one.
    """

    def __init__(
        self, box: VirtualBox, speed: float = 1.0, real_time: Callable[[], float] = time.monotonic
    ) -> None:
        self.speed = speed
        self.reached = speed
        """Virtual seconds to a real one, as the machine has lately managed."""
        self._box = box
        self._real_time = real_time
        self._seen = real_time()

    def tick(self) -> bool:
        """Let the box live for the time since the last tick; whether any has passed."""
        began = self._real_time()
        elapsed_s = min(began - self._seen, LONGEST_S)
        self._seen = began
        if elapsed_s <= 0:
            return False
        before = self._box.now
        until = before + elapsed_s * self.speed
        self._box.live_until(until, lambda: self._real_time() - began < BUDGET_S)
        managed = (self._box.now - before) / elapsed_s
        self.reached += (managed - self.reached) * min(1.0, elapsed_s / SETTLE_S)
        return True

    @property
    def falls_behind(self) -> bool:
        """Whether the machine is slower than what was asked for."""
        return self.reached < self.speed * BEHIND

    def change(self, factor: float) -> None:
        """Faster or slower from now on."""
        self.speed = min(max(self.speed * factor, SLOWEST), FASTEST)
        self.reached = min(self.reached, self.speed) if factor < 1.0 else self.speed
