"""The registry of board drivers: one line a driver, which names its card."""

import pkgutil
from collections.abc import Callable

from appliance.errors import UsageError
from appliance.stimulator.card import BoardCard
from appliance.stimulator.port import Driver

_CARDS = (
    "appliance.stimulator.reference.card:CARD",
    "appliance.stimulator.reference.card:SIMULATED",
    "appliance.stimulator.sciencemode.card:CARD",
    "appliance.stimulator.rehastim2.card:CARD",
    "appliance.stimulator.openemsstim.card:CARD",
)

CARDS: dict[str, BoardCard] = {
    card.name: card for card in (pkgutil.resolve_name(path) for path in _CARDS)
}
"""Each card by its driver's name in the settings. Importing them imports no driver."""

MODELS: dict[str, str] = {
    model: made_by for card in CARDS.values() for model, made_by in card.models.items()
}
"""Each simulated device by its name, with the `package.module:callable` that makes one."""


def card_of(driver: str) -> BoardCard:
    """The card of `[stimulator] driver`. Raises UsageError where no driver has that name."""
    if driver not in CARDS:
        raise UsageError(f"[stimulator] driver = {driver!r}: there are {', '.join(CARDS)}")
    return CARDS[driver]


def open_board(
    driver: str, port: str, read_clock: Callable[[], float], accept_research_board: bool = False
) -> Driver:
    """The driver of that name on its port, which stays closed until `connect`.

    Raises UsageError where no driver has that name.
    """
    return card_of(driver).open(port, read_clock, accept_research_board)
