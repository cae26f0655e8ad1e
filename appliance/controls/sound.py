"""Plays cues on buzzer and motor from the control loop, without threads or waiting.

`tick` applies what is due; `render` makes the same sound as samples.
"""

from array import array
from collections import deque
from collections.abc import Iterable, Sequence

from appliance.controls.outputs import Output, WaveOutput
from appliance.controls.patterns import AFTER_S, PATTERNS, Loudness, Pattern, Rank, Steps
from appliance.session.cues import DEFAULT_VOLUME, LOUDEST, Cue

SQUARE_DUTY = 0.5

DUTY_BY_VOLUME = (0.0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.22, 0.33, SQUARE_DUTY)
"""Duty of the square wave on the buzzer by volume, 0 to LOUDEST. Equal steps of loudness are
roughly equal ratios; lgpio takes whole percents only."""
SOFT_VOLUME_STEPS = 2
"""A soft cue plays this many steps of volume below the others."""

_HEIGHT = {Loudness.FULL: 16000, Loudness.SET: 12000, Loudness.SOFT: 5000}
"""Height of a rendered square wave; 16 bits hold 32767."""

_IDLE_PRESS = [PATTERNS[Cue.NOT_NOW]]


class Sound:
    """The buzzer and the motor in the hand-held lead; either may be None.

    `volume` is 0 to LOUDEST and changes neither alarms nor the motor. With `detents` false, presses
    and detents do not tick.
    """

    def __init__(
        self,
        buzzer: WaveOutput | None,
        vibration: Output | None,
        volume: int = DEFAULT_VOLUME,
        detents: bool = True,
    ) -> None:
        self._buzzer = buzzer
        self._vibration = vibration
        self._detents = detents
        self._playing: Pattern | None = None
        self._began = 0.0
        self._rank = Rank.TICK
        """Rank of the step that plays: a count has the rank of the alarm that it belongs to."""
        self._rest: deque[Pattern] = deque()
        """The cues of that step that are still to be played."""
        self._next: deque[Pattern] = deque()
        """The newest step of a lower rank, heard after it."""
        self._sent = (0, 0.0)
        self._next_deadline: float | None = None
        self.set_volume(volume)

    def set_volume(self, volume: int) -> None:
        """0 to 10, from the next beat on."""
        self._volume = max(0, min(volume, LOUDEST))

    @property
    def next_deadline(self) -> float | None:
        """When `tick` is due, seconds; None while nothing plays."""
        return self._next_deadline

    def play(self, cues: Iterable[Cue], now: float) -> None:
        """Play the cues of one step, one after the other.

        They interrupt a step of the same or a lower rank, all of it, and wait for the end of a
        higher one; a tick is then dropped. Of those that wait only the newest are heard, but no
        answer to an idle press takes the place of another cue.
        """
        patterns = _worth_hearing([PATTERNS[cue] for cue in cues if self._is_wanted(cue)])
        if not patterns:
            return
        rank = patterns[0].rank
        if self._playing is not None and rank < self._rank:
            if rank > Rank.TICK and not (self._next and patterns == _IDLE_PRESS):
                self._next = deque(patterns)
            return
        self._next.clear()
        self._begin(deque(patterns), now)
        self.tick(now)

    def _begin(self, patterns: deque[Pattern], at: float) -> None:
        self._rank = patterns[0].rank
        self._playing, self._began, self._rest = patterns.popleft(), at, patterns

    def tick(self, now: float) -> None:
        """Update buzzer and motor to the pattern's state at `now`."""
        while self._playing is not None:
            pitch_hz, until = _step_at(self._playing.notes, self._began, now)
            if now < until:
                self._emit(self._playing, pitch_hz)
                self._next_deadline = until
                return
            if not self._rest and not self._next:
                break
            next_at = until + AFTER_S
            if now < next_at:
                self._emit(self._playing, 0)
                self._next_deadline = next_at
                return
            if self._rest:
                self._playing, self._began = self._rest.popleft(), next_at
            else:
                following, self._next = self._next, deque()
                self._begin(following, next_at)
        self.silence()

    def silence(self) -> None:
        """Stop the playing cue and drop those that wait."""
        if self._playing is not None:
            self._emit(self._playing, 0)
        self._playing = self._next_deadline = None
        self._rest.clear()
        self._next.clear()

    def _is_wanted(self, cue: Cue) -> bool:
        return self._detents or cue is not Cue.DETENT

    def _emit(self, pattern: Pattern, pitch_hz: int) -> None:
        wave = (pitch_hz, self._duty(pattern) if pitch_hz else 0.0)
        if wave == self._sent:
            return
        if self._buzzer is not None:
            if wave[1]:
                self._buzzer.wave(*wave)
            else:
                self._buzzer.drive(False)
        if self._vibration is not None and bool(pitch_hz) != bool(self._sent[0]):
            self._vibration.drive(bool(pitch_hz))
        self._sent = wave

    def _duty(self, pattern: Pattern) -> float:
        if pattern.loudness is Loudness.FULL:
            return SQUARE_DUTY
        if pattern.loudness is Loudness.SOFT and self._volume:
            return DUTY_BY_VOLUME[max(1, self._volume - SOFT_VOLUME_STEPS)]
        return DUTY_BY_VOLUME[self._volume]


def render(pattern: Pattern, rate: int) -> bytes:
    """The pattern's sound as 16-bit mono samples, `rate` a second, as `wave` writes them."""
    samples = array("h")
    height = _HEIGHT[pattern.loudness]
    for pitch_hz, seconds in pattern.notes:
        for index in range(round(seconds * rate)):
            high = index * pitch_hz / rate % 1 < SQUARE_DUTY
            samples.append(0 if not pitch_hz else height if high else -height)
    return samples.tobytes()


def _worth_hearing(patterns: Sequence[Pattern]) -> list[Pattern]:
    """Drop what comes before an alarm, and a tick beside a message."""
    most = max((pattern.rank for pattern in patterns), default=Rank.TICK)
    if most is Rank.ALARM:
        first = next(i for i, pattern in enumerate(patterns) if pattern.rank is most)
        patterns = patterns[first:]
    heard = [pattern for pattern in patterns if pattern.rank > Rank.TICK]
    return heard or list(patterns[-1:])


def _step_at(notes: Steps, began: float, now: float) -> tuple[int, float]:
    """The pitch at `now` and when it ends; after the last note, 0 and when that ended."""
    # The sum is the same as in the deadlines given out: a difference would round differently.
    end = began
    for pitch_hz, seconds in notes:
        end += seconds
        if now < end:
            return pitch_hz, end
    return 0, end
