"""What the day's ledger counts: time per site of the body, per person and per box."""

from collections.abc import Iterator

from appliance.records import Fixed
from appliance.therapy.placements import Pad, Placement, overlap

Pads = tuple[Pad, ...]

FELT_LEVEL = 5.0
"""A lower level, in the board's unit, is hardly felt and does not count for a gentle session."""
FELT_MINUTES_PER_GENTLE_SESSION = 10.0
"""A gentle session counts as one for each time that so much was delivered at a felt level."""
FIRST_MINUTE_S = 60.0
"""A session uses the day from this much delivered contracting time on."""
DAY_S = 24 * 3600.0
"""What is certainly older than this is not of today, whatever the date says."""


class SiteTime(Fixed, frozen=True):
    """Delivered time at one site."""

    placement: str
    pads: Pads
    minutes: float
    charge_mc: float = 0.0
    """Charge of one phase of all pulses, on the stronger channel, millicoulomb."""


class Ledger(Fixed, frozen=True):
    """What was delivered today, for one person. Booked time counts as delivered.

    A person's entries are their own, Guest's, and those of names that the plan does not have:
    another name may be the same person. Guest's entries are those of all people.
    """

    contracting_minutes: float = 0.0
    comfort_minutes: float = 0.0
    sites: tuple[SiteTime, ...] = ()
    box_minutes: float = 0.0
    """Contracting minutes of all people together."""
    box_people: int = 1
    """The number of people that the box's daily sum is meant for."""
    since_contracting_s: float = float("inf")
    """Seconds since the end of the last contracting session, as far as that is certain."""
    doubt: bool = False
    """Some time of the last day is not known: an older journal was damaged."""
    undated: bool = False
    """Some of it counts only because no trusted clock says that it was on another day."""

    def site_minutes(self, placement: Placement) -> float:
        """Minutes of today at the sites of this placement, whatever they were called."""
        return sum(site.minutes for site in self._at(placement))

    def site_charge_mc(self, placement: Placement) -> float:
        """Charge of today at these sites, millicoulomb."""
        return sum(site.charge_mc for site in self._at(placement))

    def _at(self, placement: Placement) -> Iterator[SiteTime]:
        pads = placement.pads[0] + placement.pads[1]
        names = (placement.id, *placement.same_site)
        for site in self.sites:
            if site.placement in names or overlap(pads, site.pads):
                yield site

    def plus(
        self,
        placement: Placement,
        minutes: float,
        *,
        contracting: bool,
        charge_mc: float = 0.0,
    ) -> "Ledger":
        """The ledger after so many more minutes and so much more charge."""
        pads = placement.pads[0] + placement.pads[1]
        more = minutes if contracting else 0.0
        return self.but(
            contracting_minutes=self.contracting_minutes + more,
            comfort_minutes=self.comfort_minutes + minutes - more,
            box_minutes=self.box_minutes + more,
            sites=(*self.sites, SiteTime(placement.id, pads, minutes, charge_mc)),
        )
