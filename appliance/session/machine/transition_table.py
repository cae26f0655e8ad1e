"""The table of ways: which trigger leads from which state where, and on what condition.

Data for the machine. A condition and a change are pure functions of the record; of
several rows for one state and trigger the first whose condition holds is taken. A
(state, trigger) pair without a row means nothing, and is logged.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from appliance.session import stage_run
from appliance.session.machine import actions as do
from appliance.session.machine import guards as when
from appliance.session.record import Record
from appliance.session.state import State


class Trigger(Enum):
    """What can move the machine."""

    STOP = "stop_pressed"
    STOP_RELEASED = "stop_released"
    FAULT = "fault"
    CONTACT_OPEN = "contact_open"
    KNOB_PRESSED = "knob_pressed"
    LESS = "less"
    MORE = "more"
    CONFIRM = "confirm"
    CONFIRM_HELD = "confirm_held"
    BACK = "back"
    BACK_HELD = "back_held"
    TICK = "tick"


def always(record: Record) -> bool:
    return True


def unchanged(record: Record) -> Record:
    return record


@dataclass(frozen=True, slots=True)
class Way:
    """One row: where `trigger` leads from `source`. `dest` None stays, without entering anew."""

    source: State
    trigger: Trigger
    dest: State | None
    when: Callable[[Record], bool] = always
    then: Callable[[Record], Record] = unchanged


S, T = State, Trigger

_BY_HAND = (
    # locked
    Way(S.LOCKED, T.CONFIRM, S.REFUSED, when.refused_today, do.refuse_day),
    Way(S.LOCKED, T.CONFIRM, S.CHECKLIST, when.may_check, do.begin_checklist),
    Way(S.LOCKED, T.BACK, None, always, do.next_page),
    # checklist
    Way(S.CHECKLIST, T.CONFIRM_HELD, S.CHOOSING, when.last_statement, do.agree_to_last),
    Way(S.CHECKLIST, T.CONFIRM_HELD, None, when.another_statement, do.agree),
    Way(S.CHECKLIST, T.BACK, S.REFUSED, always, do.refuse),
    # refused
    Way(S.REFUSED, T.CONFIRM, S.LOCKED),
    Way(S.REFUSED, T.BACK, S.CHECKLIST, when.by_mistake, do.take_back),
    # choosing
    Way(S.CHOOSING, T.CONFIRM, None, when.may_answer_soreness, do.answer_soreness),
    Way(S.CHOOSING, T.CONFIRM, S.LOCKED, when.rest_chosen),
    Way(S.CHOOSING, T.CONFIRM, S.PREPARING, when.session_chosen, do.choose),
    Way(S.CHOOSING, T.BACK, S.LOCKED),
    # preparing
    Way(S.PREPARING, T.CONFIRM, None, when.more_preparing, do.next_page),
    Way(S.PREPARING, T.BACK, S.CHOOSING, when.may_choose_again),
    Way(S.PREPARING, T.BACK, None, when.not_first_page, do.previous_page),
    Way(S.PREPARING, T.BACK_HELD, S.LOCKED),
    Way(S.PREPARING, T.STOP, None, when.pressed_on_stop_test, do.note_stop_press),
    Way(S.PREPARING, T.STOP_RELEASED, S.PLACING, when.stop_was_tested, do.pass_stop_test),
    # placing
    Way(S.PLACING, T.CONFIRM, S.READY, when.can_be_ready),
    Way(S.PLACING, T.BACK, S.PREPARING, always, do.to_last_step),
    Way(S.PLACING, T.BACK_HELD, S.STAGE_DONE),
    # ready
    Way(S.READY, T.CONFIRM_HELD, S.STIMULATING, when.can_start),
    Way(S.READY, T.CONFIRM_HELD, None, always, do.say_why_not),
    Way(S.READY, T.BACK, S.PLACING),
    Way(S.READY, T.BACK_HELD, S.STAGE_DONE),
    Way(S.READY, T.MORE, None, always, do.arrow("more")),
    Way(S.READY, T.LESS, None, always, do.arrow("less")),
    # stimulating
    Way(S.STIMULATING, T.CONFIRM, S.PAUSED),
    Way(S.STIMULATING, T.BACK, None, always, do.next_channel),
    Way(S.STIMULATING, T.KNOB_PRESSED, None, always, stage_run.zero),
    Way(S.STIMULATING, T.LESS, None, always, stage_run.less),
    Way(S.STIMULATING, T.MORE, None, always, stage_run.more),
    # paused
    Way(S.PAUSED, T.CONFIRM, S.READY, when.can_be_ready),
    Way(S.PAUSED, T.BACK_HELD, S.STAGE_DONE),
    # contact_lost
    Way(S.CONTACT_LOST, T.CONFIRM, S.READY, when.contact_back),
    Way(S.CONTACT_LOST, T.BACK_HELD, S.STAGE_DONE),
    # stopped
    Way(S.STOPPED, T.CONFIRM, S.READY, when.can_resume),
    Way(S.STOPPED, T.BACK_HELD, S.STAGE_DONE),
    # stage_done
    Way(S.STAGE_DONE, T.CONFIRM, S.PLACING, when.another_stage, do.next_stage),
    Way(S.STAGE_DONE, T.CONFIRM, S.AFTERCARE, when.was_last_stage),
    Way(S.STAGE_DONE, T.BACK, S.READY, when.more_minutes, do.add_minutes),
    Way(S.STAGE_DONE, T.BACK_HELD, S.AFTERCARE),
    # aftercare
    Way(S.AFTERCARE, T.CONFIRM, S.LOCKED, when.last_page, do.answer_page),
    Way(S.AFTERCARE, T.CONFIRM, None, always, do.answer_page),
    Way(S.AFTERCARE, T.BACK, None, when.not_first_page, do.previous_page),
    Way(S.AFTERCARE, T.BACK_HELD, S.LOCKED),
    # fault
    Way(S.FAULT, T.CONFIRM, S.SELF_TEST, when.every_cause_gone),
)


def _knob_choosing() -> Iterator[Way]:
    for state in (S.LOCKED, S.CHOOSING, S.PLACING, S.AFTERCARE):
        yield Way(state, T.MORE, None, always, do.turn(+1))
        yield Way(state, T.LESS, None, always, do.turn(-1))


def _by_themselves() -> Iterator[Way]:
    yield Way(S.SELF_TEST, T.TICK, S.LOCKED, when.tested_good)
    yield Way(S.STIMULATING, T.TICK, S.STAGE_DONE, when.stage_over)
    yield Way(S.STIMULATING, T.TICK, S.PAUSED, when.long_at_zero)
    yield Way(S.STIMULATING, T.CONTACT_OPEN, S.CONTACT_LOST, always, do.keep_lost)
    yield Way(S.STOPPED, T.TICK, S.AFTERCARE, when.too_long_stopped)
    for state in S:
        if state in when.STOPPABLE:
            yield Way(state, T.STOP, S.STOPPED)
        if state is not S.FAULT:
            yield Way(state, T.FAULT, S.FAULT)
        if state not in when.NO_IDLE:
            yield Way(state, T.TICK, S.LOCKED, when.idle)


TABLE: tuple[Way, ...] = (*_BY_HAND, *_knob_choosing(), *_by_themselves())
"""Every way there is. The state diagram and the tests read it too."""
