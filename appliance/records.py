"""The base of all records: frozen structures, compared by value.

They are structures of the library msgspec, written in C: many times cheaper than a dataclass to
define, to make and to copy with a change. `python -m tests.benchmarks.bench_records` measures it.
"""

from typing import Any, Self

from msgspec import Struct
from msgspec.structs import replace


class Fixed(Struct, frozen=True):
    """A record. Its fields are set when it is made, and never again."""

    def but(self, **changes: Any) -> Self:
        """A copy with some fields changed. Raises TypeError for an unknown field."""
        return replace(self, **changes)


def as_dict(record: Fixed) -> dict[str, Any]:
    """Its fields by name, with those of the records, lists, tuples and dictionaries in it."""
    return {name: _plain(getattr(record, name)) for name in record.__struct_fields__}


def _plain(value: Any) -> Any:
    if isinstance(value, Fixed):
        return as_dict(value)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value
