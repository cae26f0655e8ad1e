"""Cues: what is worth a sound, a buzz in the hand or a blink of the panel.

Patterns are data of `appliance.controls.sound`; here is only when each one is due.
"""

from enum import Enum


class Cue(Enum):
    CONTRACTION_COMING = "contraction_coming"
    CONTRACTION_ENDED = "contraction_ended"
    PHASE_CHANGED = "phase_changed"
    """The level was halved: turn up in the contractions."""
    STAGE_ENDED = "stage_ended"
    SESSION_ENDED = "session_ended"
    PAD_OFF = "pad_off"
    STOPPED = "stopped"
    PAUSED = "paused"
    STARTED = "started"
    WAIT_FOR_CONTRACTION = "wait_for_contraction"
    LIMIT_REACHED = "limit_reached"
    UP_LOCKED = "up_locked"
    FAINTER = "fainter"
    STEP = "step"
    """A detent or press that did something."""
    REFUSED = "refused"
    """A press or hold that does nothing now."""
    QUESTION = "question"
    """A new statement, question or page that asks for something."""
    FAULT = "fault"
