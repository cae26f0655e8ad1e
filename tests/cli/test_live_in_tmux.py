"""`status --watch` of a real service in a real terminal: no key does anything but `q`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.processes import Process, status_of, write_settings
from tests.tmux_pane import ROOT, Pane, skip_without_tmux

TERMS = ("linux", "vt100", "xterm-256color")


@pytest.fixture
def pane(tmp_path: Path) -> Iterator[Pane]:
    skip_without_tmux("the live view")
    settings = write_settings(tmp_path, driver="simulated")
    watch = f"{sys.executable} -m appliance status --watch --config {settings}"
    steps = "; ".join(f"TERM={term} {watch}; echo left {term}; read line" for term in TERMS)
    with Process("run", "--config", str(settings)) as run:
        run.told("state self_test -> locked")
        pane = Pane(tmp_path, f"env PYTHONPATH={ROOT} LC_ALL=C.UTF-8 sh -c '{steps}'")
        yield pane
        pane.close()
        assert run.terminate() == 0


def test_the_page_comes_on_every_terminal_and_goes_with_q(pane: Pane, tmp_path: Path) -> None:
    for term in TERMS:
        text = pane.wait(lambda text: "self_test -> locked" in text)
        assert text.startswith("locked  Me  output off  STOP PRESSED")
        assert ("⣿" in text) == (term != "linux")
        assert len(text.splitlines()) == 24
        # CONFIRM, BACK, the knob, STOP and start, if it heard keys as `simulate` does.
        pane.key("c", "C", "b", "B", "k", "Right", "Up", "Space", "Enter")
        pane.key("q")
        pane.wait(lambda text, term=term: f"left {term}" in text)
        assert [status_of(tmp_path)[name] for name in ("state", "step")] == ["locked", "plan"]
        pane.key("Enter")
