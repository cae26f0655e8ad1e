"""What one pulse shows of stage and pads."""

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.protocol import Contact, Fault


def verdict(asked: int, positive: int, negative: int, was_apart: bool) -> Fault | Contact | None:
    """A fault, or the contact; None where a pulse is too weak to show it. All in codes.

    `was_apart` says that the channel's phases were apart before, and no good pulse came since.
    """
    most = asked * (100 + protocol.OVER_CURRENT_PERCENT) // 100 + protocol.OVER_CURRENT_CODES
    shows_contact = asked >= protocol.OPEN_LEAD_FROM_CODES
    if max(positive, negative) > most:
        return Fault.OVER_CURRENT
    if are_apart(asked, positive, negative):
        # A pad that comes off between the two phases looks the same, but only once.
        return Fault.UNBALANCED if was_apart else Contact.OPEN
    if not shows_contact:
        return None
    return Contact.OPEN if _is_open(asked, positive) else Contact.GOOD


def are_apart(asked: int, positive: int, negative: int) -> bool:
    """Whether two phases differ by more than their tolerance, where the first one flowed."""
    larger = max(positive, negative)
    most = larger * protocol.UNBALANCED_PERCENT // 100 + protocol.UNBALANCED_CODES
    return not _is_open(asked, positive) and abs(positive - negative) > most


def _is_open(asked: int, positive: int) -> bool:
    return asked >= protocol.OPEN_LEAD_FROM_CODES and positive * 2 < asked
