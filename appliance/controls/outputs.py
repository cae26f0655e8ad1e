"""Output pins: lamp, enable line, buzzer and vibration motor.

Writing never raises and never waits. A pin that cannot be written is the fault `pins_failed`; an
enable line that cannot be written gets no edges, and that means off.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from appliance.controls.pins import claim
from appliance.therapy.units import LONG_AGO

LAMP_HZ = 200
"""Fast enough that people do not see the lamp flicker."""

ENABLE_EDGE_S = 0.02
"""Least time between two edges; the charge pump needs one every 20 to 50 ms."""


class Output:
    """A pin that is low at the start, low when closed, and off while it is low."""

    def __init__(self, pin: int, purpose: str, factory: Any) -> None:
        self._device = claim(self._open, pin, purpose, factory)
        self.failed = False
        self._last_write: Callable[[], None] = lambda: None

    def drive(self, high: bool) -> None:
        self._try(lambda: self._hold(high))

    def retry(self) -> None:
        """Repeat the last write if it failed."""
        if self.failed:
            self._try(self._last_write)

    def close(self) -> None:
        """Set the pin low and close it. Closing makes it an input, which floats."""
        self.drive(False)
        with suppress(Exception):
            self._device.close()

    @staticmethod
    def _open(pin: int, pin_factory: Any) -> Any:
        from gpiozero import OutputDevice  # here: 60 ms that commands without pins save

        return OutputDevice(pin, pin_factory=pin_factory)

    def _hold(self, high: bool) -> None:
        self._device.value = high

    def _try(self, write: Callable[[], None]) -> None:
        self._last_write = write
        try:
            write()
            self.failed = False
        except Exception:  # lgpio, gpiozero and the kernel each raise their own kind
            self.failed = True


class WaveOutput(Output):
    """A pin that can also carry a square wave. Where pins have no PWM, a wave is plain high."""

    def __init__(self, pin: int, purpose: str, factory: Any) -> None:
        super().__init__(pin, purpose, factory)
        self._has_pwm = hasattr(self._device, "frequency")
        self.drive(False)

    def wave(self, frequency_hz: float, duty: float) -> None:
        """Square wave of this frequency, high for the share `duty` (0 to 1) of each period."""
        self._try(lambda: self._send(frequency_hz, duty))

    @staticmethod
    def _open(pin: int, pin_factory: Any) -> Any:
        # Imported here for the same reason.
        from gpiozero import OutputDevice, PWMOutputDevice
        from gpiozero.exc import PinPWMUnsupported

        try:
            return PWMOutputDevice(pin, pin_factory=pin_factory)
        except PinPWMUnsupported:
            return OutputDevice(pin, pin_factory=pin_factory)

    def _send(self, frequency_hz: float, duty: float) -> None:
        if not self._has_pwm:
            self._hold(duty > 0)
            return
        self._device.frequency = frequency_hz
        self._device.value = duty

    def _hold(self, high: bool) -> None:
        if self._has_pwm:
            self._device.frequency = None  # a wave of no height still costs a thread
        super()._hold(high)


class Lamp(WaveOutput):
    """The output lamp."""

    def __init__(self, pin: int, purpose: str, factory: Any) -> None:
        super().__init__(pin, purpose, factory)
        self._shown = 0.0

    def show(self, brightness: float) -> None:
        """0 is off, 1 is full, between them dim."""
        if brightness == self._shown:
            return
        self._shown = brightness
        if 0 < brightness < 1:
            self.wave(LAMP_HZ, brightness)
        else:
            self.drive(brightness > 0)


class EnableLine(Output):
    """Edges into a charge pump that holds the enable relay closed. No edges means off.

    So a floating, reset, closed or stuck pin is off, and so is a loop that hangs.
    """

    def __init__(self, pin: int, purpose: str, factory: Any) -> None:
        super().__init__(pin, purpose, factory)
        self._high = False
        self._edge_at = LONG_AGO

    def toggle(self, now: float) -> None:
        """Give one edge, unless the last one was less than 20 ms ago."""
        if now < self._edge_at + ENABLE_EDGE_S:
            return
        self._high, self._edge_at = not self._high, now
        self.drive(self._high)

    def rest(self) -> None:
        """Set the line low and stop its edges."""
        if self._high:
            self._high = False
            self.drive(False)
