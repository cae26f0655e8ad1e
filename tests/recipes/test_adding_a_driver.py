"""Adding a driver touches its own two folders and one line of the registry, and nothing else.

A copy of the repository gets a driver for a board whose wire carries every byte inverted. The
contract suite, the settings, the simulated board and the virtual box of that copy then know it.
"""

import pytest

from appliance.stimulator.card_table import table
from tests.recipes.copies import Copy

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
            amplitude_step=0.025,
            rise_at_once=0.025,
            measures_current=True,
            delivers_bursts=True,
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
LAST_LINE = '    "appliance.stimulator.openemsstim.card:CARD",\n'
NEW_LINE = '    "appliance.stimulator.inverted.card:CARD",\n'


CONTRACT = ("tests/stimulator/test_contract.py", "tests/stimulator/test_contract_of_the_dose.py")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The code with the new driver in it."""
    copy = Copy(tmp_path_factory.mktemp("copy"))
    for name, text in NEW.items():
        copy.write(name, text)
    copy.add("appliance/stimulator/boards.py", NEW_LINE, after=LAST_LINE)
    return copy


def test_it_passes_the_contract_of_every_driver(copy: Copy) -> None:
    passed = copy.passes("-k", "[one]", *CONTRACT)
    assert "test_contract.py::test_off_ends_the_current[one]" in passed
    which = "(inverted or device) and not no_other_driver"
    passed = copy.passes("-k", which, "tests/stimulator/test_board_cards.py")
    assert "test_board_cards.py::test_the_settings_take_every_driver[inverted]" in passed


def test_the_settings_take_it(copy: Copy) -> None:
    copy.write("config.toml", '[stimulator]\ndriver = "inverted"\n')
    get = ("config", "get", "stimulator.driver", "--config", "config.toml")
    assert copy.run("-m", "appliance", *get).strip() == "inverted"


def test_the_board_verb_offers_its_simulated_device(copy: Copy) -> None:
    code = "from appliance.stimulator.boards import MODELS; print(*MODELS)"
    assert copy.run("-c", code).split()[-2:] == ["openemsstim", "one"]


def test_the_virtual_box_and_its_observer_take_it(copy: Copy) -> None:
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
    assert copy.run_code(code).split() == ["inverted", "locked", "[]"]


def test_the_table_of_boards_gets_its_row(copy: Copy) -> None:
    code = "from appliance.stimulator.card_table import table; print(table(), end='')"
    (row,) = set(copy.run("-c", code).splitlines()) - set(table().splitlines())
    assert row.startswith("| Inverted One | `inverted` | mA, steps of 0.025 | after 300 ms |")


def test_an_export_gives_its_levels_their_unit(copy: Copy) -> None:
    code = "from appliance.cli.log_export import unit_of; print(unit_of('inverted'))"
    assert copy.run("-c", code).strip() == "mA"
