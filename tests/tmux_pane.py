"""A program in a real terminal of 80 x 24: tmux holds it, its keys drive it, its text is read.

What is waited for is the terminal's own output, never a time.
"""

import os
import selectors
import shutil
import subprocess
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

PATIENCE_S = 60.0
"""Silence of a terminal that shows a running clock."""
TMUX = shutil.which("tmux")
ROOT = Path(__file__).parents[1]


def skip_without_tmux(what: str) -> None:
    if TMUX is None:
        warnings.warn(f"tmux is not installed: {what} was not tried in it", stacklevel=1)
        pytest.skip("tmux is not installed")


class Pane:
    """A tmux server of its own with one pane, and the pane's output as it comes."""

    def __init__(self, folder: Path, command: str) -> None:
        self._socket = str(folder / "tmux")
        pipe = folder / "output"
        os.mkfifo(pipe)
        self._output = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._output, selectors.EVENT_READ)
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", command)
        self._tmux("pipe-pane", f"cat > {pipe}")

    def text(self) -> str:
        return self._tmux("capture-pane", "-p")

    def key(self, *keys: str) -> None:
        self._tmux("send-keys", *keys)

    def wait(self, seen: Callable[[str], bool]) -> str:
        """The pane's text as soon as it is as wished."""
        while not seen(text := self.text()):
            if not self._selector.select(PATIENCE_S):
                pytest.fail(f"nothing happens any more:\n{text}")
            if not os.read(self._output, 1 << 16):
                pytest.fail(f"it has ended:\n{text}")
        return text

    def alive(self) -> bool:
        found = subprocess.run([TMUX, "-S", self._socket, "ls"], capture_output=True)  # type: ignore[list-item]
        return found.returncode == 0

    def close(self) -> None:
        if self.alive():
            # It may have ended by itself since it was asked.
            with suppress(subprocess.CalledProcessError):
                self._tmux("kill-server")
        self._selector.close()
        os.close(self._output)

    def _tmux(self, *words: str) -> str:
        command = [str(TMUX), "-S", self._socket, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
