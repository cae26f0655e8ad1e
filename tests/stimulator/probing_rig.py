"""A board on a wire, and a clock for the prober: time is virtual, bytes are real."""

import select
from collections.abc import Collection
from pathlib import Path

from appliance.simulator.wire import Device, Wire
from appliance.stimulator.probing import Found, probe

ARRIVES_MS = 20
"""What the kernel takes at most to carry bytes over a pseudo-terminal."""


class Rig:
    """A board on a wire, and the prober's clock."""

    def __init__(self, device: Device, folder: Path) -> None:
        self.device = device
        self.wire = Wire(device, folder / "board")
        self.told: list[str] = []
        self.first_byte_at: float | None = None
        self._now = 0.0

    def now(self) -> float:
        return self._now

    def wait(self, descriptors: Collection[int], until: float) -> Collection[int]:
        self._pump()
        poll = select.poll()
        for descriptor in descriptors:
            poll.register(descriptor, select.POLLIN)
        while not (ready := poll.poll(ARRIVES_MS)) and self._now < until:
            self._now = min(until, max(self._now, self.wire.next_output()))
            self._pump()
        return [descriptor for descriptor, _ in ready]

    def _pump(self) -> None:
        for _ in range(2):
            self.wire.pump(self._now)
            if self.wire.received and self.first_byte_at is None:
                self.first_byte_at = self._now

    def probe(self) -> Found:
        return probe(self.wire.path, self, self.told.append)
