"""How long pads last: a hint at 15 sessions, no further session at 30.

Makers name 15 to 30 uses for their pads. Edges that lift and gel that dries concentrate the
current where the rest still holds.
"""

from collections.abc import Iterable, Mapping

WORN_USES = 15
"""From here new pads are advised."""
WORN_OUT_USES = 30
"""From here the box goes on with new pads only."""


def is_worn(uses: int | None) -> bool:
    return uses is not None and uses >= WORN_USES


def is_worn_out(uses: int | None) -> bool:
    return uses is not None and uses >= WORN_OUT_USES


def most_uses(uses: Mapping[str, int], placements: Iterable[str]) -> int | None:
    """The uses of the oldest pads of these placements; None where none was used before."""
    return max((uses[name] for name in placements if name in uses), default=None)


def renewed(uses: Mapping[str, int], placements: Iterable[str]) -> tuple[str, ...]:
    """The placements that "new pads" is about: those whose pads are worn."""
    return tuple(name for name in dict.fromkeys(placements) if is_worn(uses.get(name)))
