"""What one pulse shows of stage and pads."""

from appliance.stimulator.reference import protocol
from appliance.stimulator.reference.protocol import Contact, Fault


def verdict(asked: int, positive: int, negative: int) -> Fault | Contact | None:
    """A fault, or the contact; None where a pulse is too weak to show it. All in codes."""
    most = asked * (100 + protocol.OVER_CURRENT_PERCENT) // 100 + protocol.OVER_CURRENT_CODES
    shows_contact = asked >= protocol.OPEN_LEAD_FROM_CODES
    is_open = shows_contact and positive * 2 < asked
    if max(positive, negative) > most:
        return Fault.OVER_CURRENT
    if not is_open and _are_apart(positive, negative):
        return Fault.UNBALANCED
    if not shows_contact:
        return None
    return Contact.OPEN if is_open else Contact.GOOD


def _are_apart(positive: int, negative: int) -> bool:
    """Whether two phases differ by more than their tolerance."""
    larger = max(positive, negative)
    most = larger * protocol.UNBALANCED_PERCENT // 100 + protocol.UNBALANCED_CODES
    return abs(positive - negative) > most
