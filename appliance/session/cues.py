"""Cues: the events that sound on the buzzer, move the motor or blink the panel.

`appliance.controls.patterns` defines how each one sounds, `appliance.session.machine.prompts`
which ones belong to a screen. The cues of one step sound one after the other.
"""

from collections.abc import Iterable
from enum import Enum

LOUDEST = 10
"""The largest value of the volume; 0 is silent."""
DEFAULT_VOLUME = 7


class Cue(Enum):
    """Everything that the box says by sound, motor or blink."""

    # Something is wrong, or has been stopped
    FAULT = "fault"
    STOPPED = "stopped"
    PAD_OFF = "pad_off"
    # What the screen asks for
    LOCKED = "locked"
    LOOK = "look"
    STATEMENT = "statement"
    REFUSED = "refused"
    NUMBER = "number"
    CHOOSE = "choose"
    DO = "do"
    STOP_TEST = "stop_test"
    PLACE = "place"
    READY = "ready"
    PAUSED = "paused"
    STAGE_ENDED = "stage_ended"
    DAY_QUESTION = "day_question"
    STRETCH = "stretch"
    EXERCISE = "exercise"
    WATER = "water"
    # Counts, after what they count
    ONE = "one"
    TWO = "two"
    THREE = "three"
    FOUR = "four"
    # What has just happened
    SELF_TEST_GOOD = "self_test_good"
    CHECKLIST_DONE = "checklist_done"
    STOP_HEARD = "stop_heard"
    STARTED = "started"
    RESUMED = "resumed"
    CONTRACTION_COMING = "contraction_coming"
    CONTRACTION_ENDED = "contraction_ended"
    LEVEL_HALVED = "level_halved"
    FAINTER = "fainter"
    PADS_DRY = "pads_dry"
    SESSION_ENDED = "session_ended"
    HALFWAY = "halfway"
    STRETCH_OVER = "stretch_over"
    WAITED = "waited"
    LIFT = "lift"
    LOWER = "lower"
    # Answers to the hand
    LIMIT_REACHED = "limit_reached"
    UP_LOCKED = "up_locked"
    NOT_NOW = "not_now"
    VOLUME = "volume"
    WAIT_FOR_CONTRACTION = "wait_for_contraction"
    DETENT = "detent"


COUNTS = (Cue.ONE, Cue.TWO, Cue.THREE, Cue.FOUR)


def counted(number: int) -> tuple[Cue, ...]:
    """The cue of a number; numbers above four sound like four, and 0 has no cue."""
    return (COUNTS[min(number, len(COUNTS)) - 1],) if number else ()


def side(channels: Iterable[int]) -> tuple[Cue, ...]:
    """Channels 0 (A) and 1 (B) as a count: left is one, right is two, both are three."""
    return counted(sum(channel + 1 for channel in channels))
