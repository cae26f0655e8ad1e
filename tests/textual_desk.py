"""Somebody at a terminal program of Textual: how a test opens it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Generic, Self, TypeVar

from rich.segment import Segment
from textual.app import App
from textual.pilot import Pilot

Program = TypeVar("Program", bound=App[Any])


class TextualDesk(Generic[Program]):
    """A program in a terminal of 80 x 24, while it is open."""

    def __init__(self, app: Program) -> None:
        self.app = app
        self._pilot: Pilot[None] | None = None

    @property
    def pilot(self) -> Pilot[None]:
        if self._pilot is None:
            raise LookupError("the program is not there yet")
        return self._pilot

    def lines(self) -> list[list[Segment]]:
        """What the terminal shows, line by line, with its styles."""
        # Textual itself hands out pictures only (`export_screenshot`), with no text to read back.
        return [[*line] for line in self.app.screen._compositor.render_strips()]

    @asynccontextmanager
    async def open(self, width: int = 80, height: int = 24) -> AsyncIterator[Self]:
        async with self.app.run_test(size=(width, height)) as pilot:
            self._pilot = pilot
            yield self
