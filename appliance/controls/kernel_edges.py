"""Edges and levels of lines of a GPIO chip, from the kernel's own descriptor: no thread, no wait.

Import this module through `pins.open_pins` only, which comes with `chip.py`.
"""

import os
from collections.abc import Sequence
from typing import Any

import gpiod
from gpiod.line import Bias, Direction, Edge, Value

from appliance.controls.edges import QUEUE_LENGTH, PinEdge
from appliance.controls.gpio_lines import CONSUMER


def request_of(chip: int, lines: Sequence[int]) -> Any:
    """One request for both edges of these lines, as inputs with their pull-up.

    One for all keeps the order of edges of different lines. Raises OSError.
    """
    settings = gpiod.LineSettings(
        direction=Direction.INPUT, edge_detection=Edge.BOTH, bias=Bias.PULL_UP
    )
    return gpiod.request_lines(
        f"/dev/gpiochip{chip}",
        config={tuple(lines): settings},
        consumer=CONSUMER,
        event_buffer_size=QUEUE_LENGTH,
    )


class KernelEdges:
    """What the kernel writes of the edges of some lines, with its own times.

    The kernel stamps an edge in its interrupt with CLOCK_MONOTONIC, which is the clock of
    `SystemClock`. `pins` are the pins by their line in `request`.
    """

    def __init__(self, request: Any, pins: dict[int, Any]) -> None:
        self._request: Any = request
        self._pins = pins
        # Otherwise the loop would sleep in a read that finds no edge.
        os.set_blocking(request.fd, False)

    def fileno(self) -> int:
        return int(self._request.fd)

    def take(self) -> list[PinEdge]:
        try:
            events = self._request.read_edge_events()
        except BlockingIOError:
            return []
        rising = gpiod.EdgeEvent.Type.RISING_EDGE
        return [
            PinEdge(
                self._pins[event.line_offset], event.event_type is rising, event.timestamp_ns / 1e9
            )
            for event in events
        ]

    def is_high(self, line: int) -> bool:
        """The level of a line now. Raises OSError."""
        return bool(self._request.get_value(line) is Value.ACTIVE)

    def close(self) -> None:
        if self._request:
            self._request.release()
