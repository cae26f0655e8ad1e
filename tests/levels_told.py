"""Counts the tests in which channel A and B had unlike levels, and one of them none.

Two channels with one level hide that they were exchanged, or that one is read for both.
"""

from appliance.therapy.units import Pair

LEAST_SHARE = 0.5
"""Of the tests of a kind that tell a board levels at all."""
KINDS = {"tests/journeys/": "journeys", "tests/stimulator/test_contract": "driver contracts"}
_seen: set[bool] = set()


def saw(levels: Pair) -> None:
    """Levels that a test has told a board."""
    if any(levels):
        _seen.add(levels[0] != levels[1] and 0.0 in levels)


def forget() -> None:
    _seen.clear()


def of_this_test() -> str | None:
    """`one` where A and B once had unlike levels and one of them none, `both` where they never
    had; None where nothing was told."""
    return ("one" if True in _seen else "both") if _seen else None


def kind_of(node_id: str) -> str | None:
    return next((kind for start, kind in KINDS.items() if node_id.startswith(start)), None)
