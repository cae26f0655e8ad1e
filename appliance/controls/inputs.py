"""Reads STOP, the buttons and the knob, and turns them into events.

`Controls.read` reads the level of every contact, so that it is right even if no edge ever comes.
Edges only make it fast and report changes that ended before the levels were read.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from appliance.controls.contacts import SILENCE_S, Contact, Edge, Listener
from appliance.controls.encoder import EDGES, Encoder, KnobEdge
from appliance.controls.wiring import InputPins
from appliance.session.events import Button, Down, Event, StopLevel, Turn, Up

BLIND_S = 0.02
"""A button is ignored for this long after a change, because contacts bounce."""

STUCK_S = 30.0
"""A button that is down for longer than this is stuck."""


class Stop:
    """The STOP switch. Its contact is normally closed: open means pressed or a broken wire.

    There is no debounce. Any sign that it opened is a press.
    """

    def __init__(self, contact: Contact, now: float) -> None:
        self.contact = contact
        self._reported_open: bool | None = None
        self._reported_at = now

    @property
    def is_open(self) -> bool:
        """Whether STOP is pressed, its wire broken, or its pin unreadable."""
        return self.contact.failed or not self.contact.closed

    def read(self, edges: list[Edge], now: float) -> list[Event]:
        events: list[Event] = []
        # The level has reported edges older than the last report already. Any other edge while
        # STOP was closed means that it opened, even if only briefly.
        unheard = [edge.at for edge in edges if edge.at >= self._reported_at]
        if unheard and not self._reported_open:
            events.append(self._report(True, unheard[0]))
        if self.is_open != self._reported_open:
            events.append(self._report(self.is_open, now))
        return events

    def _report(self, is_open: bool, at: float) -> StopLevel:
        self._reported_open, self._reported_at = is_open, at
        return StopLevel(at, is_open)


class Key:
    """A button: acts on the first edge, ignores bounces for 20 ms, then follows the level."""

    def __init__(self, contact: Contact, button: Button, now: float) -> None:
        self.contact = contact
        self._button = button
        self._down = contact.closed
        self._since = self._blind_until = now

    def read(self, edges: list[Edge], now: float) -> list[Event]:
        events: list[Event] = []
        for edge in edges:
            events += self._look(edge.closed, edge.at)
        return events + self._look(self.contact.closed, now)

    def deadline(self) -> float | None:
        """When to read again because the level changed in the blind time, or None."""
        return self._blind_until if self.contact.closed != self._down else None

    def is_stuck(self, now: float) -> bool:
        return self._down and now - self._since > STUCK_S

    def _look(self, closed: bool, at: float) -> list[Event]:
        if closed == self._down or at < self._blind_until:
            return []
        self._down, self._since, self._blind_until = closed, at, at + BLIND_S
        return [Down(at, self._button) if closed else Up(at, self._button)]


class Knob:
    """Decodes turns of the knob from edges; levels reveal lost edges."""

    def __init__(self, a: Contact, b: Contact, edges: int = EDGES[0]) -> None:
        self.contacts = (a, b)
        self._encoder = Encoder(a.closed, b.closed, edges)
        self._astray_since: float | None = None

    def read(self, edges: list[Edge], now: float, noticed_at: float) -> list[Event]:
        """`noticed_at` is when the edges had been taken and both levels read."""
        events: list[Event] = []
        for edge in edges:
            detent = self._encoder.edge(self._knob_edge(edge, noticed_at))
            if detent:
                events.append(Turn(edge.at, detent))
        self._compare(bool(edges), now)
        return events

    def deadline(self) -> float | None:
        return None if self._astray_since is None else self._astray_since + SILENCE_S

    def _knob_edge(self, edge: Edge, noticed_at: float) -> KnobEdge:
        is_a = edge.contact is self.contacts[0]
        other = self.contacts[1 if is_a else 0]
        return KnobEdge(edge.at, is_a, edge.closed, other.closed, noticed_at)

    def _compare(self, moving: bool, now: float) -> None:
        levels = (self.contacts[0].closed, self.contacts[1].closed)
        if levels == self._encoder.levels:
            self._astray_since = None
        elif self._astray_since is None or moving:
            self._astray_since = now
        elif now >= self._astray_since + SILENCE_S:
            self._encoder.resynchronise(*levels)
            self._astray_since = None


class Controls:
    """All controls on their pins.

    `now` is the loop's clock in seconds; a thread of gpiozero may call it too. The levels at
    construction are the start: a button that is down then does not count as pressed. The first
    `read` always reports STOP's level. Raises ControlsError if a pin cannot be opened.
    """

    def __init__(self, pins: InputPins, factory: Any, now: Callable[[], float]) -> None:
        self._now = now
        self._ends = ExitStack()
        self._contacts: list[Contact] = []
        self._last_read = now()
        try:
            self._open(pins, factory)
        except BaseException:
            self.close()
            raise

    def fileno(self) -> int | None:
        """A descriptor that becomes readable when a contact changed; then call `read`.

        None while the edges cannot be read, which is a fault.
        """
        return self._listener.fileno()

    def read(self, now: float) -> list[Event]:
        """All events since the last call, in the order of time.

        Call it when `fileno` can be read, at `next_deadline`, and every 10 ms while current
        may flow (with every step otherwise): no press is lost then, even if no edge ever comes.
        """
        edges = self._listener.take()
        for contact in self._contacts:
            contact.poll(now, any(edge.contact is contact for edge in edges))
        noticed_at = self._now()
        # A late edge gets the time of this step's start: time must not run backwards.
        earliest, self._last_read = self._last_read, now
        events = [e.but(at=max(e.at, earliest)) for e in self._events(edges, now, noticed_at)]
        return sorted(events, key=lambda event: event.at)

    def stop_is_open(self) -> bool:
        """Read STOP's level now: True is pressed, unplugged, broken or unreadable."""
        self._stop.contact.poll(self._now(), False)
        return self._stop.is_open

    @property
    def next_deadline(self) -> float | None:
        """When `read` is due even if nothing changes, seconds; None where it is not."""
        deadlines = [key.deadline() for key in self._keys]
        deadlines.append(self._knob.deadline())
        return min((at for at in deadlines if at is not None), default=None)

    def faults(self, now: float) -> frozenset[str]:
        """Ids of the faults that the last `read` found."""
        found = {
            "pins_failed": self._listener.failed
            or any(contact.failed for contact in self._contacts),
            "edges_dead": any(contact.is_deaf(now) for contact in self._contacts),
            "button_stuck": any(key.is_stuck(now) for key in self._keys),
        }
        return frozenset(name for name, present in found.items() if present)

    def close(self) -> None:
        """Close all pins. It can be called twice."""
        self._ends.close()

    def _open(self, pins: InputPins, factory: Any) -> None:
        stop = self._contact(pins.stop, "stop", factory)
        confirm = self._contact(pins.confirm, "confirm", factory)
        back = self._contact(pins.back, "back", factory)
        press = self._contact(pins.knob_press, "knob_press", factory)
        a = self._contact(pins.knob_a, "knob_a", factory)
        b = self._contact(pins.knob_b, "knob_b", factory)
        self._listener = Listener(self._contacts, factory, self._now)
        self._ends.callback(self._listener.close)
        self._start(stop, ((confirm, Button.CONFIRM), (back, Button.BACK), (press, Button.KNOB)))
        self._knob = Knob(a, b, pins.knob_edges)

    def _contact(self, pin: int, purpose: str, factory: Any) -> Contact:
        contact = Contact(pin, purpose, factory)
        self._ends.callback(contact.close)
        self._contacts.append(contact)
        return contact

    def _start(self, stop: Contact, keys: tuple[tuple[Contact, Button], ...]) -> None:
        # The levels are read only after all pins report edges, so that no change is missed.
        now = self._now()
        for contact in self._contacts:
            contact.poll(now, False)
        self._listener.take()
        self._stop = Stop(stop, now)
        self._keys = tuple(Key(contact, button, now) for contact, button in keys)

    def _events(self, edges: list[Edge], now: float, noticed_at: float) -> list[Event]:
        def of(*contacts: Contact) -> list[Edge]:
            return [edge for edge in edges if edge.contact in contacts]

        events = self._stop.read(of(self._stop.contact), now)
        for key in self._keys:
            events += key.read(of(key.contact), now)
        return events + self._knob.read(of(*self._knob.contacts), now, noticed_at)
