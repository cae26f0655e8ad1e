"""`simulate` in a real terminal of 80 x 24, held by tmux."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tmux_pane import ROOT, Pane, skip_without_tmux


class Terminal(Pane):
    """The pane of `simulate`, whose status line shows the box's clock."""

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


def clock_of(text: str) -> int:
    """Seconds of the day in the status line; -1 before there is one."""
    found = [word for word in text.split("|") if word.count(":") == 2]
    if not found:
        return -1
    hours, minutes, seconds = found[-1].strip().split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    skip_without_tmux("the simulator")
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
