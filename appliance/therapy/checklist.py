"""The checklist: the statements that a person agrees to, one by one, before any current."""

from dataclasses import dataclass
from enum import Enum


class Remedy(Enum):
    """What to do when a statement is not true."""

    DOCTOR = "doctor"
    NOT_TODAY = "not_today"
    PUT_RIGHT = "put_right"


class Heading(Enum):
    """The question above a card of the full list; the session list has its own."""

    IS_THIS_TRUE = "is_this_true"
    NONE_TRUE = "none_true"
    NONE_OR_DOCTOR = "none_or_doctor"
    NONE_HERE = "none_here"
    I_WILL = "i_will"


@dataclass(frozen=True, slots=True)
class Statement:
    """One screen of the checklist. Its words are in the language files under its id."""

    id: str
    remedy: Remedy
    heading: Heading
    full_list: bool
    only_when_clock_not_trusted: bool = False
    covers: tuple[int, ...] = ()
    """Numbers of the warnings that it asks about, as the checklist's file lists them."""


def statements_due(
    statements: tuple[Statement, ...], *, full_list: bool, clock_trusted: bool
) -> tuple[Statement, ...]:
    """The statements that this person has to agree to now, in order."""
    return tuple(
        statement
        for statement in statements
        if (full_list or not statement.full_list)
        and not (clock_trusted and statement.only_when_clock_not_trusted)
    )
