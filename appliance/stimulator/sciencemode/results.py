"""Result codes of ScienceMode: the fault that each one is, and its text."""

from appliance.stimulator.sciencemode.messages import Result

_FAULTS = {
    Result.TRANSFER: "board_disagrees",
    Result.PARAMETER: "board_disagrees",
    Result.PROTOCOL: "board_disagrees",
    Result.UNKNOWN_COMMAND: "board_disagrees",
    Result.BUSY: "board_disagrees",
    Result.STIMULATION_TIMEOUT: "board_stopped_itself",
    Result.NOT_INITIALISED: "board_reset",
    Result.HIGH_VOLTAGE: "board_high_voltage",
}
LEAD_RESULTS = (Result.ELECTRODE, Result.PULSE_LOW_CURRENT)
"""A lead is off, or its pads conduct so badly that the voltage does not suffice."""


def fault_of(result: Result) -> str:
    """The id of the fault; whatever this box does not know of is the device's own trouble."""
    return _FAULTS.get(result, "board_defect")


def words_of(result: Result) -> str:
    return f"the board says {result.name.lower().replace('_', ' ')} ({result.value})"
