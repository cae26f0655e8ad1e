"""The order of the events of one step: STOP, fault, report, then the hands' by time.

Events that lower the current come first: while stimulating, a press of the knob and a turn down
come before everything else of the hands. In every other state the events of the hands keep
their order, because each of them means what the screen said at that moment.
"""

from collections.abc import Iterable

from appliance.session.events import (
    BoardReported,
    Button,
    Down,
    Event,
    FaultsChanged,
    StopCommand,
    StopLevel,
    Turn,
)
from appliance.therapy.units import LONG_AGO


def in_order(events: Iterable[Event], *, running: bool) -> list[Event]:
    """The events in the order in which a step takes them."""
    every = tuple(events)
    if len(every) < 2:
        return list(every)
    kept = _not_overruled(every) if running else every
    return sorted(kept, key=lambda event: (_rank(event, running), event.at))


def _not_overruled(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Leave out turns up from before a press of the knob, so that its zero holds."""
    zero_at = max(
        (e.at for e in events if isinstance(e, Down) and e.button is Button.KNOB), default=LONG_AGO
    )
    return tuple(
        e for e in events if not (isinstance(e, Turn) and e.direction > 0 and e.at <= zero_at)
    )


def _rank(event: Event, running: bool) -> int:
    match event:
        case StopLevel() | StopCommand():
            return 0
        case FaultsChanged():
            return 1
        case BoardReported():
            return 2
        case Down(_, Button.KNOB) if running:
            return 3
        case Turn(_, direction) if running and direction < 0:
            return 4
        case _:
            return 5
