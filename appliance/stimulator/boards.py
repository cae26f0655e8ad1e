"""Which driver serves which value of `[stimulator] driver`."""

from appliance.errors import UsageError
from appliance.stimulator.port import Stimulator
from appliance.stimulator.reference.driver import ReferenceStimulator

DRIVERS = ("reference", "simulated")


def open_board(driver: str, port: str) -> Stimulator:
    """The driver on its port. Opens nothing yet; `connect` does.

    The simulated board speaks the reference protocol on a pseudo-terminal.
    """
    if driver in ("reference", "simulated"):
        return ReferenceStimulator(port, driver)
    raise UsageError(f"[stimulator] driver = {driver!r}: there are {', '.join(DRIVERS)}")
