"""A GPIO chip below lgpio and gpiod: the levels of its lines, and one request for their edges."""

import os
from typing import Any

import gpiod
import pytest
from gpiod.line import Value


class Metal:
    """The functions of lgpio and gpiod that end in the kernel, on lines that a test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.high = dict.fromkeys(range(28), True)
        self.held_by_lgpio: set[int] = set()
        self.request: Request | None = None
        functions: dict[str, Any] = {
            "gpiochip_open": lambda chip: 0,
            "gpiochip_close": lambda handle: 0,
            "gpio_get_mode": lambda handle, line: 0,
            "gpio_claim_input": lambda handle, line, flags=0: self._claim(line),
            "gpio_free": lambda handle, line: self.held_by_lgpio.remove(line),
            "gpio_read": lambda handle, line: int(self.high[line]),
        }
        for name, function in functions.items():
            monkeypatch.setattr(f"lgpio.{name}", function)
        monkeypatch.setattr(gpiod, "request_lines", self._request)

    def move(self, line: int, *, high: bool, at: float) -> None:
        """A contact moves the line, and the kernel stamps the edge."""
        self.now = at
        self.high[line] = high
        if self.request is not None and line in self.request.lines:
            self.request.edge(line, high, at)

    def _claim(self, line: int) -> None:
        if self.request is not None and line in self.request.lines:
            raise OSError("GPIO busy")
        self.held_by_lgpio.add(line)

    def _request(self, path: str, config: Any, **options: Any) -> "Request":
        (lines,) = config
        if busy := self.held_by_lgpio & set(lines):
            raise OSError(f"lines {busy} are busy")
        self.request = Request(self, lines)
        return self.request


class Request:
    """What the kernel gives for a request: a descriptor with edges, and levels."""

    def __init__(self, metal: Metal, lines: tuple[int, ...]) -> None:
        self._metal = metal
        self.lines = lines
        self.fd, self._far_end = os.pipe()
        self._events: list[gpiod.EdgeEvent] = []
        self.broken = False

    def edge(self, line: int, high: bool, at: float) -> None:
        kind = gpiod.EdgeEvent.Type
        event_type = (kind.RISING_EDGE if high else kind.FALLING_EDGE).value
        self._events.append(gpiod.EdgeEvent(event_type, round(at * 1e9), line, 0, 0))
        os.write(self._far_end, b"\0")

    def read_edge_events(self) -> list[gpiod.EdgeEvent]:
        if self.broken:
            raise OSError("no such device")
        os.read(self.fd, 4096)
        events, self._events = self._events, []
        return events

    def get_value(self, line: int) -> Value:
        if self.broken:
            raise OSError("no such device")
        return Value.ACTIVE if self._metal.high[line] else Value.INACTIVE

    def release(self) -> None:
        if not self:
            raise gpiod.RequestReleasedError()
        self.lines = ()
        os.close(self.fd)
        os.close(self._far_end)

    def __bool__(self) -> bool:
        return bool(self.lines)
