"""Prompts: the cues of each screen, on entry and again after a minute without a hand.

A person who cannot see the screen knows from them what the box waits for, so two screens that
ask for different things never have the same prompt.
"""

from collections.abc import Callable

from appliance.session.cues import Cue, counted, side
from appliance.session.machine import aftercare, guards, pages
from appliance.session.record import Record
from appliance.session.state import State
from appliance.therapy.checklist import Remedy
from appliance.therapy.exercise import STRENGTHENING, STRETCH_S, STRETCHES, Beat
from appliance.therapy.questions import DAY_QUESTIONS

REMIND_S = 60.0
"""After this long without a hand the prompt is repeated."""

BY_STATE: dict[State, tuple[Cue, ...]] = {
    State.CHECKLIST: (Cue.STATEMENT,),
    State.READY: (Cue.READY,),
    State.STIMULATING: (Cue.STARTED,),
    State.PAUSED: (Cue.PAUSED,),
    State.STOPPED: (Cue.STOPPED,),
    State.STAGE_DONE: (Cue.STAGE_ENDED,),
    State.FAULT: (Cue.FAULT,),
}
BY_PAGE: dict[tuple[State, str], tuple[Cue, ...]] = {
    (State.LOCKED, "plan"): (Cue.LOCKED,),
    (State.LOCKED, "record"): (Cue.LOOK, Cue.ONE),
    (State.LOCKED, "sound"): (Cue.LOOK, Cue.TWO),
    (State.LOCKED, "language"): (Cue.LOOK, Cue.THREE),
    (State.LOCKED, "date"): (Cue.LOOK, Cue.FOUR),
    (State.LOCKED, "switch_off"): (Cue.DO, Cue.FOUR),
    (State.LOCKED, "switching_off"): (Cue.SESSION_ENDED, Cue.FOUR),
    (State.LOCKED, "still_on"): (Cue.REFUSED, Cue.FOUR),
    (State.LOCKED, "exercise"): (Cue.LOOK, Cue.EXERCISE),
    (State.CHOOSING, pages.SORENESS_BEFORE): (Cue.NUMBER, Cue.ONE),
    (State.CHOOSING, pages.CHOICE): (Cue.CHOOSE,),
    (State.PREPARING, "skin"): (Cue.DO, Cue.ONE),
    (State.PREPARING, "pads"): (Cue.DO, Cue.TWO),
    (State.PREPARING, pages.STOP_TEST): (Cue.STOP_TEST,),
    (State.AFTERCARE, "skin"): (Cue.NUMBER, Cue.TWO),
    (State.AFTERCARE, "soreness"): (Cue.NUMBER, Cue.THREE),
    (State.AFTERCARE, "comfort"): (Cue.NUMBER, Cue.FOUR),
    **{
        (State.AFTERCARE, page): (cue, *counted(number))
        for cue, group in (
            (Cue.DAY_QUESTION, [question.id for question in DAY_QUESTIONS]),
            (Cue.STRETCH, STRETCHES),
            (Cue.EXERCISE, STRENGTHENING),
        )
        for number, page in enumerate(group, 1)
    },
    (State.AFTERCARE, "water"): (Cue.WATER,),
}

WORN_OUT = (Cue.DO, Cue.THREE)
"""Instead of the pads' own prompt: the knob to the right says that they are new."""

_ARRIVED = {
    (State.SELF_TEST, State.LOCKED): Cue.SELF_TEST_GOOD,
    (State.CHECKLIST, State.CHOOSING): Cue.CHECKLIST_DONE,
}


def current(record: Record) -> tuple[Cue, ...]:
    """The prompt of the screen now; empty in `self_test`."""
    if record.state in _COUNTED:
        cue, counts = _COUNTED[record.state]
        return (cue, *counts(record))
    if guards.on_worn_out_pads(record):
        return WORN_OUT
    by_page = BY_PAGE.get((record.state, pages.name(record) or ""))
    return by_page or BY_STATE.get(record.state, ())


