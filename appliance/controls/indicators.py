"""The indicators port on real pins: lamp, buzzer, vibration motor and enable line."""

from collections.abc import Iterable
from typing import Any, TypeVar

from appliance.controls.outputs import EnableLine, Lamp, Output, WaveOutput
from appliance.controls.sound import Sound
from appliance.controls.wiring import OutputPins
from appliance.session.cues import DEFAULT_VOLUME, Cue
from appliance.therapy.units import NEVER

_Kind = TypeVar("_Kind", bound=Output)


class Indicators:
    """All output pins. A part without a pin in the settings is left out.

    `volume` is 0 to LOUDEST; `detents` says whether presses and detents tick. Raises
    ControlsError if a pin cannot be opened; no method raises.
    """

    def __init__(
        self, pins: OutputPins, factory: Any, volume: int = DEFAULT_VOLUME, detents: bool = True
    ) -> None:
        self._factory = factory
        self._fitted: list[Output] = []
        try:
            # The enable line first: it is low as early as possible, and closed first.
            self._enable_line = self._fit(EnableLine, pins.enable_line, "enable_line")
            self._lamp = self._fit(Lamp, pins.output_lamp, "output_lamp")
            buzzer = self._fit(WaveOutput, pins.buzzer, "buzzer")
            vibration = self._fit(Output, pins.vibration, "vibration")
        except BaseException:
            self.close()
            raise
        self._sound = Sound(buzzer, vibration, volume, detents)

    def lamp(self, brightness: float) -> None:
        """Off at 0, full at 1, dim between them."""
        if self._lamp is not None:
            self._lamp.show(brightness)

    def enable_edge(self, now: float) -> None:
        """One edge for the charge pump, unless the last one was less than 20 ms ago."""
        if self._enable_line is not None:
            self._enable_line.toggle(now)

    def enable_low(self) -> None:
        """Set the enable line low and stop its edges."""
        if self._enable_line is not None:
            self._enable_line.rest()

    def set_volume(self, volume: int) -> None:
        """Set the volume, 0 to LOUDEST; it changes neither alarms nor the motor."""
        self._sound.set_volume(volume)

    def play(self, cues: Iterable[Cue], now: float) -> None:
        """Play these cues on buzzer and motor, one after the other."""
        self._sound.play(cues, now)

    def tick(self, now: float) -> None:
        """Update sound and vibration for `now`; write failed pins again."""
        self._sound.tick(now)
        for output in self._fitted:
            output.retry()

    def next_deadline(self, now: float) -> float:
        """When `tick` has something to do; infinity while nothing plays."""
        due = self._sound.next_deadline
        return NEVER if due is None else due

    def faults(self) -> frozenset[str]:
        """Ids of the faults that hold now."""
        failed = any(output.failed for output in self._fitted)
        return frozenset({"pins_failed"} if failed else ())

    def close(self) -> None:
        """Everything low, then let go of all pins. Can be called twice."""
        while self._fitted:
            self._fitted.pop(0).close()

    def _fit(self, kind: type[_Kind], pin: int | None, purpose: str) -> _Kind | None:
        if pin is None:
            return None
        output = kind(pin, purpose, self._factory)
        self._fitted.append(output)
        return output
