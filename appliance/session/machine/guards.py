"""The guards of the transitions: pure functions of the record."""

from appliance.session import stage_layout
from appliance.session.barring import causes
from appliance.session.board import BoardState, Contact, Link, Output
from appliance.session.faults import FAULTS, blocking
from appliance.session.gate import identity_is_sound
from appliance.session.machine import pages
from appliance.session.record import Record
from appliance.session.stage_run import is_unbooked
from appliance.session.state import State
from appliance.therapy import pads
from appliance.therapy.plan import Offer
from appliance.therapy.units import LONG_AGO

MISTAKE_S = 60.0
"""How long "pressed by mistake" takes a refusal back."""
STOPPED_S = 300.0
"""How long after STOP the session can be resumed."""
CONTACT_S = 3.0
"""How long the lost pad is shown before anything goes on."""
ZERO_S = 180.0
"""After this long at level zero the stage pauses."""
STILL_S = 1.0
"""No detent for this long before a start."""
SWITCH_OFF_S = 20.0
"""If the machine still runs after this long, switching off has failed."""
IDLE_BEFORE_PREPARING_S = 600.0
IDLE_S = 1800.0

STOPPABLE = frozenset({State.READY, State.STIMULATING, State.PAUSED, State.CONTACT_LOST})
"""The states in which STOP leads to `stopped`. In the others it is shown, and blocks `ready`."""
FIRST_STATES = frozenset({State.CHECKLIST, State.REFUSED, State.CHOOSING})
NO_IDLE = frozenset({State.SELF_TEST, State.LOCKED, State.STIMULATING, State.STOPPED, State.FAULT})
"""States without the idle timeout. `stopped` has its own, shorter one."""


def stop_closed(record: Record) -> bool:
    return not record.stop_open


def tested_good(record: Record) -> bool:
    """The board is there, it says off, and nothing is wrong."""
    report = record.report
    return report.link is Link.UP and report.state is BoardState.OFF and report.output is Output.OFF


def may_go_home(record: Record) -> bool:
    """Whether CONFIRM leads to the first page, as where the knob sets sound or language.

    CONFIRM begins the checklist on the first page only, not where it confirms a setting.
    """
    return pages.name(record) in pages.LOOKED_AT


def on_exercise_page(record: Record) -> bool:
    return record.histories is not None and pages.name(record) == "exercise"


def refused_today(record: Record) -> bool:
    return may_check(record) and record.today.used is not None


def may_check(record: Record) -> bool:
    usual = pages.name(record) not in pages.SWITCH_OFF
    return usual and record.histories is not None and stop_closed(record)


def asks_to_switch_off(record: Record) -> bool:
    return pages.name(record) == pages.SWITCH_OFF[0]


def may_ask_to_switch_off(record: Record) -> bool:
    return pages.name(record) not in pages.SWITCH_OFF


def may_go_back(record: Record) -> bool:
    """Whether BACK leads from the pages of switching off to the first one."""
    return pages.name(record) in (pages.SWITCH_OFF[0], pages.SWITCH_OFF[2])


def stays_on(record: Record) -> bool:
    """Switching off takes longer than it ever should."""
    shown_s = record.now - record.shown_at
    return pages.name(record) == pages.SWITCH_OFF[1] and shown_s >= SWITCH_OFF_S


def forgotten(record: Record) -> bool:
    """The question whether to switch off has been there for too long to be answered."""
    shown_s = record.now - max(record.shown_at, record.touched_at)
    return may_go_back(record) and shown_s >= MISTAKE_S


def last_statement(record: Record) -> bool:
    return stop_closed(record) and record.page + 1 >= len(record.statements)


def another_statement(record: Record) -> bool:
    return stop_closed(record) and record.page + 1 < len(record.statements)


def by_mistake(record: Record) -> bool:
    refusal = record.refusal
    if refusal is None or refusal.statement is None:
        return False
    return stop_closed(record) and record.now - refusal.at <= MISTAKE_S


def on_soreness_question(record: Record) -> bool:
    return pages.name(record) == pages.SORENESS_BEFORE


def may_answer_soreness(record: Record) -> bool:
    return stop_closed(record) and on_soreness_question(record)


def rest_chosen(record: Record) -> bool:
    return not on_soreness_question(record) and _offer(record) is Offer.REST_DAY


def session_chosen(record: Record) -> bool:
    offer = _offer(record)
    return (
        stop_closed(record)
        and not on_soreness_question(record)
        and offer is not None
        and offer is not Offer.REST_DAY
    )


def _offer(record: Record) -> Offer | None:
    return record.options[record.option_index].offer if record.options else None


