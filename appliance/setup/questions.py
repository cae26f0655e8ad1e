"""What a chapter asks, and what it comes to."""

from collections.abc import Callable, Generator, Mapping
from typing import Any, TypeAlias, TypeVar

from msgspec import field

from appliance.errors import ApplianceError
from appliance.records import Fixed

SKIP, AGAIN, ON = "skip", "again", "on"


class Option(Fixed, frozen=True):
    """One answer that can be chosen; `id` is what the chapter gets."""

    id: str
    label: str


class Choose(Fixed, frozen=True):
    """One of these options. Where there is `poll`, something else may answer as well.

    `poll` is called with the time, seconds, and returns the answer, or None while there is none.
    """

    words: str
    options: tuple[Option, ...]
    first: str = ""
    """The option that is marked at the beginning."""
    poll: Callable[[float], object | None] | None = None


class Several(Fixed, frozen=True):
    """At least one of these options; the answer is a tuple of their ids, in their order."""

    words: str
    options: tuple[Option, ...]
    chosen: frozenset[str]


class Write(Fixed, frozen=True):
    """A line of text. `mistake` says in words what is wrong with it, or nothing."""

    words: str
    text: str
    mistake: Callable[[str], str]
    known: tuple[str, ...] = ()
    """Texts that are proposed while somebody writes."""


class Work(Fixed, frozen=True):
    """Something that takes its time. The answer is what `job` returns, or its ApplianceError.

    `job` runs on a thread of its own, and calls its argument with a line for each thing that it
    does.
    """

    words: str
    job: Callable[[Callable[[str], None]], object]

    def done(self, tell: Callable[[str], None]) -> object:
        """Do it now, and return the answer."""
        try:
            return self.job(tell)
        except ApplianceError as error:
            return error


Question: TypeAlias = Choose | Several | Write | Work


class SystemChange(Fixed, frozen=True):
    """A change of the machine that is no setting, such as its time zone."""

    words: str
    """What changes, a line for the person."""
    commands: Callable[[], tuple[tuple[str, ...], ...]]
    """What makes the change; asked for at the moment when it is made."""


class Outcome(Fixed, frozen=True):
    """What a chapter comes to."""

    values: Mapping[str, object] = field(default_factory=dict)
    """Settings by full name, typed."""
    to_do: tuple[str, ...] = ()
    """What no setting can put right, a line each: wires, missing parts."""
    system: tuple[SystemChange, ...] = ()
    is_good: bool = True
    """Whether the chapter was gone through to its end."""


SKIPPED = Outcome(is_good=False)
_T = TypeVar("_T")
Talk: TypeAlias = Generator[Question, Any, _T]
"""Yields questions, is sent the answers, and returns what they come to."""
Conversation: TypeAlias = Talk[Outcome]
"""All that a chapter asks."""

GO_ON = Option(ON, "Go on")
TRY_AGAIN = Option(AGAIN, "Try again")
LEAVE_IT = Option(SKIP, "Leave it as it is")
