"""The transition table: source, trigger, guard, action and destination of every transition.

Data for the machine. Guards and actions are pure functions of the record. Of several
rows for one state and trigger the first whose guard holds is taken. A (state, trigger)
pair without a row is logged and has no effect.
"""

from collections.abc import Callable, Iterator
from enum import Enum

from appliance.records import Fixed
from appliance.session import stage_run
from appliance.session.machine import actions, date_page, guards, pages
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


class Transition(Fixed, frozen=True):
    """One row: where `trigger` leads from `source`; `destination` None stays in the state."""

    source: State
    trigger: Trigger
    destination: State | None
    guard: Callable[[Record], bool] = always
    action: Callable[[Record], Record] = unchanged


S, T = State, Trigger

_BY_HAND = (
    # locked
    Transition(S.LOCKED, T.CONFIRM, None, date_page.is_setting, date_page.confirm),
    Transition(S.LOCKED, T.BACK_HELD, None, guards.may_ask_to_switch_off, actions.ask_switch_off),
    Transition(S.LOCKED, T.CONFIRM, None, guards.asks_to_switch_off, actions.switch_off),
    Transition(S.LOCKED, T.BACK, None, guards.may_go_back, actions.first_page),
    Transition(S.LOCKED, T.CONFIRM, None, guards.may_go_home, actions.first_page),
    Transition(S.LOCKED, T.CONFIRM, S.AFTERCARE, guards.on_exercise_page),
    Transition(S.LOCKED, T.CONFIRM, S.REFUSED, guards.refused_today, actions.refuse_day),
    Transition(S.LOCKED, T.CONFIRM, S.CHECKLIST, guards.may_check, actions.begin_checklist),
    Transition(S.LOCKED, T.BACK, None, guards.may_ask_to_switch_off, actions.next_page),
    # checklist
    Transition(
        S.CHECKLIST, T.CONFIRM_HELD, S.CHOOSING, guards.last_statement, actions.agree_to_last
    ),
    Transition(S.CHECKLIST, T.CONFIRM_HELD, None, guards.another_statement, actions.agree),
    Transition(S.CHECKLIST, T.BACK, S.REFUSED, always, actions.refuse),
    # refused
    Transition(S.REFUSED, T.CONFIRM, S.LOCKED),
    Transition(S.REFUSED, T.BACK, S.CHECKLIST, guards.by_mistake, actions.take_back),
    # choosing
    Transition(S.CHOOSING, T.CONFIRM, None, guards.may_answer_soreness, actions.answer_soreness),
    Transition(S.CHOOSING, T.CONFIRM, S.LOCKED, guards.rest_chosen),
    Transition(S.CHOOSING, T.CONFIRM, S.PREPARING, guards.session_chosen, actions.choose),
    Transition(S.CHOOSING, T.BACK, S.LOCKED),
    # preparing
    Transition(S.PREPARING, T.CONFIRM, None, guards.has_new_pads, actions.renew_pads),
    Transition(S.PREPARING, T.CONFIRM, None, guards.more_preparing, actions.next_page),
    Transition(S.PREPARING, T.BACK, S.CHOOSING, guards.may_choose_again),
    Transition(S.PREPARING, T.BACK, None, guards.not_first_page, actions.previous_page),
    Transition(S.PREPARING, T.BACK_HELD, S.LOCKED),
    Transition(S.PREPARING, T.STOP, None, guards.pressed_on_stop_test, actions.note_stop_press),
    Transition(
        S.PREPARING, T.STOP_RELEASED, S.PLACING, guards.stop_was_tested, actions.pass_stop_test
    ),
    # placing
    Transition(S.PLACING, T.CONFIRM, None, guards.more_pictures, pages.picture(+1)),
    Transition(S.PLACING, T.CONFIRM, S.READY, guards.can_be_ready),
    Transition(S.PLACING, T.BACK, None, guards.earlier_pictures, pages.picture(-1)),
    Transition(S.PLACING, T.BACK, S.PREPARING, always, actions.to_stop_test),
    Transition(S.PLACING, T.BACK_HELD, S.STAGE_DONE),
    # ready
    Transition(S.READY, T.CONFIRM_HELD, S.STIMULATING, guards.can_start),
    Transition(S.READY, T.CONFIRM_HELD, None, always, actions.say_why_not),
    Transition(S.READY, T.BACK, S.PLACING),
    Transition(S.READY, T.BACK_HELD, S.STAGE_DONE),
    Transition(S.READY, T.MORE, None, always, actions.arrow("more")),
    Transition(S.READY, T.LESS, None, always, actions.arrow("less")),
    # stimulating
    Transition(S.STIMULATING, T.CONFIRM, S.PAUSED),
    Transition(S.STIMULATING, T.BACK, None, always, actions.next_channel),
    Transition(S.STIMULATING, T.KNOB_PRESSED, None, always, stage_run.zero),
    Transition(S.STIMULATING, T.LESS, None, always, stage_run.less),
    Transition(S.STIMULATING, T.MORE, None, always, stage_run.more),
    # paused
    Transition(S.PAUSED, T.CONFIRM, S.READY, guards.can_be_ready),
    Transition(S.PAUSED, T.BACK_HELD, S.STAGE_DONE),
    # contact_lost
    Transition(S.CONTACT_LOST, T.CONFIRM, S.READY, guards.contact_back),
    Transition(S.CONTACT_LOST, T.BACK_HELD, S.STAGE_DONE),
    # stopped
    Transition(S.STOPPED, T.CONFIRM, S.READY, guards.can_resume),
    Transition(S.STOPPED, T.BACK_HELD, S.STAGE_DONE),
    # stage_done
    Transition(S.STAGE_DONE, T.CONFIRM, S.PLACING, guards.another_stage, actions.next_stage),
    Transition(S.STAGE_DONE, T.CONFIRM, S.AFTERCARE, guards.was_last_stage),
    Transition(S.STAGE_DONE, T.BACK, S.READY, guards.more_minutes, actions.add_minutes),
    Transition(S.STAGE_DONE, T.BACK_HELD, S.AFTERCARE),
    # aftercare
    Transition(S.AFTERCARE, T.CONFIRM, S.LOCKED, guards.last_page, actions.answer_page),
    Transition(S.AFTERCARE, T.CONFIRM, None, always, actions.answer_page),
    Transition(S.AFTERCARE, T.BACK, None, guards.not_first_page, actions.leave_page),
    Transition(S.AFTERCARE, T.BACK_HELD, S.LOCKED, always, actions.note_exercise),
    # fault
    Transition(S.FAULT, T.CONFIRM, S.SELF_TEST, guards.every_cause_gone),
)


