"""The pins: each control is worked once by hand, and its lines are found by what moves."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field

from appliance.controls.encoder import EDGES, quarter
from appliance.errors import ControlsError
from appliance.settings.keys import find
from appliance.setup.draft import Draft
from appliance.setup.machine import Machine
from appliance.setup.pin_watch import Move, PinWatch
from appliance.setup.questions import (
    AGAIN,
    GO_ON,
    LEAVE_IT,
    ON,
    SKIPPED,
    TRY_AGAIN,
    Choose,
    Conversation,
    Option,
    Outcome,
    Talk,
)

QUIET_S = 0.5
"""After this long without a movement the knob counts as being at rest."""
_NOTHING = Option("nothing", "Nothing happens")
_BUTTONS = (
    ("controls.confirm", "Press CONFIRM now, the right button, and let go."),
    ("controls.back", "Press BACK now, the left button, and let go."),
    ("controls.knob_press", "Press the knob now, straight down, and let go."),
)
_BEGIN = """\
Each button, STOP and the knob is worked once, and its wires are found by what moves.

Let go of everything first. STOP is plugged in and not pressed."""
_NORMALLY_OPEN = """\
STOP is wired the wrong way round: GPIO {pin} closes when STOP is pressed. It has to be \
closed at rest and to open when it is pressed, so that a broken wire or a lead that is out \
stops as well.

Use the switch's normally closed contact (NC, often 1-2 or 11-12), between GPIO {pin} and ground. \
No setting can put this right."""
_STOP_OPEN = """\
Nothing has opened. STOP on GPIO {pin} reads {level} now.

At rest it has to read closed. Plug the lead in; look for a broken wire: between GPIO {pin} and \
ground there are less than 5 ohm at rest."""
_NO_MOVE = """\
Nothing has moved on any free line.

{name} is set to GPIO {pin}: its wire goes from there to one side of the switch, ground to the \
other. `ems-appliance wiring` shows the pins of the header."""


@dataclass
class _Found:
    """What the hands have shown so far."""

    watch: PinWatch
    draft: Draft
    values: dict[str, object] = field(default_factory=dict)
    to_do: list[str] = field(default_factory=list)
    told: str = ""
    """What was found last, for the head of the next question."""

    def pin(self, name: str) -> int:
        """The pin that is set for this control."""
        pin = find(name).value_in(self.draft.settings)
        if not isinstance(pin, int):
            raise TypeError(name)
        return pin

    def is_new(self, move: Move) -> bool:
        """Whether the line belongs to no control that has been found already."""
        return move.pin not in self.values.values()

    def took(self, name: str, pin: int) -> None:
        where = f"GPIO {pin}"
        if pin != self.pin(name):
            where += f", and not GPIO {self.pin(name)} as the settings say"
        self.values[name] = pin
        self.told = f"{_called(name)}: {where}. Good.\n\n"

    def head(self) -> str:
        told, self.told = self.told, ""
        return told


def ask(draft: Draft, machine: Machine) -> Conversation:
    if (yield Choose(_BEGIN, (GO_ON, LEAVE_IT))) != ON:
        return SKIPPED
    while True:
        try:
            pins = machine.open_pins(draft.settings)
            watch = PinWatch(draft.settings, pins, machine.clock, machine.host)
        except ControlsError as error:
            if (yield Choose(f"{error}", (TRY_AGAIN, LEAVE_IT))) != AGAIN:
                return Outcome(to_do=(f"pins: {error}",), is_good=False)
            continue
        with closing(watch):
            return (yield from _all(_Found(watch, draft)))


def _all(found: _Found) -> Conversation:
    for name, words in _BUTTONS:
        yield from _button(found, name, words)
    yield from _stop(found)
    yield from _knob(found)
    _look_at_stop(found)
    changed = [
        f"{_called(name)}: {pin}, was {find(name).value_in(found.draft.settings)}"
        for name, pin in found.values.items()
        if pin != find(name).value_in(found.draft.settings)
    ]
    changes = ["", "What changes in the settings:", *changed] if changed else ["Nothing changes."]
    wrong = ["", "To be put right by hand:", *found.to_do] if found.to_do else []
    yield Choose("\n".join([found.head(), *changes, *wrong]), (GO_ON,))
    return Outcome(found.values, tuple(found.to_do), is_good=not found.to_do)


def _called(name: str) -> str:
    """What a person calls a control."""
    return name.removeprefix("controls.").replace("_", " ").upper()


def _next_move(found: _Found, wanted: Callable[[Move], bool]) -> Callable[[float], Move | None]:
    """Poll for the first move of a line that has not been found yet."""
    found.watch.moves()

    def poll(now: float) -> Move | None:
        fresh = (move for move in found.watch.moves() if found.is_new(move) and wanted(move))
        return next(fresh, None)

    return poll


def _button(found: _Found, name: str, words: str) -> Talk[None]:
    """Find the line of a button, which closes when it is pressed."""
    while True:
        move = yield Choose(
            found.head() + words, (_NOTHING, LEAVE_IT), poll=_next_move(found, lambda move: True)
        )
        if isinstance(move, Move) and move.closed:
            found.took(name, move.pin)
            return
        if isinstance(move, Move):
            wrong = (
                f"GPIO {move.pin} has opened. A button has to be open at rest and to close when it"
                " is pressed: use the other contact of the switch (NO). Let go, and try again."
            )
        elif move == _NOTHING.id:
            wrong = _NO_MOVE.format(name=_called(name), pin=found.pin(name))
        else:
            return
        if (yield Choose(wrong, (TRY_AGAIN, LEAVE_IT))) != AGAIN:
            found.to_do.append(f"{_called(name)}: {wrong.splitlines()[0]}")
            return


