"""Translates keys and mouse buttons into presses, holds and turns of the virtual box's controls.

A terminal reports when a key goes down and never when it is released, so one key is a press and
another one a hold. A mouse button is reported both ways and holds as long as it is down.
"""

from appliance.session.events import Button
from appliance.simulator.scripted_hands import FOR_GOOD, Press, Release, Turn
from appliance.therapy.units import LONG_AGO
from appliance.virtual_box.box import VirtualBox

PRESS_S = 0.1
HOLD_S = 1.3
"""Longer than the longest hold of the box."""


class Keyboard:
    """Keys and mouse moves become moves of the hands, at the box's time."""

    def __init__(self, box: VirtualBox) -> None:
        self._box = box
        self._down_until = dict.fromkeys(Button, LONG_AGO)
        self._jammed: frozenset[Button] = frozenset()
        self.stop_pressed = False
        self.stop_wire_broken = False
        self.detents = 0
        """How far the knob was turned, upwards from where it stood."""

    def press(self, button: Button) -> None:
        self._push(button, PRESS_S)

    def hold(self, button: Button) -> None:
        """Press long enough for a hold to count."""
        self._push(button, HOLD_S)

    def push(self, button: Button) -> None:
        """Press until `let_go`."""
        self._push(button, FOR_GOOD)

    def let_go(self, button: Button) -> None:
        if self._down_until[button] < FOR_GOOD or button in self._jammed:
            return
        # A click between two steps of the box is still a press.
        at = self._box.now + PRESS_S
        self._down_until[button] = at
        self._box.hands.do(Release(at, button))

    def is_down(self, button: Button) -> bool:
        return self._down_until[button] > self._box.now

    def jam(self, button: Button, *, jammed: bool) -> None:
        """A button sticks, or is free again."""
        if jammed:
            self.push(button)
            self._jammed |= {button}
        else:
            self._jammed -= {button}
            self.let_go(button)

    def toggle_stop(self) -> None:
        """Press STOP, or let go of it."""
        self._move_stop(pressed=not self.stop_pressed, broken=self.stop_wire_broken)

    def break_stop_wire(self, *, broken: bool) -> None:
        """The wire of the STOP lead breaks, or is mended."""
        self._move_stop(pressed=self.stop_pressed, broken=broken)

    def turn(self, detents: int) -> None:
        self.detents += detents
        self._box.hands.do(Turn(self._box.now, detents))

    def _push(self, button: Button, for_s: float) -> None:
        if self.is_down(button):
            return
        self._down_until[button] = self._box.now + for_s
        self._box.hands.do(Press(self._box.now, button, for_s))

    def _move_stop(self, *, pressed: bool, broken: bool) -> None:
        was_open = self.stop_pressed or self.stop_wire_broken
        self.stop_pressed, self.stop_wire_broken = pressed, broken
        now = self._box.now
        if pressed or broken:
            if not was_open:
                self._box.hands.do(Press(now, "stop", FOR_GOOD))
        elif was_open:
            self._box.hands.do(Release(now, "stop"))
