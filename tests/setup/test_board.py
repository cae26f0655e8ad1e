"""The board is found on its port, and finding it energises nothing."""

from functools import partial
from pathlib import Path

from appliance.errors import BoardError
from appliance.settings.model import StimulatorSettings
from appliance.setup.machine import Port
from appliance.simulator.boards.reference.board import Board
from appliance.simulator.boards.sciencemode.device import ScienceModeDevice
from appliance.simulator.boards.sciencemode.models import P24
from appliance.simulator.wire import Device
from appliance.stimulator.probing import probe
from appliance.stimulator.reference import protocol
from tests.setup.rig import Rig
from tests.stimulator.probing_rig import Rig as ProbingRig


def plug_in(rig: Rig, device: Device, folder: Path) -> str:
    """Put a simulated board on a port of its own, and return the port."""
    folder.mkdir(exist_ok=True)
    wire = ProbingRig(device, folder)
    rig.ports = [Port(wire.wire.path, f"{wire.wire.path}  USB UART")]
    rig.probe = partial(_probe, wire)
    return wire.wire.path


def _probe(wire: ProbingRig, path: str, tell: object) -> object:
    return probe(path, wire, tell)  # type: ignore[arg-type]


def test_the_board_on_a_port_is_named_and_stays_off(rig: Rig, tmp_path: Path) -> None:
    board = Board(seed=1)
    port = plug_in(rig, board, tmp_path)
    rig.begin("board")
    rig.choose(port)
    assert "the reference board: " in rig.words
    rig.choose("Yes")
    assert rig.draft.settings.stimulator == StimulatorSettings("reference", port)
    assert board.state is protocol.State.OFF
    assert not any(board.output.in_force)


def test_a_board_for_research_is_used_only_with_a_yes(rig: Rig, tmp_path: Path) -> None:
    port = plug_in(rig, ScienceModeDevice(P24), tmp_path)
    rig.begin("board")
    rig.choose(port)
    assert "you accept what its makers say" in rig.words
    rig.choose("Leave it")
    assert rig.draft.values == {}
    rig.begin("board")
    rig.choose(port)
    rig.choose("Yes")
    assert rig.draft.settings.stimulator == StimulatorSettings("sciencemode", port, True)


def test_a_missing_board_is_told_and_the_port_can_be_chosen_again(rig: Rig, tmp_path: Path) -> None:
    rig.ports = [Port("/dev/ttyUSB7", "/dev/ttyUSB7  FT232R")]
    rig.begin("board")
    rig.choose("/dev/ttyUSB7")
    assert "no known board answers; check its power" in rig.words
    port = plug_in(rig, Board(seed=1), tmp_path)
    rig.choose("Choose the port again")
    rig.choose(port)
    rig.choose("Yes")
    assert rig.draft.settings.stimulator.port == port


def test_a_board_that_stays_missing_is_something_to_do(rig: Rig) -> None:
    rig.begin("board")
    rig.choose("/dev/ems-stimulator")
    rig.choose("Leave it")
    assert rig.draft.to_do == [f"board: {_no_board('/dev/ems-stimulator')}"]
    assert rig.draft.values == {}


def _no_board(path: str) -> BoardError:
    return BoardError(f"{path}: no known board answers; check its power, its cable and the port")


def test_a_port_can_be_written_and_looked_for_again(rig: Rig, tmp_path: Path) -> None:
    rig.begin("board")
    port = plug_in(rig, Board(seed=1), tmp_path)
    rig.choose("Look again")
    rig.choose("Another port")
    rig.answer(port)
    rig.choose("Yes")
    assert rig.draft.settings.stimulator.port == port


def test_without_a_board_there_is_the_simulated_one(rig: Rig) -> None:
    rig.begin("board")
    rig.choose("No board yet")
    assert rig.draft.values == {"stimulator.driver": "simulated"}
