"""A panel's bus that takes the time that a real one takes.

It loads nothing of the appliance, so that a start which is measured loads it itself.
"""

import threading
import time
from typing import Any

import smbus2

BYTE_S = 9 / 400_000
"""Eight bits and their acknowledgement on a fast bus."""
PICTURE_BYTES = 1024
"""Of a panel of 128 x 64."""


class SlowBus:
    """smbus with a panel that acknowledges everything, as fast as 400 kHz go."""

    def __init__(self) -> None:
        self.sent = 0
        self.written = threading.Event()
        self.pictured_at = float("inf")
        """When the first picture was whole: more bytes than setting a panel up takes."""

    def write_i2c_block_data(self, address: int, control: int, data: list[int]) -> None:
        self._transfer(2 + len(data))

    def i2c_rdwr(self, *messages: Any) -> None:
        self._transfer(sum(1 + message.len for message in messages))

    def close(self) -> None:
        pass

    def _transfer(self, count: int) -> None:
        self.sent += count
        self.written.set()
        self.take(count)
        if self.sent > PICTURE_BYTES:
            self.pictured_at = min(self.pictured_at, time.monotonic())

    def take(self, count: int) -> None:
        time.sleep(count * BYTE_S)


class CountingBus(SlowBus):
    """The same, taking no time."""

    def take(self, count: int) -> None:
        pass


def put_on_the_bus(bus: SlowBus) -> None:
    """luma finds this bus in place of /dev/i2c-1."""
    smbus2.SMBus = lambda port: bus
