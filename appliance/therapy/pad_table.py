"""The pads of each placement, counted and measured: the one table behind lists and pictures.

All of it is read from the placement's geometry, from which the picture is drawn and the density
computed as well.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from appliance.records import Fixed
from appliance.therapy.placements import Pad, Placement, gap_cm


class PadRow(Fixed, frozen=True):
    """What a person needs for one placement."""

    placement: str
    sizes: tuple[tuple[int, str], ...]
    """How many pads of each size, such as `5×9`, in centimetres across and along the body."""
    apart_cm: float
    """Between the edges of a channel's two pads, the smaller where the sides differ."""
    smallest_cm2: float


def row_of(placement: Placement) -> PadRow | None:
    """The row of a placement; None for a dummy load, which has no pads."""
    every = sum(placement.pads, ())
    area_cm2 = placement.smallest_pad_cm2
    if not every or area_cm2 is None:
        return None
    apart_cm = min(gap_cm(*pads) for pads in placement.pads)
    return PadRow(placement.id, sizes_of(every), apart_cm, area_cm2)


def sizes_of(pads: Iterable[Pad]) -> tuple[tuple[int, str], ...]:
    """How many pads of each size there are, the first size first."""
    counted = Counter(f"{pad.width_cm:g}×{pad.height_cm:g}" for pad in pads)
    return tuple((count, size) for size, count in counted.items())


def to_buy(rows: Sequence[PadRow]) -> dict[str, int]:
    """How many pads of each size one person needs: a set of their own for each placement."""
    total: Counter[str] = Counter()
    for row in rows:
        for count, size in row.sizes:
            total[size] += count
    return dict(total)


def rows_of(placements: Mapping[str, Placement]) -> list[PadRow]:
    return [row for one in placements.values() if (row := row_of(one)) is not None]


def table(placements: Mapping[str, Placement]) -> str:
    """The table in Markdown, for the documents."""
    lines = [
        "| placement | pads | between the edges of one side's two | smallest pad |",
        "|---|---|---|---|",
    ]
    for row in rows_of(placements):
        sizes = ", ".join(f"{count} of {size} cm" for count, size in row.sizes)
        lines.append(
            f"| `{row.placement}` | {sizes} | {row.apart_cm:g} cm | {row.smallest_cm2:g} cm2 |"
        )
    return "\n".join((*lines, ""))
