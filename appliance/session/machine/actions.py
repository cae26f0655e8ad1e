"""The actions of the transitions: pure functions from one record to the next."""

from collections.abc import Callable

from appliance.session import levels, stage_layout
from appliance.session.board import Contact
from appliance.session.cues import Cue
from appliance.session.machine import aftercare, date_page, pages
from appliance.session.machine.guards import last_page, why_no_start
from appliance.session.notes import Answered, ChecklistCompleted
from appliance.session.record import Record, Refusal
from appliance.session.stage_run import say, say_knob_side, with_levels
from appliance.therapy import pads
from appliance.therapy.checklist import Statement
from appliance.therapy.offers import bench_options, options
from appliance.therapy.plan import statements_for
from appliance.therapy.questions import SKIPPED

Action = Callable[[Record], Record]


def refuse_day(record: Record) -> Record:
    return record.but(refusal=Refusal(record.now, day_used=record.today.used), page=0)


def begin_checklist(record: Record) -> Record:
    due = statements_for(record.person, record.history, record.rules.catalogue.statements)
    return record.but(statements=due, page=0)


def agree(record: Record) -> Record:
    return _agreed(record).but(page=record.page + 1)


def agree_to_last(record: Record) -> Record:
    done = ChecklistCompleted(
        record.now, record.person, any(statement.full_list for statement in record.statements)
    )
    record = _agreed(record)
    return record.but(checklist_valid=True, notes=(*record.notes, done))


def _agreed(record: Record) -> Record:
    statement = record.statements[record.page]
    # "No session today" is recorded and unlocks nothing: an answer only makes the day stricter.
    return _answered(record, statement, "agreed")


def refuse(record: Record) -> Record:
    statement = record.statements[record.page]
    refused = record.but(refusal=Refusal(record.now, statement=statement))
    return _answered(refused, statement, "refused")


def take_back(record: Record) -> Record:
    return _answered(record, record.statements[record.page], "by_mistake")


def _answered(record: Record, statement: Statement, answer: str) -> Record:
    note = Answered(
        record.now,
        record.person,
        statement.id,
        answer,
        statement.remedy.value,
        statement.full_list,
    )
    return record.but(notes=(*record.notes, note))


def offer(record: Record) -> Record:
    """The options for this person today, the preselected one first."""
    rules, identity = record.rules, record.report.identity
    if identity is not None and not identity.on_body:
        return record.but(options=bench_options(rules.catalogue), option_index=0)
    offered = options(
        record.person, record.history, rules.plan, rules.limits, rules.catalogue, record.soreness
    )
    return record.but(options=tuple(offered), option_index=0)


def answer_soreness(record: Record) -> Record:
    note = Answered(record.now, record.person, pages.SORENESS_BEFORE, str(record.value))
    # The highest counts: BACK and another answer do not make less of it.
    told = max(record.soreness or 0, record.value)
    record = record.but(soreness=told, page=record.page + 1, notes=(*record.notes, note))
    return offer(record)


def choose(record: Record) -> Record:
    chosen = record.options[record.option_index]
    return record.but(visit=stage_layout.begin_visit(chosen), run=None, page=0)


def next_page(record: Record) -> Record:
    record = record.but(
        page=(record.page + 1) % pages.count(record),
        date_draft=None,
        # The press of the STOP test has to begin on its own page.
        stop_test_pressed=False,
    )
    return record.but(value=pages.first_value(record))


def first_page(record: Record) -> Record:
    return record.but(page=0, value=0, switch_off=False)


def ask_switch_off(record: Record) -> Record:
    return record.but(page=len(pages.LOCKED), value=0)


def switch_off(record: Record) -> Record:
    return record.but(page=record.page + 1, switch_off=True)


def say_still_on(record: Record) -> Record:
    return record.but(page=record.page + 1, switch_off=False)


def renew_pads(record: Record) -> Record:
    """New pads: their uses count anew, for the journal and for the rest of this visit."""
    history = record.history
    uses = dict(history.pad_uses)
    renewed = pads.renewed(uses, pages.visit_placements(record))
    notes = tuple(Answered(record.now, record.person, pages.NEW_PADS, name) for name in renewed)
    fresh = history.but(pad_uses=tuple((uses | dict.fromkeys(renewed, 0)).items()))
    histories = {**(record.histories or {}), record.person: fresh}
    return next_page(record.but(histories=histories, notes=(*record.notes, *notes)))


def previous_page(record: Record) -> Record:
    record = record.but(page=record.page - 1)
    return record.but(value=pages.first_value(record))


def to_stop_test(record: Record) -> Record:
    # STOP must be tested again, whatever was tested before.
    return record.but(page=len(pages.PREPARING) - 1, stop_test_pressed=False)


def note_stop_press(record: Record) -> Record:
    return record.but(stop_test_pressed=True)


def pass_stop_test(record: Record) -> Record:
    return record.but(stop_test_passed=True)


def answer_page(record: Record) -> Record:
    """Aftercare: the answer of this page or what was exercised on it, and the next page."""
    question = pages.name(record)
    if question in pages.QUESTIONS:
        answer = SKIPPED if record.value == pages.NO_ANSWER else str(record.value)
        note = Answered(record.now, record.person, question, answer, shown_since=record.shown_at)
        record = aftercare.without_strengthening(record, question)
        record = record.but(notes=(*record.notes, note))
    record = note_exercise(record)
    return record if last_page(record) else next_page(record)


def leave_page(record: Record) -> Record:
    """Aftercare: go back a page. The answer that this page showed still counts."""
    question = pages.question(record)
    if question is not None:
        record = aftercare.without_strengthening(record, question)
    return previous_page(record)


def note_exercise(record: Record) -> Record:
    """Note how many repetitions were done, when the page of an exercise is left."""
    moment, exercise = aftercare.moment(record), pages.name(record)
    if moment is None or exercise is None:
        return record
    note = Answered(record.now, record.person, exercise, str(moment.done))
    return record.but(notes=(*record.notes, note))


def keep_lost(record: Record) -> Record:
    open_now = (i for i, contact in enumerate(record.report.contact) if contact is Contact.OPEN)
    return record.but(lost=record.lost | frozenset(open_now))


def keep_waited(record: Record) -> Record:
    """Note that the person was waited for before this phase, so that it runs when they go on."""
    if record.run is None or record.position is None:
        return record
    return record.but(run=record.run.but(waited_span=record.position.span))


def next_stage(record: Record) -> Record:
    visit = record.visit
    if visit is None:
        return record
    return record.but(visit=visit.but(index=visit.index + 1), run=None)


def add_minutes(record: Record) -> Record:
    run = record.run
    return record if run is None else record.but(run=stage_layout.extend(record, run))


def next_channel(record: Record) -> Record:
    """BACK while stimulating: the knob moves both, A, B."""
    if record.run is None:
        return record
    changed = levels.next_knob_side(record.run.levels, record.now)
    return say_knob_side(with_levels(record, changed))


def say_why_not(record: Record) -> Record:
    return say(record, Cue.NOT_NOW, why_no_start(record))


def arrow(key: str) -> Action:
    """In `ready` the knob moves nothing; the screen shows what it would do."""
    return lambda record: say(record, None, key)


def turn(direction: int) -> Action:
    """The knob chooses: a person, an option, an answer, a page."""
    return lambda record: (
        date_page.turn(record, direction)
        if date_page.may_set(record)
        else aftercare.note_shown(record, pages.turn(record, direction))
    )
