"""The panel's RES pin, for modules that stay mute until it was pulled low and let go."""

import time
from collections.abc import Callable
from typing import Any

from appliance.controls.pins import claim
from appliance.errors import ScreenError

LOW_S = 0.01
"""The controllers ask for 3 us; the capacitor of a module takes longer."""
AWAKE_S = 0.1
"""Time after the reset until the controller accepts commands."""


class ScreenReset:
    """Call it to reset the panel: it takes 0.11 s. At rest the pin is high."""

    def __init__(self, pin: int, factory: Any, sleep: Callable[[float], None] = time.sleep) -> None:
        self._line = claim(_open, pin, "screen reset", factory)
        self._sleep = sleep

    def __call__(self) -> None:
        """Raises ScreenError where the pin cannot be driven."""
        try:
            self._line.off()
            self._sleep(LOW_S)
            self._line.on()
        except Exception as error:  # lgpio, gpiozero and the kernel each raise their own kind
            raise ScreenError(f"screen: its reset pin cannot be driven ({error})") from error
        self._sleep(AWAKE_S)


def _open(pin: int, pin_factory: Any) -> Any:
    from gpiozero import OutputDevice  # here: 60 ms that commands without pins save

    return OutputDevice(pin, pin_factory=pin_factory, initial_value=True)
