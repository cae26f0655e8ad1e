"""What to buy for the bench output stage, from the fields of its schematic."""

import csv
import io
import re
from collections.abc import Iterable

from hardware.build.netlist import Netlist, Part

COLUMNS = (
    *("reference", "quantity", "value", "manufacturer", "number"),
    *("supplier_1", "order_1", "supplier_2", "order_2", "must_have", "substitute"),
)
"""Those of `hardware/parts.csv`."""
NOT_VERIFIED = "not verified"
"""In place of a supplier: no public list shows an order number beside the maker's number."""
_FIELDS = (
    *("Manufacturer", "MPN", "Supplier 1", "Order 1", "Supplier 2", "Order 2"),
    *("Must have", "Substitute"),
)


def table(drawn: Netlist) -> str:
    """A row for each kind of part, as CSV."""
    kinds: dict[tuple[str, ...], list[Part]] = {}
    for part in sorted(drawn.parts.values(), key=_natural):
        kinds.setdefault(_kind(part), []).append(part)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(kind, parts) for kind, parts in kinds.items())
    return text.getvalue()


def _natural(part: Part) -> tuple[str, int]:
    letters, number = re.fullmatch(r"(\D+)(\d+)", part.reference).groups()  # type: ignore[union-attr]
    return letters, int(number)


def _kind(part: Part) -> tuple[str, ...]:
    is_ring = part.reference.startswith("TP")
    value = "test point" if is_ring else part.value
    return (value, *(part.fields.get(name, "") for name in _FIELDS))


def _row(kind: tuple[str, ...], parts: Iterable[Part]) -> list[str]:
    value, maker, number, first, order_1, second, order_2, must_have, substitute = kind
    named = list(parts)
    return [
        " ".join(part.reference for part in named),
        str(sum(part.fitted for part in named)),
        *(value, maker, number),
        *(first or NOT_VERIFIED, order_1, second or NOT_VERIFIED, order_2),
        *(must_have, substitute),
    ]
