"""The states of the appliance. Output is possible in `stimulating` alone."""

from enum import Enum


class State(Enum):
    """Where the person is. The values are the names in `status` and in the journal."""

    SELF_TEST = "self_test"
    LOCKED = "locked"
    CHECKLIST = "checklist"
    REFUSED = "refused"
    CHOOSING = "choosing"
    PREPARING = "preparing"
    PLACING = "placing"
    READY = "ready"
    STIMULATING = "stimulating"
    PAUSED = "paused"
    CONTACT_LOST = "contact_lost"
    STOPPED = "stopped"
    STAGE_DONE = "stage_done"
    AFTERCARE = "aftercare"
    FAULT = "fault"

    # `Enum.__hash__` is slow Python code, and a step calls it dozens of times.
    __hash__ = object.__hash__
