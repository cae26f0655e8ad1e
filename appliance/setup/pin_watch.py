"""Which lines of the header move: all free ones are watched, so that a wrong wire is found too."""

from contextlib import ExitStack, suppress
from typing import Any

from appliance.clock import Clock
from appliance.controls.contacts import Contact, Listener
from appliance.errors import ControlsError
from appliance.records import Fixed
from appliance.settings.keys import pins_of
from appliance.settings.kinds import LAST_PIN
from appliance.settings.model import I2C_PINS, Settings

_NOT_OURS = frozenset(pin for bus in I2C_PINS.values() for pin in bus)
"""The I2C buses of the header: screen, clock module, and the memory of add-on boards."""


class Move(Fixed, frozen=True):
    """A line moved: it closed to ground, or it opened."""

    pin: int
    closed: bool
    at: float


class PinWatch:
    """Every line that may carry a control, as an input with its pull-up.

    Lines of outputs are left alone, and so is a line that somebody else holds. Raises ControlsError
    where a line of a control in `settings` is held.
    """

    def __init__(self, settings: Settings, factory: Any, clock: Clock) -> None:
        self._now = clock.now
        self._factory = factory
        self._ends = ExitStack()
        self._ends.callback(factory.close)
        self._contacts: dict[Contact, int] = {}
        wanted = {pin: key.name for key, pin in pins_of(settings) if key.section == "controls"}
        taken = {pin for key, pin in pins_of(settings)} - wanted.keys()
        try:
            for pin, name in wanted.items():
                self._open(pin, name)
            for pin in sorted(set(range(LAST_PIN + 1)) - wanted.keys() - taken - _NOT_OURS):
                with suppress(ControlsError):
                    self._open(pin, "setup")
            self._listener = Listener(tuple(self._contacts), factory, self._now)
            self._ends.callback(self._listener.close)
        except BaseException:
            self.close()
            raise
        self._listener.take()
        self._levels = {pin: contact.closed for contact, pin in self._contacts.items()}

    def is_closed(self, pin: int) -> bool:
        """Whether the line is connected to ground now, as far as it has been looked at."""
        return self._levels.get(pin, False)

    def moves(self) -> list[Move]:
        """What has moved since the last call, in the order of time."""
        edges = self._listener.take()
        found = [Move(self._contacts[edge.contact], edge.closed, edge.at) for edge in edges]
        for move in found:
            self._levels[move.pin] = move.closed
        # The level decides: an edge may be lost.
        for contact, pin in self._contacts.items():
            contact.poll(self._now(), heard=False)
            if contact.closed != self._levels[pin]:
                self._levels[pin] = contact.closed
                found.append(Move(pin, contact.closed, self._now()))
        return found

    def levels(self) -> dict[int, bool]:
        """Whether each line is closed, as far as it has been looked at."""
        return dict(self._levels)

    def close(self) -> None:
        self._ends.close()

    def _open(self, pin: int, purpose: str) -> None:
        contact = Contact(pin, purpose, self._factory)
        self._ends.callback(contact.close)
        self._contacts[contact] = pin
