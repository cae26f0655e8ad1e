"""The boards that can be simulated, by the names that a command line takes."""

import pkgutil

from appliance.simulator.boards.device import SimulatedDevice
from appliance.stimulator.boards import MODELS


def make_device(model: str, seed: int = 0) -> SimulatedDevice:
    """The simulated device of that name, one of `MODELS`, which the board cards list.

    It takes its arming numbers and its noise from the seed.
    """
    device: SimulatedDevice = pkgutil.resolve_name(MODELS[model])(seed=seed)
    return device
