"""Scripted hands: presses and turns on gpiozero's mock pins, with the bounce of contacts.

For scripts in virtual time and for a person at a keyboard alike: what is asked for becomes
single moves of single contacts, each with its time; `perform` makes those that are due.
"""

import heapq
import threading
from collections import deque
from itertools import count
from typing import Any, Literal

from appliance.controls.wiring import InputPins
from appliance.records import Fixed
from appliance.session.events import Button
from appliance.therapy.units import LONG_AGO, NEVER

PRESS_S = 0.1
DETENT_S = 0.04

QUARTER_S = 0.0025
"""Between two edges of the knob at the least, however late `perform` is called: no hand is
faster, and edges that come at once would not count."""

FOR_GOOD = NEVER

_KNOB_HIGH = ((True, True), (False, True), (False, False), (True, False))
"""Whether A and B are high in each quarter of the knob's cycle, upwards."""

Key = Button | Literal["stop"]


class Press(Fixed, frozen=True):
    """Push a button, or STOP, at `at` for `for_s` seconds."""

    at: float
    key: Key
    for_s: float = PRESS_S


class Release(Fixed, frozen=True):
    """Let go of what was pressed `FOR_GOOD`."""

    at: float
    key: Key


class Turn(Fixed, frozen=True):
    """Turn the knob by so many detents, upwards if above zero."""

    at: float
    detents: int
    detent_s: float = DETENT_S


Action = Press | Release | Turn


class _Move(Fixed, frozen=True, order=True):
    """One contact at one time. `order` keeps moves of the same time as they were asked for."""

    at: float
    order: int
    pin: str
    high: bool


class Hands:
    """Hands on the pins of a mock factory, which have to be open already.

    At the beginning nothing is touched: every button open, STOP closed. Another thread than the
    one that performs may ask for actions.
    """

    def __init__(self, pins: InputPins, factory: Any) -> None:
        self._pins = {
            "stop": factory.pin(pins.stop),
            Button.CONFIRM.value: factory.pin(pins.confirm),
            Button.BACK.value: factory.pin(pins.back),
            Button.KNOB.value: factory.pin(pins.knob_press),
            "knob_a": factory.pin(pins.knob_a),
            "knob_b": factory.pin(pins.knob_b),
        }
        self._lock = threading.Lock()
        self._order = count()
        self._moves: list[_Move] = []
        self._quarters: deque[_Move] = deque()
        self._knob_free_at = LONG_AGO
        self.knob_edges = pins.knob_edges
        """Edges that the knob in these hands has a detent."""
        self._quarter = 0
        self._pins["stop"].drive_low()

    def do(self, *actions: Action) -> None:
        """Ask for actions; a turn begins when the turns asked for before are over."""
        with self._lock:
            for action in actions:
                self._plan(action)

    @property
    def next_deadline(self) -> float | None:
        """When `perform` has something to do; None while the hands rest."""
        times = [move.at for move in self._moves[:1]]
        times += [max(move.at, self._knob_free_at) for move in (*self._quarters,)[:1]]
        return min(times, default=None)

    def perform(self, now: float) -> None:
        """Make every move that is due; of the knob at most one, as `QUARTER_S` says."""
        with self._lock:
            while self._moves and self._moves[0].at <= now:
                self._drive(heapq.heappop(self._moves))
            if self._quarters and max(self._quarters[0].at, self._knob_free_at) <= now:
                self._drive(self._quarters.popleft())
                self._knob_free_at = now + QUARTER_S

    def _plan(self, action: Action) -> None:
        if isinstance(action, Turn):
            self._plan_turn(action)
            return
        released_at = action.at if isinstance(action, Release) else action.at + action.for_s
        if isinstance(action, Press):
            self._push(action.at, action.key, pressed=True)
        if released_at < FOR_GOOD:
            self._push(released_at, action.key, pressed=False)

    def _push(self, at: float, key: Key, pressed: bool) -> None:
        # STOP is normally closed: pressing opens it, and the pull-up takes the pin high.
        if isinstance(key, Button):
            move = _Move(at, next(self._order), key.value, high=not pressed)
        else:
            move = _Move(at, next(self._order), key, high=pressed)
        heapq.heappush(self._moves, move)

    def _plan_turn(self, turn: Turn) -> None:
        quarter_s = turn.detent_s / self.knob_edges
        at = max(turn.at, self._quarters[-1].at + quarter_s) if self._quarters else turn.at
        step = 1 if turn.detents > 0 else -1
        for index in range(self.knob_edges * abs(turn.detents)):
            before, self._quarter = self._quarter, (self._quarter + step) % len(_KNOB_HIGH)
            contact, high = _moved(before, self._quarter)
            order = next(self._order)
            self._quarters.append(_Move(at + index * quarter_s, order, contact, high))

    def _drive(self, move: _Move) -> None:
        pin = self._pins[move.pin]
        if move.high:
            pin.drive_high()
        else:
            pin.drive_low()


def _moved(before: int, after: int) -> tuple[str, bool]:
    """The knob's contact that moves between two quarters, and whether it is high then."""
    (a_before, _), (a_after, b_after) = _KNOB_HIGH[before], _KNOB_HIGH[after]
    return ("knob_a", a_after) if a_before != a_after else ("knob_b", b_after)
