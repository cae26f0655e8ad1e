"""The chip and the pin numbers (BCM) of controls and indicators, as the settings provide them."""

from typing import Protocol


class ChipChoice(Protocol):
    """Which GPIO chip the pins are on."""

    @property
    def chip(self) -> int | None: ...
    @property
    def any_chip(self) -> bool: ...


class InputPins(Protocol):
    """Pins of the controls."""

    @property
    def stop(self) -> int: ...
    @property
    def confirm(self) -> int: ...
    @property
    def back(self) -> int: ...
    @property
    def knob_a(self) -> int: ...
    @property
    def knob_b(self) -> int: ...
    @property
    def knob_press(self) -> int: ...
    @property
    def knob_edges(self) -> int: ...


class OutputPins(Protocol):
    """Pins of the indicators and the enable line; None is not fitted."""

    @property
    def output_lamp(self) -> int: ...
    @property
    def buzzer(self) -> int | None: ...
    @property
    def vibration(self) -> int | None: ...
    @property
    def enable_line(self) -> int | None: ...