def on_stop_test(record: Record) -> bool:
    return pages.name(record) == pages.STOP_TEST


def pressed_on_stop_test(record: Record) -> bool:
    """Only the switch counts: a stop over the socket does not test it."""
    return on_stop_test(record) and record.stop_open


def has_new_pads(record: Record) -> bool:
    """True on the page of worn pads if the person has chosen new ones."""
    return stop_closed(record) and pages.asks_for_new_pads(record) and record.value == 1


def on_worn_out_pads(record: Record) -> bool:
    return pages.asks_for_new_pads(record) and pads.is_worn_out(pages.pad_uses(record))


def more_preparing(record: Record) -> bool:
    """Worn pads may still be used, worn-out ones may not."""
    return stop_closed(record) and not on_stop_test(record) and not on_worn_out_pads(record)


def stop_was_tested(record: Record) -> bool:
    return on_stop_test(record) and record.stop_test_pressed


def may_choose_again(record: Record) -> bool:
    """True until current has flowed in this visit: a session that has begun counts."""
    return record.page == 0 and not (record.visit and record.visit.begun)


def not_first_page(record: Record) -> bool:
    return record.page > 0


def last_page(record: Record) -> bool:
    return record.page + 1 >= pages.count(record)


def more_pictures(record: Record) -> bool:
    """Whether pictures of `placing` follow the one on the screen. STOP covers them all."""
    return stop_closed(record) and pages.shown(record) + 1 < pages.count(record)


def earlier_pictures(record: Record) -> bool:
    return pages.shown(record) > 0


def can_be_ready(record: Record) -> bool:
    """Whether checklist and STOP test still hold and STOP is closed."""
    return stop_closed(record) and record.checklist_valid and record.stop_test_passed


def why_no_start(record: Record) -> str | None:
    """What forbids a start now, as a hint's key; None when the hold may start."""
    if not can_be_ready(record) or Contact.OPEN in record.report.contact:
        return "blocked_contact"
    if record.now - record.turned_at < STILL_S:
        return "blocked_turn"
    if (
        not tested_good(record)
        or not identity_is_sound(record)
        or record.run is None
        or record.run.remaining_s <= 0.0
    ):
        return "blocked_board"
    return None


def can_start(record: Record) -> bool:
    return why_no_start(record) is None


def stage_over(record: Record) -> bool:
    """True if the stage's time, or its site's charge of today, is used up."""
    run = record.run
    return run is not None and (run.remaining_s <= 0.0 or stage_layout.charge_is_spent(run))


def unbooked(record: Record) -> bool:
    """True if all booked time is used and the journal cannot book more."""
    run = record.run
    return run is not None and not run.levels.zero and is_unbooked(run)


def long_at_zero(record: Record) -> bool:
    run = record.run
    return run is not None and run.zero_since != LONG_AGO and record.now - run.zero_since >= ZERO_S


def program_waits(record: Record) -> bool:
    """A phase begins that the person has to start."""
    run, position = record.run, record.position
    if run is None or position is None:
        return False
    return position.phase.waits and position.span > run.waited_span


def contact_back(record: Record) -> bool:
    shown = record.now - record.entered_at >= CONTACT_S
    return shown and can_be_ready(record) and Contact.OPEN not in record.report.contact


def can_resume(record: Record) -> bool:
    return can_be_ready(record) and record.now - record.entered_at < STOPPED_S


def too_long_stopped(record: Record) -> bool:
    return record.now - record.entered_at >= STOPPED_S


def another_stage(record: Record) -> bool:
    return stop_closed(record) and record.visit is not None and not record.visit.last_stage


def was_last_stage(record: Record) -> bool:
    return record.visit is None or record.visit.last_stage


def more_minutes(record: Record) -> bool:
    return can_be_ready(record) and stage_layout.more_s(record) > 0.0


def every_cause_gone(record: Record) -> bool:
    """Whether no cause is left and output is off; until then the screen says how to end it."""
    if record.report.output is not Output.OFF:
        return False
    return not blocking(causes(record), stage_running=False)


def cleared_by_itself(record: Record) -> bool:
    """Whether the fault ends without a hand, such as that of a board that was silent at rest."""
    if record.fault_needs_hand or not record.latched or not every_cause_gone(record):
        return False
    return all(name in FAULTS and FAULTS[name].clears_itself for name in record.latched)


def idle(record: Record) -> bool:
    limit_s = IDLE_BEFORE_PREPARING_S if record.state in FIRST_STATES else IDLE_S
    return record.now - max(record.touched_at, record.entered_at) >= limit_s
