"""What has changed from one view to the next, as far as the voice tells it."""

from appliance.session.cues import Cue
from appliance.session.state import State
from appliance.session.view import CONTRACTING, RESTING, View
from appliance.therapy.exercise import Beat, beat_word
from appliance.voice.sentences import SAYS_OFF

_TELLS_OUTPUT = frozenset({*SAYS_OFF, State.FAULT})
_MINUTES_TOLD = (10, 5, 1)


def screen_key(view: View) -> tuple[object, ...]:
    """Two views with the same key show the same screen, whatever its numbers say."""
    # The pictures of `placing` turn by themselves; that is nothing to say again.
    page = view.page_name if view.state is not State.PLACING or view.page_turned else None
    output = view.output if view.state in _TELLS_OUTPUT else None
    statement = view.statement.id if view.statement else None
    return (
        view.state,
        page,
        statement,
        view.record_part,
        view.lost_channels,
        view.faults[:1],
        # With its causes a fault changes what it asks for.
        view.state is State.FAULT and view.can_confirm,
        output,
        view.language,
        view.date is not None and (view.date.part is not None, view.date.by_hand),
    )


def day_key(view: View) -> tuple[object, ...]:
    """What the day means for this person: the history comes a moment after the screen."""
    return (view.day_used, view.due is not None and view.due.skin_closes)


def stop_blocks(view: View) -> bool:
    """Whether CONFIRM has no effect because STOP is pressed. `stopped` has sentences of its own."""
    blocks = view.state not in (State.SELF_TEST, State.STOPPED, State.FAULT)
    return blocks and view.stop_pressed and not view.can_confirm


def stop_is_told(before: View, view: View, cues: tuple[Cue, ...]) -> bool:
    """Whether STOP has just been pressed, or a press has had no effect because of it."""
    if not view.stop_pressed or view.state is State.STOPPED:
        return False
    return not before.stop_pressed or (Cue.STOP_HEARD in cues and stop_blocks(view))


def is_stopped_now(before: View | None, view: View) -> bool:
    """Whether the screen has just become one that cuts speech off, even if no alarm sounds."""
    entered = before is None or before.state is not view.state
    return entered and view.state in (State.STOPPED, State.FAULT, State.CONTACT_LOST)


def new_tells(before: View, view: View) -> tuple[str, ...]:
    """Faults that only tell and have just come; one of the voice itself cannot be said."""
    return tuple(name for name in view.tells if name not in (*before.tells, "voice_dead"))


def contraction_word(before: View, view: View) -> str | None:
    """`tighten` at the foot of a ramp up, `rest` where the contraction has ended."""
    if view.stage is None or before.stage is None or view.stage.continuous:
        return None
    # A contraction may follow the ramp of a continuous phase without a rest.
    was = "off" if before.stage.continuous else before.stage.part
    part = view.stage.part
    if part == "ramp_up" and was not in CONTRACTING:
        return "lift_chest" if view.stage.moves else "tighten"
    return "rest" if part in RESTING and was in CONTRACTING else None


def exercise_word(before: View, view: View) -> str | None:
    """What to do where an exercise has just come to a lift or its opposite."""
    was, now = before.exercise, view.exercise
    if was is None or now is None or was.beat is now.beat:
        return None
    return beat_word(view.page_name or "", now.beat) if now.beat in _SPOKEN_BEATS else None


_SPOKEN_BEATS = (Beat.LIFT, Beat.LOWER, Beat.PAUSE)


def targets(view: View) -> tuple[float, ...]:
    """Where the hand wants the levels."""
    return tuple(channel.target for channel in view.channels)


def choice(view: View) -> tuple[object, ...]:
    """All that a hand can have chosen on the screen."""
    date = view.date if view.date and view.date.part else None
    asked = view.question.value if view.question else None
    return (asked, view.option_index, date, view.person, view.volume, view.knob_side)


def minutes_now(before: View, view: View) -> int | None:
    """Which of `_MINUTES_TOLD` has just been reached."""
    if before.stage is None or view.stage is None:
        return None
    was_s, left_s = before.stage.remaining_s, view.stage.remaining_s
    reached = (minutes for minutes in _MINUTES_TOLD if was_s > minutes * 60.0 >= left_s)
    return next(reached, None)
