"""Which pages `aftercare` has, and where the exercise on the screen stands."""

from appliance.session.machine import pages
from appliance.session.notes import Answered
from appliance.session.record import Record
from appliance.session.state import State
from appliance.therapy.calendar import advises_rest
from appliance.therapy.exercise import (
    STRENGTHENING,
    STRETCHES,
    Block,
    Moment,
    block_due,
    moment_at,
)
from appliance.therapy.plan import GUEST
from appliance.therapy.programs import Kind
from appliance.therapy.questions import day_number, questions_due
from appliance.therapy.skin import BURN


def pages_for(record: Record, left: State) -> tuple[str, ...]:
    """The pages after the stages; from `locked` the exercises alone.

    A person who pressed STOP and did not go on gets no exercises.
    """
    comfort = ("comfort",) if _has_flowed(record) else ()
    if left is State.STOPPED:
        return ("skin", "soreness", *comfort, "water")
    strengthening = STRENGTHENING if block(record) is not None else ()
    if left is State.LOCKED:
        return (*STRETCHES, *strengthening, "water")
    asked = ("skin", "soreness", *comfort, *day_questions(record))
    trains = contracting(record)
    return (*asked, *STRETCHES, *(strengthening if trains else ()), "water")


def _has_flowed(record: Record) -> bool:
    """Whether current has flowed in this visit: only then is asked how unpleasant it was."""
    return record.visit is not None and any(record.visit.delivered_s)


def contracting(record: Record) -> bool:
    """Whether current of a contracting program has flowed in this visit."""
    visit = record.visit
    return visit is not None and visit.begun and visit.stage.program.kind is Kind.CONTRACTING


def day_questions(record: Record) -> tuple[str, ...]:
    """The questions of the day after this session; none for Guest, who has no days."""
    history = record.history
    if record.person == GUEST or not history.readable or not contracting(record):
        return ()
    day = day_number(history.days_since_first, history.sessions_counted)
    return questions_due(day, dict(history.asked_days_ago))


def block(record: Record) -> Block | None:
    """The strengthening block of this person today; None where only stretches are due.

    After a burn there are only stretches as well, until a doctor has seen it.
    """
    history = record.history
    if history.skin.burned:
        return None
    return block_due(history.blocks_days_ago, history.soreness)


def without_strengthening(record: Record, question: str) -> Record:
    """Remove strengthening if the answer on this page is soreness or a burn."""
    sore = question == "soreness" and advises_rest(record.value)
    burned = question == "skin" and record.value == BURN
    if not (sore or burned):
        return record
    left = tuple(page for page in record.aftercare if page not in STRENGTHENING)
    return record.but(aftercare=left)


def note_shown(before: Record, after: Record) -> Record:
    """Note at once what the knob has chosen, where it is worse than what the screen showed before.

    It counts even if END, idling or a power cut comes before CONFIRM. Of several values the worst
    counts, because nobody has confirmed a better one: a day of rest too many does no harm. Only
    CONFIRM on the same screen takes it back.
    """
    question = pages.question(after)
    if after.state is not State.AFTERCARE or question not in pages.SHOWN:
        return after
    if after.value <= before.value:
        return after
    note = Answered(after.now, after.person, pages.SHOWN[question], str(after.value))
    return after.but(notes=(*after.notes, note))


def moment(record: Record, before_s: float = 0.0) -> Moment | None:
    """Where the exercise on the screen stands, or stood `before_s` ago; None without one.

    On the page of `locked` that leads to the exercises it is their beginning.
    """
    page = pages.name(record)
    begins = record.state is State.LOCKED and page == "exercise"
    if not begins and (record.state is not State.AFTERCARE or page not in STRENGTHENING):
        return None
    due = block(record)
    if due is None:
        return None
    return moment_at(due, 0.0 if begins else record.now - record.shown_at - before_s)
