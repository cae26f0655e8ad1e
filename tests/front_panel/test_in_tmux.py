"""`simulate` in a real terminal of 80 x 24: tmux holds it, its keys drive it, its text is read.

What is waited for is the terminal's own output, never a time.
"""

import os
import selectors
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PATIENCE_S = 60.0
"""Silence of a terminal that shows a running clock."""
TMUX = shutil.which("tmux")
ROOT = Path(__file__).parents[2]


class Terminal:
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

    def step(self, *keys: str) -> str:
        """Press each key and let two seconds of the box's time pass."""
        for key in keys:
            pressed_at = clock_of(self.text())
            self.key(key)
            self.wait(lambda text, then=pressed_at: clock_of(text) >= then + 2)
        return self.text()

    def press_until(self, key: str, wanted: str, most: int = 90) -> None:
        """Press a key again and again until it has worked; a hold that comes too early has not."""
        for _ in range(most):
            if wanted in self.step(key):
                return
        pytest.fail(f"{most} times {key}, and no {wanted!r}:\n{self.text()}")

    def alive(self) -> bool:
        found = subprocess.run([TMUX, "-S", self._socket, "ls"], capture_output=True)  # type: ignore[list-item]
        return found.returncode == 0

    def close(self) -> None:
        if self.alive():
            self._tmux("kill-server")
        self._selector.close()
        os.close(self._output)

    def _tmux(self, *words: str) -> str:
        command = [str(TMUX), "-S", self._socket, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def clock_of(text: str) -> int:
    """Seconds of the day in the status line; -1 before there is one."""
    found = [word for word in text.split("|") if word.count(":") == 2]
    if not found:
        return -1
    hours, minutes, seconds = found[-1].strip().split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    if TMUX is None:
        warnings.warn("tmux is not installed: the simulator was not driven in it", stacklevel=1)
        pytest.skip("tmux is not installed")
    terminal = Terminal(
        tmp_path,
        f"env HOME={tmp_path} PYTHONPATH={ROOT} TERM=screen-256color LC_ALL=C.UTF-8"
        f" {sys.executable} -m appliance simulate --speed 5",
    )
    yield terminal
    terminal.close()


def test_keys_lead_to_current_and_space_takes_it_away(terminal: Terminal) -> None:
    terminal.wait(lambda text: "OUTPUT OFF | locked" in text)
    terminal.press_until("c", "| checklist |")
    terminal.press_until("C", "| choosing |")
    terminal.press_until("c", "| preparing |")
    terminal.step("c", "c", "Space", "Space")
    assert "| placing |" in terminal.text()
    terminal.step("c")
    terminal.press_until("C", "| stimulating |")
    terminal.press_until("Right", "OUTPUT ON")
    terminal.key("Space")
    text = terminal.wait(lambda text: "OUTPUT OFF | stopped" in text)
    assert "STOP pressed" in text
    assert len(text.splitlines()) <= 24
    terminal.key("q")
