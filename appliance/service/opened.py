"""Tells from an answer to `status` whether the service has opened its pins and its board."""

from typing import Any

_UNOPENED = ("settings_wrong", "pins_failed")


def has_opened_parts(answer: dict[str, Any]) -> bool:
    """False where it came up without them: what it says of STOP and of the board is then no sight.

    A pin that fails later has no detail, and the other pins still tell.
    """
    return not any(fault["id"] in _UNOPENED and fault["detail"] for fault in answer["faults"])
