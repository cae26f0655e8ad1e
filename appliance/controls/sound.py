"""Playing a cue: the control loop asks what is due, nothing here waits or starts a thread."""

from array import array

from appliance.controls.outputs import Output, WaveOutput
from appliance.controls.patterns import PATTERNS, Pattern, Rank, Steps
from appliance.session.cues import Cue

SQUARE_DUTY = 0.5

DUTY_BY_VOLUME = (0.0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.22, 0.33, SQUARE_DUTY)
"""Share of each period that the buzzer is driven, by volume 0 to 10. Equal steps of loudness are
equal ratios, roughly; lgpio knows whole percents only."""

FULL_SCALE = 16000
"""Height of a rendered square wave, of the 32767 that 16 bits hold."""


class Sound:
    """The buzzer and the motor in the hand-held lead; either may be None.

    `volume` is 0 to 10. It moves neither alarms nor the motor. Without `detents`, the tick of
    each press and detent is left out.
    """

    def __init__(
        self,
        buzzer: WaveOutput | None,
        vibration: Output | None,
        volume: int = 7,
        detents: bool = True,
    ) -> None:
        self._buzzer = buzzer
        self._vibration = vibration
        self._duty = DUTY_BY_VOLUME[max(0, min(volume, 10))]
        self._detents = detents
        self._pattern: Pattern | None = None
        self._began = 0.0
        self._pitch_hz = 0
        self._shakes = 0
        self._next_deadline: float | None = None

    @property
    def next_deadline(self) -> float | None:
        """When `tick` has something to change; None while nothing plays."""
        return self._next_deadline

    def play(self, cue: Cue, now: float) -> None:
        """Begin this cue's pattern, unless one of more weight is being played."""
        if cue is Cue.STEP and not self._detents:
            return
        pattern = PATTERNS[cue]
        if self._pattern is not None and pattern.rank < self._pattern.rank:
            return
        self._pattern, self._began = pattern, now
        self.tick(now)

    def tick(self, now: float) -> None:
        """Bring buzzer and motor to where the pattern is now."""
        if self._pattern is None:
            return
        pitch_hz, pitch_until = _step_at(self._pattern.notes, self._began, now)
        shakes, shakes_until = _step_at(self._pattern.vibration, self._began, now)
        self._emit(self._pattern, pitch_hz, shakes)
        changes = [at for at in (pitch_until, shakes_until) if at is not None]
        self._next_deadline = min(changes, default=None)
        if not changes:
            self._pattern = None

    def silence(self) -> None:
        """Stop whatever plays."""
        if self._pattern is not None:
            self._emit(self._pattern, 0, 0)
        self._pattern = self._next_deadline = None

    def _emit(self, pattern: Pattern, pitch_hz: int, shakes: int) -> None:
        if self._buzzer is not None and pitch_hz != self._pitch_hz:
            duty = SQUARE_DUTY if pattern.rank is Rank.ALARM else self._duty
            if pitch_hz and duty:
                self._buzzer.wave(pitch_hz, duty)
            else:
                self._buzzer.drive(False)
        if self._vibration is not None and shakes != self._shakes:
            self._vibration.drive(bool(shakes))
        self._pitch_hz, self._shakes = pitch_hz, shakes


def render(pattern: Pattern, rate: int) -> bytes:
    """The pattern's sound as 16-bit mono samples, `rate` a second, as `wave` writes them."""
    samples = array("h")
    for pitch_hz, seconds in pattern.notes:
        for index in range(round(seconds * rate)):
            high = index * pitch_hz / rate % 1 < SQUARE_DUTY
            samples.append(0 if not pitch_hz else FULL_SCALE if high else -FULL_SCALE)
    return samples.tobytes()


def _step_at(steps: Steps, began: float, now: float) -> tuple[int, float | None]:
    """The value that holds now, and until when; None when it is over."""
    # Deadlines are compared as they are handed out: differences would round differently.
    end = began
    for value, seconds in steps:
        end += seconds
        if now < end:
            return value, end
    return 0, None