def _knob_choosing() -> Iterator[Transition]:
    for state in (S.LOCKED, S.CHOOSING, S.PREPARING, S.PLACING, S.AFTERCARE, S.FAULT):
        yield Transition(state, T.MORE, None, always, actions.turn(+1))
        yield Transition(state, T.LESS, None, always, actions.turn(-1))


def _by_themselves() -> Iterator[Transition]:
    yield Transition(S.SELF_TEST, T.TICK, S.LOCKED, guards.tested_good)
    yield Transition(S.LOCKED, T.TICK, None, guards.stays_on, actions.say_still_on)
    yield Transition(S.LOCKED, T.TICK, None, guards.forgotten, actions.first_page)
    yield Transition(S.LOCKED, T.TICK, None, date_page.has_lapsed, date_page.forget)
    yield Transition(S.STIMULATING, T.TICK, S.STAGE_DONE, guards.stage_over)
    yield Transition(S.STIMULATING, T.TICK, S.STAGE_DONE, guards.unbooked)
    yield Transition(S.STIMULATING, T.TICK, S.PAUSED, guards.long_at_zero)
    yield Transition(S.STIMULATING, T.TICK, S.PAUSED, guards.program_waits, actions.keep_waited)
    yield Transition(S.STIMULATING, T.CONTACT_OPEN, S.CONTACT_LOST, always, actions.keep_lost)
    yield Transition(S.STOPPED, T.TICK, S.AFTERCARE, guards.too_long_stopped)
    yield Transition(S.FAULT, T.TICK, S.SELF_TEST, guards.cleared_by_itself)
    for state in S:
        if state in guards.STOPPABLE:
            yield Transition(state, T.STOP, S.STOPPED)
        if state is not S.FAULT:
            yield Transition(state, T.FAULT, S.FAULT)
        if state not in guards.NO_IDLE:
            yield Transition(state, T.TICK, S.LOCKED, guards.idle)


TRANSITIONS: tuple[Transition, ...] = (*_BY_HAND, *_knob_choosing(), *_by_themselves())
"""All transitions. The state diagram, the view and the tests read them too."""
