"""What each cue sounds and feels like.

Patterns differ in rhythm as well as in pitch: a small buzzer and an old ear leave little of the
pitch. Alarms are pulses of a 520 Hz square wave, the signal that fire codes (NFPA 72) ask for in
bedrooms because people with a hearing loss wake to it best. Everything else lies between 500
and 2000 Hz, where a piezo is loud and age has taken least.
"""

from dataclasses import dataclass
from enum import IntEnum

from appliance.session.cues import Cue

Steps = tuple[tuple[int, float], ...]
"""Values that follow each other, each with its seconds: pitch in Hz, 0 is silence; or 1 and 0."""


class Rank(IntEnum):
    """What may cut short what: whatever has the same weight or more."""

    TICK = 0
    MESSAGE = 1
    ALARM = 2


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sound and the vibration beside it. Alarms are heard at full volume, always."""

    rank: Rank
    notes: Steps
    vibration: Steps


def _alarm(*pulses: float) -> Pattern:
    """Seconds of sound and silence in turn; the motor keeps the same time."""
    notes = tuple((0 if index % 2 else 520, seconds) for index, seconds in enumerate(pulses))
    return Pattern(Rank.ALARM, notes, _shakes(*pulses))


def _message(vibration: tuple[float, ...], *notes: tuple[int, float]) -> Pattern:
    return Pattern(Rank.MESSAGE, notes, _shakes(*vibration))


def _tick(vibration_s: float, *notes: tuple[int, float]) -> Pattern:
    return Pattern(Rank.TICK, notes, _shakes(vibration_s))


def _shakes(*seconds: float) -> Steps:
    """Seconds of shaking and rest in turn."""
    return tuple((0 if index % 2 else 1, length) for index, length in enumerate(seconds))


PATTERNS: dict[Cue, Pattern] = {
    # Something is wrong, or has been stopped
    Cue.FAULT: _alarm(0.5, 0.5, 0.5, 0.5, 0.5, 1.0, 0.5, 0.5, 0.5, 0.5, 0.5),
    Cue.STOPPED: _alarm(1.0, 0.2, 0.2),
    Cue.PAD_OFF: _alarm(0.15, 0.15, 0.15, 0.6, 0.15, 0.15, 0.15, 0.6, 0.15, 0.15, 0.15),
    # The session goes on: rising is more, falling is less or over
    Cue.STARTED: _message((0.4,), (587, 0.12), (880, 0.12), (1175, 0.25)),
    Cue.PAUSED: _message((0.1, 0.1, 0.1), (880, 0.12), (587, 0.3)),
    Cue.CONTRACTION_COMING: _message((0.15,), (659, 0.12), (880, 0.12)),
    Cue.CONTRACTION_ENDED: _message((0.08,), (880, 0.1), (659, 0.1)),
    Cue.PHASE_CHANGED: _message(
        (0.2, 0.1, 0.2), (740, 0.15), (0, 0.08), (740, 0.15), (0, 0.08), (988, 0.25)
    ),
    Cue.STAGE_ENDED: _message((0.3, 0.2, 0.3), (784, 0.2), (659, 0.2), (523, 0.35)),
    Cue.SESSION_ENDED: _message(
        (0.3, 0.15, 0.3, 0.15, 0.6), (523, 0.2), (659, 0.2), (784, 0.2), (1047, 0.45)
    ),
    # The machine asks, or says no
    Cue.QUESTION: _message((0.1,), (988, 0.1), (1319, 0.12)),
    Cue.REFUSED: _message((0.05, 0.05, 0.05), (550, 0.22)),
    Cue.LIMIT_REACHED: _message((0.2,), (1047, 0.06), (0, 0.05), (1047, 0.06)),
    Cue.UP_LOCKED: _message(
        (0.06, 0.06, 0.06, 0.06, 0.06), (523, 0.1), (0, 0.06), (523, 0.1), (0, 0.06), (523, 0.1)
    ),
    # Under the hand, or in passing
    Cue.WAIT_FOR_CONTRACTION: _tick(0.04, (622, 0.03), (0, 0.05), (622, 0.03)),
    Cue.FAINTER: _tick(0.1, (698, 0.06), (0, 0.2), (698, 0.06)),
    Cue.STEP: _tick(0.02, (1480, 0.015)),
}
