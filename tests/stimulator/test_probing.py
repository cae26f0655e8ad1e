"""`board probe`: which board is on a port, and that finding out energises none."""

from pathlib import Path

import pytest

from appliance.errors import BoardError
from appliance.simulator.boards.openemsstim.board import BOOT_S, OpenEmsStim
from appliance.simulator.boards.openemsstim.command_line import Firmware
from appliance.simulator.boards.reference.board import Board
from appliance.simulator.boards.rehastim2.device import RehaStim2Device
from appliance.simulator.boards.sciencemode.device import ScienceModeDevice
from appliance.simulator.boards.sciencemode.models import P24, REHAMOVE3, Model
from appliance.stimulator.openemsstim.card import CARD as OPENEMSSTIM
from appliance.stimulator.probing import ProbeError
from appliance.stimulator.reference import protocol
from appliance.stimulator.rehastim2.codec import Decoder, Packet
from appliance.stimulator.rehastim2.messages import INIT_EVERY_S, Command, Mode
from appliance.stimulator.sciencemode.messages import HighVoltage, Level
from tests.stimulator.probing_rig import Rig


class Starting:
    """A board that says it is ready some seconds after its port was opened, and then nothing."""

    is_deaf = False

    def __init__(self, says: bytes, at: float) -> None:
        self.says, self.at = says, at
        self.heard = b""

    def feed(self, data: bytes, now: float) -> None:
        self.heard += data

    def advance(self, now: float) -> None:
        return None

    def take_output(self, now: float) -> bytes:
        if now < self.at:
            return b""
        says, self.says = self.says, b""
        return says

    def next_deadline(self) -> float:
        return self.next_output()

    def next_output(self) -> float:
        return self.at if self.says else float("inf")


@pytest.mark.parametrize("model", [P24, REHAMOVE3], ids=lambda model: model.name)
def test_a_hasomed_device_is_named_with_what_it_can_do(tmp_path: Path, model: Model) -> None:
    device = ScienceModeDevice(model)
    rig = Rig(device, tmp_path)
    lines = list(rig.probe().lines())
    assert lines[:3] == [
        f"HASOMED: {model.name} 1.2.3",
        '[stimulator] driver = "sciencemode"',
        "up to 80 mA in steps of 0.5, 400 us, 120 Hz",
    ]
    assert "accept_research_board = true" in lines[-1]
    assert device.level is Level.NONE
    assert device.high_voltage is HighVoltage.OFF


def test_the_reference_board_is_named_and_stays_off(tmp_path: Path) -> None:
    board = Board(seed=1)
    lines = list(Rig(board, tmp_path).probe().lines())
    assert lines[0] == "the reference board: 2.1.0"
    assert board.state is protocol.State.OFF


def test_a_rehastim2_is_heard_before_anything_is_said_and_not_energised(tmp_path: Path) -> None:
    device = RehaStim2Device()
    said: list[Packet] = []
    rig = Rig(device, tmp_path)
    rig.wire.on_heard.append(lambda data, now: said.extend(Decoder().feed(data)))
    lines = list(rig.probe().lines())
    assert lines[:3] == [
        "HASOMED: RehaStim2, ScienceMode 2 version 1",
        '[stimulator] driver = "rehastim2"',
        "up to 80 mA in steps of 1, 400 us, 120 Hz",
    ]
    assert rig.first_byte_at == pytest.approx(INIT_EVERY_S)
    assert {packet.command for packet in said} <= {
        Command.INIT_ACK,
        Command.GET_MODE,
        Command.STOP_LIST,
    }
    assert device.mode is Mode.START


def test_nothing_is_said_before_the_slowest_board_had_time_to_announce_itself(
    tmp_path: Path,
) -> None:
    rig = Rig(Board(seed=1), tmp_path)
    rig.probe()
    assert rig.first_byte_at is not None
    assert OPENEMSSTIM.probe and OPENEMSSTIM.probe.banner
    assert rig.first_byte_at >= OPENEMSSTIM.probe.banner.within_s
    assert rig.told[0].startswith("listening")


@pytest.mark.parametrize("firmware", [Firmware.FIRST, Firmware.MASTER, Firmware.SIMPLE_MULTIPLEXER])
def test_an_openemsstim_is_asked_once_its_second_start_is_over(
    tmp_path: Path, firmware: Firmware
) -> None:
    board = OpenEmsStim(firmware)
    closed: list[float] = []
    board.output.on_change.append(lambda change: closed.append(change.at))
    rig = Rig(board, tmp_path)
    # What opens the port is not seen here: the probe hears the banner of the power-up, and
    # then, with no second one, waits until any start would be over.
    lines = list(rig.probe().lines())
    assert lines[0].startswith("openEMSstim: openEMSstim ")
    assert lines[1:] == [
        '[stimulator] driver = "openemsstim"',
        "up to 100 % in steps of 1, of what a separate stimulator gives",
        "cannot tell a lead off",
        "its makers allow it for research only: needs accept_research_board = true",
        "its makers forbid the body: bench only",
    ]
    assert rig.first_byte_at is not None
    assert rig.first_byte_at >= BOOT_S + 15
    assert closed == []


@pytest.mark.parametrize(
    ("firmware", "why"),
    [
        (Firmware.DEV, "dev. never ends its on-time"),
        (Firmware.MULTIPLEXER, "multiplexer or fabbing"),
        (Firmware.EMSCONTROLLER, "emscontroller"),
    ],
)
def test_a_firmware_that_will_not_do_is_refused_by_name(
    tmp_path: Path, firmware: Firmware, why: str
) -> None:
    rig = Rig(OpenEmsStim(firmware), tmp_path)
    heard: list[bytes] = []
    rig.wire.on_heard.append(lambda data, now: heard.append(data))
    with pytest.raises(BoardError, match=why):
        rig.probe()
    assert heard == [b"?\n"]


def test_a_board_that_announces_itself_and_is_silent_is_sent_questions_alone(
    tmp_path: Path,
) -> None:
    board = Starting(b"\r\nSETUP DONE (LED 13 WILL BE ON)\r\n", at=11.3)
    with pytest.raises(BoardError, match="announced itself, and then said nothing"):
        Rig(board, tmp_path).probe()
    assert set(board.heard.split()) == {b"?"}


def test_nobody_there_is_one_clear_line(tmp_path: Path) -> None:
    rig = Rig(Starting(b"", at=0.0), tmp_path)
    with pytest.raises(BoardError, match="no known board answers; check its power"):
        rig.probe()
    assert len(rig.told) == 4


def test_another_device_is_no_known_board(tmp_path: Path) -> None:
    device = ScienceModeDevice(P24)
    device.troubles.stranger = b"OK\r\n"
    with pytest.raises(BoardError, match="no known board answers"):
        Rig(device, tmp_path).probe()


def test_a_reference_board_with_other_firmware_is_told_apart(tmp_path: Path) -> None:
    board = Board(seed=1)
    board.troubles.layout = protocol.LAYOUT ^ 1
    with pytest.raises(ProbeError) as caught:
        Rig(board, tmp_path).probe()
    assert caught.value.fault == "board_layout"
    assert str(tmp_path / "board") in str(caught.value)


def test_a_missing_port_is_said_at_once(tmp_path: Path) -> None:
    rig = Rig(Board(seed=1), tmp_path)
    rig.wire.unplug()
    with pytest.raises(BoardError, match="no such port; plug the board in"):
        rig.probe()
    assert rig.now() == 0
