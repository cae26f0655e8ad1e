"""What a P24 or RehaMove3 has told of its leads since its last stop."""

from appliance.session.board import Contact
from appliance.stimulator.sciencemode.messages import DETECTS_CONTACT_FROM_MA
from appliance.therapy.units import Pair


class Leads:
    """The channels whose lead is open, and those whose lead is good; channels count from 0.

    An answer that comes after a stop was sent tells of what was before, and does not count.
    """

    def __init__(self) -> None:
        self.open = frozenset[int]()
        self._good = frozenset[int]()

    def told(self, open_leads: frozenset[int], good: frozenset[int], *, is_live: bool) -> None:
        """Note the state of the channels. An open lead stays open until the stop."""
        if is_live:
            self.open |= open_leads
            self._good = good

    def contact(self, channel: int, in_force: Pair) -> Contact:
        """Known only where enough current flows for the device to tell; `in_force` in mA."""
        if channel in self.open:
            return Contact.OPEN
        enough = in_force[channel] >= DETECTS_CONTACT_FROM_MA
        return Contact.GOOD if enough and channel in self._good else Contact.UNKNOWN
