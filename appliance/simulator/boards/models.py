"""The boards that can be simulated, by the names that a command line takes."""

from collections.abc import Callable

from appliance.simulator.boards.openemsstim.board import OpenEmsStim
from appliance.simulator.boards.openemsstim.command_line import Firmware
from appliance.simulator.boards.reference.board import Board
from appliance.simulator.boards.rehastim2.device import RehaStim2Device
from appliance.simulator.boards.sciencemode.device import ScienceModeDevice
from appliance.simulator.boards.sciencemode.models import P24, REHAMOVE3

SimulatedDevice = Board | ScienceModeDevice | RehaStim2Device | OpenEmsStim

REFERENCE = "reference"

DEVICES: dict[str, Callable[[int], SimulatedDevice]] = {
    REFERENCE: lambda seed: Board(seed=seed),
    "p24": lambda seed: ScienceModeDevice(P24, seed=seed),
    "rehamove3": lambda seed: ScienceModeDevice(REHAMOVE3, seed=seed),
    "rehastim2": lambda seed: RehaStim2Device(seed=seed),
    "openemsstim": lambda seed: OpenEmsStim(Firmware.MASTER, seed=seed),
}
"""From a seed, which each device takes its arming numbers and its noise from."""
