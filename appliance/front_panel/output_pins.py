"""Reads lamp, buzzer and enable relay off the virtual box's output pins, and the last cue."""

from appliance.session.cues import Cue
from appliance.session.record import Record
from appliance.virtual_box.box import VirtualBox

PUMP_HOLDS_S = 0.1
"""Time that the charge pump holds the relay after the last edge, seconds."""
CUE_S = 2.5
"""How long the name of a cue stays on show."""


class OutputPins:
    """Looks at the pins after every step, as a lamp, a buzzer and a relay would."""

    def __init__(self, box: VirtualBox) -> None:
        wired = box.world.settings.indicators
        self._box = box
        self._lamp = box.factory.pin(wired.output_lamp)
        self._buzzer = None if wired.buzzer is None else box.factory.pin(wired.buzzer)
        self._enable = None if wired.enable_line is None else box.factory.pin(wired.enable_line)
        self._enable_level = False
        self._edge_at = self._cue_at = -PUMP_HOLDS_S
        self._cue: Cue | None = None
        box.watchers.append(self._look)

    @property
    def lamp(self) -> str:
        """`off`, `dim` or `full`."""
        brightness = float(self._lamp.state)
        return "off" if not brightness else "full" if brightness == 1 else "dim"

    @property
    def pitch_hz(self) -> int:
        """What the buzzer sounds now; 0 is silence."""
        if self._buzzer is None or not self._buzzer.state:
            return 0
        return round(self._buzzer.frequency or 0)

    @property
    def cue(self) -> str:
        """The cue of the last moments, in words."""
        recent = self._cue is not None and self._box.now - self._cue_at < CUE_S
        return self._cue.value.replace("_", " ") if self._cue and recent else ""

    @property
    def relay(self) -> str:
        """The enable relay: `open`, `closed`, or `none`."""
        if self._enable is None:
            return "none"
        return "closed" if self._box.now - self._edge_at <= PUMP_HOLDS_S else "open"

    def _look(self, record: Record) -> None:
        if record.cues:
            # The first of them says what it is about; counts and what is asked next follow.
            self._cue, self._cue_at = record.cues[0], record.now
        if self._enable is not None:
            level = bool(self._enable.state)
            if level != self._enable_level:
                self._enable_level, self._edge_at = level, record.now
