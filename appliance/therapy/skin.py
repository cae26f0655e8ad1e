"""The answer about the skin after a session, and the sites that it closes.

Skin that was red or burned closes the sites of that session for the day. On another day, and
once as many hours have passed as lie between two sessions, it has to be looked at and found good,
and a burn has to be seen by a doctor: a statement of the checklist asks for each. Only agreeing to
it opens the sites again.
"""

from appliance.records import Fixed
from appliance.therapy.ledger import Pads
from appliance.therapy.placements import Placement, overlap

RED, BURN = 1, 2
"""Answers to the question of the skin in `aftercare`; 0 is like before."""
STATEMENTS = {RED: "skin_looked_at", BURN: "burn_seen"}
"""The statement of the checklist that takes each answer back, on another day."""


class ClosedSite(Fixed, frozen=True):
    """A site where the skin was not good."""

    placement: str
    pads: Pads


class Skin(Fixed, frozen=True):
    """What is known of one person's skin."""

    closed: tuple[ClosedSite, ...] = ()
    """Sites that stay closed today."""
    ask_red: bool = False
    """Skin was red, on another day: it has to be looked at."""
    ask_burn: bool = False
    """There was a burn, on another day: a doctor has to have seen it."""
    burned: bool = False
    """There was a burn, today or before, that no doctor has seen."""

    def closes(self, placement: Placement) -> bool:
        """Whether current at this placement would reach a closed site."""
        pads = placement.pads[0] + placement.pads[1]
        names = (placement.id, *placement.same_site)
        return any(one.placement in names or overlap(pads, one.pads) for one in self.closed)