def _stop(found: _Found) -> Talk[None]:
    """Find STOP's line, which is closed at rest and opens when it is pressed."""
    while True:
        pin = found.pin("controls.stop")
        move = yield Choose(
            f"{found.head()}Press STOP now, and let go.",
            (_NOTHING, LEAVE_IT),
            poll=_next_move(found, lambda move: True),
        )
        if isinstance(move, Move) and not move.closed:
            if (yield from _let_go(found, move.pin)):
                found.took("controls.stop", move.pin)
                return
            wrong = _STOP_OPEN.format(pin=move.pin, level="open")
        elif isinstance(move, Move):
            wrong = _NORMALLY_OPEN.format(pin=move.pin)
        elif move == _NOTHING.id:
            level = "closed" if found.watch.is_closed(pin) else "open"
            wrong = _STOP_OPEN.format(pin=pin, level=level)
        else:
            return
        if (yield Choose(wrong, (TRY_AGAIN, LEAVE_IT))) != AGAIN:
            found.to_do.append("STOP: " + wrong.splitlines()[0])
            return


def _look_at_stop(found: _Found) -> None:
    """Report a STOP that was not pressed and is not closed at rest."""
    found.watch.moves()
    pin = found.pin("controls.stop")
    is_told = any(line.startswith("STOP: ") for line in found.to_do)
    if "controls.stop" not in found.values and not is_told and not found.watch.is_closed(pin):
        found.to_do.append(
            f"STOP: GPIO {pin} reads open at rest: plug the lead in, look for a broken wire"
        )


def _let_go(found: _Found, pin: int) -> Talk[bool]:
    """Wait until STOP is closed again, and return whether it is."""

    def closed(now: float) -> bool | None:
        found.watch.moves()
        return found.watch.is_closed(pin) or None

    answer = yield Choose(
        "Let go of STOP. It has to read closed at rest.",
        (Option("open", "I have let go"),),
        poll=closed,
    )
    return answer is True


@dataclass
class _Turn:
    """What the knob's lines did between two rests."""

    moves: list[Move]
    before: dict[int, bool]

    @property
    def pins(self) -> tuple[int, ...]:
        """The lines that moved, the first one first."""
        return tuple(dict.fromkeys(move.pin for move in self.moves))

    def quarters(self, a: int, b: int) -> int:
        """Quarters of a cycle, up less down, with these lines as A and B."""
        levels, count = (self.before[a], self.before[b]), 0
        for move in self.moves:
            after = (move.closed, levels[1]) if move.pin == a else (levels[0], move.closed)
            count += quarter(levels, after)
            levels = after
        return count


def _turned(found: _Found) -> Callable[[float], _Turn | None]:
    """Poll until lines have moved and are at rest again."""
    found.watch.moves()
    before = found.watch.levels()
    moves: list[Move] = []

    def poll(now: float) -> _Turn | None:
        moves.extend(move for move in found.watch.moves() if found.is_new(move))
        at_rest = bool(moves) and now - moves[-1].at >= QUIET_S
        return _Turn(list(moves), before) if at_rest else None

    return poll


def _knob(found: _Found) -> Talk[None]:
    """Find A, B and the edges of a detent: one click to the right, and one back."""
    while True:
        right = yield Choose(
            f"{found.head()}Turn the knob one click to the RIGHT, and let go.",
            (_NOTHING, LEAVE_IT),
            poll=_turned(found),
        )
        if right == _NOTHING.id:
            wrong = _NO_MOVE.format(name="The knob", pin=found.pin("controls.knob_a"))
        elif not isinstance(right, _Turn):
            return
        else:
            left = yield Choose(
                "And one click back to the LEFT.", (_NOTHING, LEAVE_IT), poll=_turned(found)
            )
            wrong = _judge(found, right, left if isinstance(left, _Turn) else None)
        if not wrong:
            return
        if (yield Choose(wrong, (TRY_AGAIN, LEAVE_IT))) != AGAIN:
            found.to_do.append(f"knob: {wrong.splitlines()[0]}")
            return


def _judge(found: _Found, right: _Turn, left: _Turn | None) -> str:
    """Take A, B and the edges from two turns, or say why they do not tell them."""
    if len(right.pins) != 2:
        lines = ", ".join(f"GPIO {pin}" for pin in right.pins)
        return (
            f"Moved: {lines}. A and B both have to, and nothing else: look at the knob's wires,"
            " and turn the knob alone."
        )
    # To the right A moves first, wherever the knob rests.
    a, b = right.pins
    edges = right.quarters(a, b)
    back = left.quarters(a, b) if left is not None and set(left.pins) == {a, b} else 0
    if edges not in EDGES or back != -edges:
        return (
            f"That was {edges} edges to the right and {-back} to the left. One click each has 4, or"
            " 2: turn again, one click at a time."
        )
    set_now = (found.pin("controls.knob_a"), found.pin("controls.knob_b"))
    swapped = " A and B are swapped; the settings turn them round." if (b, a) == set_now else ""
    found.values |= {"controls.knob_a": a, "controls.knob_b": b, "controls.knob_edges": edges}
    found.told = f"Knob: A is GPIO {a}, B is GPIO {b}, {edges} edges a click.{swapped}"
    return ""
