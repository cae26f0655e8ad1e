"""Which driver serves which value of `[stimulator] driver`."""

from collections.abc import Callable

from appliance.errors import UsageError
from appliance.stimulator.openemsstim.driver import OpenEmsStimStimulator
from appliance.stimulator.port import Stimulator
from appliance.stimulator.reference.driver import ReferenceStimulator
from appliance.stimulator.rehastim2.driver import RehaStim2Stimulator
from appliance.stimulator.sciencemode.driver import ScienceModeStimulator

DRIVERS = (
    "reference",
    "simulated",
    "sciencemode",
    "rehastim2",
    "openemsstim",
)


def open_board(
    driver: str, port: str, read_clock: Callable[[], float], accept_research_board: bool = False
) -> Stimulator:
    """The driver on its port. Opens nothing yet; `connect` does.

    The simulated board speaks the reference protocol on a pseudo-terminal.
    """
    if driver in ("reference", "simulated"):
        return ReferenceStimulator(port, driver)
    if driver == "sciencemode":
        return ScienceModeStimulator(port, read_clock, accept_research_board)
    if driver == "rehastim2":
        return RehaStim2Stimulator(port, read_clock)
    if driver == "openemsstim":
        return OpenEmsStimStimulator(port, read_clock, accept_research_board)
    raise UsageError(f"[stimulator] driver = {driver!r}: there are {', '.join(DRIVERS)}")
