"""Adding a driver touches its own two folders and one line of the registry, and nothing else.

A copy of the repository gets a driver for a board whose wire carries every byte inverted. The
contract suite, the settings, the simulated board and the virtual box of that copy then know it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from appliance.stimulator.card_table import table

ROOT = Path(__file__).parents[2]
NEW = {
    "appliance/stimulator/inverted/__init__.py": "",
    "appliance/stimulator/inverted/card.py": '''
        """The card of a board whose wire carries every byte inverted."""

        from appliance.stimulator.card import BoardCard, Probe, Use

        CARD = BoardCard(
            name="inverted",
            boards="Inverted One",
            maker="Inverted",
            opens="appliance.stimulator.inverted.driver:InvertedStimulator",
            models={"one": "appliance.simulator.boards.inverted.board:InvertedBoard"},
            probe=Probe(),
            step=0.025,
            rise_at_once=0.025,
            measures_current=True,
            measuring="the peak of each pulse, per channel",
            silence_off_s=0.3,
            use=Use.BODY,
            makers_say="nothing",
        )
        ''',
    "appliance/stimulator/inverted/driver.py": '''
        """The driver of a board whose wire carries every byte inverted."""

        from collections.abc import Callable

        from appliance.stimulator.link import LinkKeeper
        from appliance.stimulator.reference import protocol
        from appliance.stimulator.reference.driver import QUIET_S, ReferenceStimulator
        from appliance.stimulator.serial_port import Line, SerialPort


        def invert(data: bytes) -> bytes:
            return bytes(byte ^ 0xFF for byte in data)


        class InvertedPort(SerialPort):
            def receive(self) -> bytes:
                return invert(super().receive())

            def send(self, frame: bytes) -> None:
                super().send(invert(frame))


        class InvertedStimulator(ReferenceStimulator):
            def __init__(
                self, path: str, read_clock: Callable[[], float], accept_research_board: bool
            ) -> None:
                super().__init__(path, "inverted")
                self.port = InvertedPort(path, Line(protocol.BAUD_RATE))
                self._link = LinkKeeper(self.port, QUIET_S)
        ''',
    "appliance/simulator/boards/inverted/__init__.py": "",
    "appliance/simulator/boards/inverted/board.py": '''
        """A simulated board whose wire carries every byte inverted."""

        from appliance.simulator.boards.reference.board import Board


        def invert(data: bytes) -> bytes:
            return bytes(byte ^ 0xFF for byte in data)


        class InvertedBoard(Board):
            driver = "inverted"

            def feed(self, data: bytes, now: float) -> None:
                super().feed(invert(data), now)

            def take_output(self, now: float) -> bytes:
                return invert(super().take_output(now))
        ''',
}
REGISTRY = "appliance/stimulator/boards.py"
LAST_LINE = '    "appliance.stimulator.openemsstim.card:CARD",\n'
NEW_LINE = '    "appliance.stimulator.inverted.card:CARD",\n'

Run = Callable[..., str]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's code with the new driver in it."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("appliance", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "hardware/safety", folder / "hardware/safety")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name, text in NEW.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), "utf-8")
    registry = (folder / REGISTRY).read_text("utf-8")
    assert registry.count(LAST_LINE) == 1
    (folder / REGISTRY).write_text(registry.replace(LAST_LINE, LAST_LINE + NEW_LINE), "utf-8")
    return folder


@pytest.fixture(scope="module")
def run(copy: Path) -> Run:
    """Run Python on the copy; what it printed. Fails where it fails."""
    inherited = {name: text for name, text in os.environ.items() if "PYTEST" not in name}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=copy,
            env={**inherited, "PYTHONPATH": str(copy)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_it_passes_the_contract_of_every_driver(run: Run) -> None:
    told = run("-m", "pytest", "-n", "0", "-k", "[one]", "tests/stimulator/test_contract.py", "-rA")
    assert "test_contract.py::test_off_ends_the_current[one]" in told
    cards = "tests/stimulator/test_board_cards.py"
    told = run(
        "-m",
        "pytest",
        "-n",
        "0",
        "-k",
        "(inverted or device) and not no_other_driver",
        cards,
        "-rA",
    )
    assert "test_board_cards.py::test_the_settings_take_every_driver[inverted]" in told


def test_the_settings_take_it(run: Run, copy: Path) -> None:
    settings = copy / "config.toml"
    settings.write_text('[stimulator]\ndriver = "inverted"\n', "utf-8")
    shown = run("-m", "appliance", "config", "get", "stimulator.driver", "--config", str(settings))
    assert shown.strip() == "inverted"


def test_the_board_verb_offers_its_simulated_device(run: Run) -> None:
    assert "openemsstim,one}" in run("-m", "appliance", "board", "--help")


def test_the_virtual_box_and_its_observer_take_it(run: Run, copy: Path) -> None:
    code = """
        from pathlib import Path
        from appliance.simulator.boards.models import make_device
        from appliance.virtual_box.box import VirtualBox, World
        from appliance.virtual_box.observer import Observer

        with VirtualBox(World(Path("box")), make_device("one")) as box:
            observer = Observer(box)
            box.switched_on()
            print(box.status()["board"]["driver"], box.state.value, observer.broken)
    """
    assert run("-c", dedent(code)).split() == ["inverted", "locked", "[]"]


def test_the_table_of_boards_gets_its_row(run: Run) -> None:
    code = "from appliance.stimulator.card_table import table; print(table(), end='')"
    (row,) = set(run("-c", code).splitlines()) - set(table().splitlines())
    assert row.startswith("| Inverted One | `inverted` | mA, steps of 0.025 | after 300 ms |")
