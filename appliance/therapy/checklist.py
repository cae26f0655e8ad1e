"""The checklist: the statements that a person agrees to, one by one, before any current."""

from collections.abc import Collection
from enum import Enum

from appliance.records import Fixed


class Remedy(Enum):
    """What to do when a statement is not true."""

    DOCTOR = "doctor"
    NOT_TODAY = "not_today"
    PUT_RIGHT = "put_right"


class Heading(Enum):
    """The kind of a statement: it decides what is held to agree, and what BACK says instead."""

    IS_THIS_TRUE = "is_this_true"
    NONE_TRUE = "none_true"
    NONE_OR_DOCTOR = "none_or_doctor"
    NONE_HERE = "none_here"
    I_WILL = "i_will"


class When(Enum):
    """What has to be the case for a statement to be asked."""

    ALWAYS = "always"
    CLOCK_NOT_TRUSTED = "clock_not_trusted"
    SKIN_WAS_RED = "skin_was_red"
    BURNED = "burned"


class Statement(Fixed, frozen=True):
    """One screen of the checklist. Its words are in the language files under its id."""

    id: str
    remedy: Remedy
    heading: Heading
    full_list: bool
    only_when: When = When.ALWAYS
    covers: tuple[int, ...] = ()
    """Numbers of the warnings that it asks about, as the checklist's file lists them."""


def statements_due(
    statements: tuple[Statement, ...], *, full_list: bool, the_case: Collection[When] = ()
) -> tuple[Statement, ...]:
    """The statements that this person has to agree to now, in order."""
    return tuple(
        statement
        for statement in statements
        if (full_list or not statement.full_list)
        and (statement.only_when is When.ALWAYS or statement.only_when in the_case)
    )
