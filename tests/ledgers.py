"""Ledgers by the names of placements, for tests that need no geometry."""

from appliance.therapy.history import History
from appliance.therapy.ledger import Ledger, SiteTime


def ledger_of(*minutes: tuple[str, float]) -> Ledger:
    """A ledger with these minutes at these placements."""
    return Ledger(sites=tuple(SiteTime(name, (), each) for name, each in minutes))


def minutes_by_placement(history: History) -> dict[str, float]:
    """Minutes of today by the name of the placement."""
    found: dict[str, float] = {}
    for site in history.ledger.sites:
        found[site.placement] = found.get(site.placement, 0.0) + site.minutes
    return found
