"""The table of boards in the README, written from the board cards; a test compares the two."""

from collections.abc import Iterator

from appliance.stimulator.boards import CARDS
from appliance.stimulator.card import BoardCard


def table() -> str:
    """The rows of every driver as Markdown, in the registry's order."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield (
        "| board | `[stimulator] driver` | amplitude | off by itself when the box is silent "
        "| measures | about people |"
    )
    yield "|---|---|---|---|---|---|"
    for card in CARDS.values():
        yield (
            f"| {card.boards} | `{card.name}` "
            f"| {card.unit.value}, steps of {card.amplitude_step:g} "
            f"| {_silence(card)} | {card.measuring} | {card.makers_say} |"
        )


def _silence(card: BoardCard) -> str:
    if card.needs_relay:
        return f"after {card.silence_off_s:g} s: the enable relay must be in the leads"
    return f"after {card.silence_off_s * 1000:g} ms"
