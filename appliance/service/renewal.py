"""Runs a service, and after it has ended for new settings the one that is made of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from appliance.session.state import State

if TYPE_CHECKING:
    from appliance.service.loop import Service
    from appliance.session.record import Record

UNTOUCHED_S = 5.0
"""New settings wait until no hand has been at the box for so long."""


def nobody_is_at(record: "Record") -> bool:
    """Whether the box is locked, and no hand has been at it for a while.

    A date that is half set is waited for until it lapses: it would have to be begun again.
    """
    untouched = not record.presses and record.now - record.touched_at >= UNTOUCHED_S
    return record.state is State.LOCKED and untouched and record.date_draft is None


class Runs:
    """One service after the other, until `end`. The chosen person stays, if still in the plan.

    A person may be reading while the settings change, and the next press is meant for what they
    read.
    """

    def __init__(self, make: Callable[[], "Service"]) -> None:
        self._make = make
        self._service: Service | None = None
        self._person = ""
        self._ended = False

    def run(self) -> None:
        """Run until `end`. Raises what `make` and the service raise."""
        while not self._ended:
            self._service = service = self._make()
            service.record = _shown_to(service.record, self._person)
            if self._ended:
                # Ended while the parts were opened: the service switches off and closes them.
                service.end()
            service.run()
            # From here on there is no loop to wake.
            self._service = None
            if service.record.state is State.LOCKED:
                self._person = service.record.person
            if not service.renews:
                return

    def end(self) -> None:
        """Make the running service end, or the next one. Signal handlers may call this."""
        self._ended = True
        if self._service is not None:
            self._service.end()


def _shown_to(record: "Record", person: str) -> "Record":
    """The record with this person chosen; the first one stays where there is no such name."""
    people = record.rules.people
    return record.but(person_index=people.index(person)) if person in people else record