def on_entry(record: Record, left: State) -> tuple[Cue, ...]:
    """The cue of what has happened and the prompt, when `record.state` has just been entered."""
    if record.state is State.STIMULATING and record.run and record.run.elapsed_s > 0.0:
        return (Cue.RESUMED,)
    if record.state is State.AFTERCARE and left is not State.LOCKED:
        return (Cue.SESSION_ENDED, *current(record))
    arrived = _ARRIVED.get((left, record.state))
    return ((arrived,) if arrived else ()) + current(record)


def reminded(record: Record) -> Record:
    """The record with the prompt repeated where no control has been used for long."""
    if record.state in _TIMED:
        over = _timer_over(record)
        if over is not None:
            return _again(record, (over,))
        moment = aftercare.moment(record)
        if moment is not None and moment.beat is not Beat.OVER:
            return record
    quiet_since = max(record.touched_at, record.shown_at)
    if not _waits_for_a_hand(record) or record.now - quiet_since >= guards.IDLE_S:
        return record
    if record.now - max(quiet_since, record.reminded_at) < REMIND_S:
        return record
    return _again(record, (Cue.STRETCH_OVER,) if _is_over(record) else current(record))


def _is_over(record: Record) -> bool:
    """Whether the stretch or the exercise on the screen has ended: it is not asked for anew."""
    moment = aftercare.moment(record)
    if moment is not None:
        return moment.beat is Beat.OVER
    stretches = record.state is State.AFTERCARE and pages.name(record) in STRETCHES
    return stretches and record.now - record.shown_at >= STRETCH_S


def _again(record: Record, cues: tuple[Cue, ...]) -> Record:
    return record.but(reminded_at=record.now, cues=(*record.cues, *cues))


def _waits_for_a_hand(record: Record) -> bool:
    """False at rest and while current flows: the box is silent then."""
    if record.state is State.STIMULATING:
        return record.run is not None and record.run.levels.zero
    return record.state is not State.LOCKED


def _timer_over(record: Record) -> Cue | None:
    """The cue of a time on this page that has ended in this step."""
    now, before = aftercare.moment(record), aftercare.moment(record, record.gap_s)
    if now is not None and before is not None and now.beat is not before.beat:
        return _BEATS.get(now.beat)
    for after_s, cue in _TIMES.get((record.state, pages.name(record) or ""), ()):
        if record.now - record.gap_s < record.shown_at + after_s <= record.now:
            return cue
    return None


_BEATS = {Beat.LIFT: Cue.LIFT, Beat.LOWER: Cue.LOWER, Beat.OVER: Cue.STRETCH_OVER}
_STRETCH = ((STRETCH_S / 2, Cue.HALFWAY), (STRETCH_S, Cue.STRETCH_OVER))
_TIMES: dict[tuple[State, str], tuple[tuple[float, Cue], ...]] = {
    (State.PREPARING, "pads"): ((pages.GEL_S, Cue.WAITED),),
    **{(State.AFTERCARE, page): _STRETCH for page in STRETCHES},
}
"""Seconds on a page, and the cue at their end."""
_TIMED = frozenset(state for state, _ in _TIMES)
"""The states with times of their own: pages that end, and exercises."""


def _stage_number(record: Record) -> tuple[Cue, ...]:
    return counted(record.visit.index + 1 if record.visit else 0)


def _way_out(record: Record) -> tuple[Cue, ...]:
    """The count of the remedy; for a day that is used up it is that of "not today"."""
    remedy = record.refusal.remedy if record.refusal else None
    return counted(_WAYS_OUT.index(remedy or Remedy.NOT_TODAY) + 1)


_WAYS_OUT = (Remedy.DOCTOR, Remedy.NOT_TODAY, Remedy.PUT_RIGHT)
_COUNTED: dict[State, tuple[Cue, Callable[[Record], tuple[Cue, ...]]]] = {
    State.REFUSED: (Cue.REFUSED, _way_out),
    State.PLACING: (Cue.PLACE, _stage_number),
    State.CONTACT_LOST: (Cue.PAD_OFF, lambda record: side(record.lost)),
}
