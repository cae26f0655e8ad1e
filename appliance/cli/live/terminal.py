"""A terminal that gets only what changed, in commands that a VT100 of 1978 knows.

No colour, no scrolling. curses would send as little, but does not tell how much it sent, and the
frames are paced by that. The keyboard is read for `q` alone; the box hears none of it.
"""

import os
import re
import select
import signal
import sys
import termios
import tty
from collections.abc import Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

_CLEAR = "\x1b[H\x1b[2J"
_ALTERNATE, _BACK = "\x1b[?1049h", "\x1b[?1049l"
_HIDE_CURSOR, _SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
_BRIDGED = 8
"""A gap between two changes that is shorter than a jump over it is written again."""
_CHANGED = re.compile(rf"x(?:[x ]{{0,{_BRIDGED}}}x)*")
LEAST = (20, 5)


def difference(old: Sequence[str], new: Sequence[str]) -> str:
    """The commands that change the old lines on a terminal into the new ones, of the same size."""
    return "".join(
        f"\x1b[{row};{start + 1}H{after[start:end]}"
        for row, (before, after) in enumerate(zip(old, new, strict=True), 1)
        if before != after
        for start, end in _runs(before, after)
    )


def _runs(before: str, after: str) -> Iterator[tuple[int, int]]:
    marks = "".join(" " if a == b else "x" for a, b in zip(before, after, strict=True))
    for run in _CHANGED.finditer(marks):
        yield run.span()


class Terminal:
    """The terminal of this process, while the view is on it."""

    def __init__(self) -> None:
        self.sent = 0
        """Bytes that were written so far."""
        self._shown: tuple[str, ...] = ()
        self._before: list[Any] | None = None
        self._ended = False
        self._listens = sys.stdin.isatty()

    def __enter__(self) -> Self:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._end)
        signal.signal(signal.SIGCONT, self._continue)
        if self._listens:
            self._before = termios.tcgetattr(sys.stdin)
            tty.setcbreak(sys.stdin)
        self._write(_ALTERNATE + _HIDE_CURSOR)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # A terminal that has gone away is not restored.
        with suppress(OSError):
            self._write(_CLEAR + _SHOW_CURSOR + _BACK)
        if self._before is not None:
            # TCSAFLUSH discards what was typed meanwhile, so the shell does not get it.
            with suppress(termios.error):
                termios.tcsetattr(sys.stdin, termios.TCSAFLUSH, self._before)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        columns, rows = os.get_terminal_size(sys.stdout.fileno())
        return max(columns, LEAST[0]), max(rows, LEAST[1])

    def show(self, lines: Sequence[str]) -> int:
        """Show these lines, each as wide as the terminal; how many bytes that took."""
        before = self.sent
        size = [len(line) for line in lines]
        if [len(line) for line in self._shown] != size:
            self._shown = tuple(" " * width for width in size)
            self._write(_CLEAR)
        self._write(difference(self._shown, lines))
        self._shown = tuple(lines)
        return self.sent - before

    def wait(self, seconds: float) -> bool:
        """Wait. Return whether the view goes on: neither `q` nor a signal has ended it."""
        if not self._listens:
            select.select([], [], [], seconds)
            return not self._ended
        if select.select([sys.stdin], [], [], seconds)[0]:
            typed = os.read(sys.stdin.fileno(), 1024)
            self._ended |= b"q" in typed.lower()
            # A terminal that hung up.
            self._ended |= not typed
        return not self._ended

    def _write(self, text: str) -> None:
        data = text.encode(sys.stdout.encoding, errors="replace")
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        self.sent += len(data)

    def _end(self, number: int, frame: object) -> None:
        self._ended = True

    def _continue(self, number: int, frame: object) -> None:
        """After Ctrl-Z and `fg` the shell has used the terminal."""
        self._shown = ()
        if self._listens:
            tty.setcbreak(sys.stdin)
