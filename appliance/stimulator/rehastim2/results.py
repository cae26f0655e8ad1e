"""Result and error codes of a RehaStim2: the fault that each one is, and its text."""

from appliance.stimulator.rehastim2.messages import Result, Trouble

_TROUBLES = {
    Trouble.EMERGENCY_SWITCH: "emergency_stop",
    Trouble.MODULE: "board_defect",
}


def fault_of_trouble(trouble: Trouble) -> str:
    """The id of the fault; `board_defect` for a code that is not known here."""
    return _TROUBLES.get(trouble, "board_defect")


def words_of(said: Result | Trouble) -> str:
    return f"the board says {said.name.lower().replace('_', ' ')} ({said.value})"
