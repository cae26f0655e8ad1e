"""The entry actions: what entering a state does to the record."""

from collections.abc import Callable

from appliance.session import stage_layout
from appliance.session.machine import actions, aftercare, pages, prompts
from appliance.session.notes import SessionBegan, SessionEnded, StageBegan, StageEnded
from appliance.session.record import Record
from appliance.session.stage_run import is_unbooked
from appliance.session.state import State
from appliance.therapy.history import StageLeft
from appliance.therapy.offers import Option

_ACTION_SETS_PAGE = frozenset({State.CHECKLIST, State.REFUSED, State.PREPARING})


def enter(record: Record, state: State, *, by_hand: bool) -> Record:
    """The record as it is when `state` has just been entered."""
    left = record.state
    if left is State.STIMULATING:
        record = _leave_stimulating(record)
    record = record.but(
        state=state,
        entered_at=record.now,
        hint=None,
        value=0,
        date_draft=None,
        page=record.page if state in _ACTION_SETS_PAGE else 0,
    )
    record = show(record, by_hand=by_hand)
    entered = _ENTER[state](record, left) if state in _ENTER else record
    return entered.but(cues=(*entered.cues, *prompts.on_entry(entered, left)))


def show(record: Record, *, by_hand: bool) -> Record:
    """Another screen: presses that began before belong to the old one."""
    return record.but(screen=record.screen + 1, shown_at=record.now, shown_by_hand=by_hand)


def _leave_stimulating(record: Record) -> Record:
    record = record.but(position=None)
    visit, run = record.visit, record.run
    if visit is None or run is None:
        return record
    delivered, charge = list(visit.delivered_s), list(visit.charge_mc)
    delivered[visit.index], charge[visit.index] = run.elapsed_s, run.spent_mc
    return record.but(
        visit=visit.but(delivered_s=tuple(delivered), charge_mc=tuple(charge)),
        # Dry pads are still told of in the pause that they asked for.
        run=stage_layout.from_zero(run).but(pad_state=run.pad_state),
    )


def _locked(record: Record, left: State) -> Record:
    """Entering `locked` voids the checklist, and everything that rests on it."""
    record = close_session(record, "ended" if record.shown_by_hand else "idle")
    return record.but(
        checklist_valid=False,
        switch_off=False,
        stop_test_pressed=False,
        stop_test_passed=False,
        statements=(),
        refusal=None,
        soreness=None,
        options=(),
        aftercare=(),
        visit=None,
        run=None,
        lost=frozenset(),
        latched=(),
        histories=None,
    )


def _choosing(record: Record, left: State) -> Record:
    record = record.but(visit=None, run=None, options=())
    return record if pages.name(record) == pages.SORENESS_BEFORE else actions.offer(record)


def _ready(record: Record, left: State) -> Record:
    """Every entry into `ready` starts from level zero."""
    run = record.run or stage_layout.lay_out(record)
    return record.but(run=run and stage_layout.from_zero(run), lost=frozenset())


def _stimulating(record: Record, left: State) -> Record:
    visit, run = record.visit, record.run
    if visit is None or run is None:
        return record
    notes = list(record.notes)
    option, stage = visit.option, visit.stage
    if not visit.begun:
        notes.append(
            SessionBegan(
                record.now,
                record.person,
                option.id,
                option.gentle,
                option.minutes * 60.0,
                option.continues_session,
                _all_stages(option),
            )
        )
    if not run.began:
        notes.append(
            StageBegan(
                record.now,
                visit.index,
                stage.placement.id,
                stage.program.id,
                stage.program.kind.value,
                run.planned_s - run.noted_s,
                stage.placement.pads[0] + stage.placement.pads[1],
            )
        )
        run = run.but(
            began_at=record.now, booking_s=run.elapsed_s, booked_s=run.elapsed_s, charge_mc=0.0
        )
    run = stage_layout.from_zero(run).but(began=True, live=False, started_at=record.now)
    return record.but(visit=visit.but(begun=True), run=run, position=None, notes=tuple(notes))


def _all_stages(option: Option) -> tuple[StageLeft, ...]:
    return tuple(
        StageLeft(stage.placement.id, stage.program.id, stage.minutes) for stage in option.stages
    )


def _stage_done(record: Record, left: State) -> Record:
    run = record.run
    if run is not None and (run.remaining_s <= 0.0 or stage_layout.charge_is_spent(run)):
        return close_stage(record, "delivered")
    unbooked = left is State.STIMULATING and run is not None and is_unbooked(run)
    return close_stage(record, "journal" if unbooked else "skipped")


def _aftercare(record: Record, left: State) -> Record:
    record = record.but(aftercare=aftercare.pages_for(record, left))
    if left is State.STOPPED:
        return close_session(record, "stopped")
    finished = record.visit is None or record.visit.last_stage
    return close_session(record, "delivered" if finished else "ended")


def _fault(record: Record, left: State) -> Record:
    return close_session(record, "fault").but(fault_needs_hand=left is State.STIMULATING)


def _self_test(record: Record, left: State) -> Record:
    return record.but(latched=())


def close_stage(record: Record, why: str) -> Record:
    """Note for the journal that the stage is over, once."""
    run = record.run
    if run is None or not run.began:
        return record
    note = StageEnded(record.now, run.elapsed_s - run.noted_s, why)
    closed = run.but(began=False, noted_s=run.elapsed_s)
    return record.but(run=closed, notes=(*record.notes, note))


def close_session(record: Record, why: str) -> Record:
    """Note for the journal that the session is over, once."""
    record = close_stage(record, why)
    visit = record.visit
    if visit is None or not visit.begun or visit.ended:
        return record
    note = SessionEnded(record.now, why)
    return record.but(visit=visit.but(ended=True), notes=(*record.notes, note))


_ENTER: dict[State, Callable[[Record, State], Record]] = {
    State.LOCKED: _locked,
    State.CHOOSING: _choosing,
    State.READY: _ready,
    State.STIMULATING: _stimulating,
    State.STAGE_DONE: _stage_done,
    State.AFTERCARE: _aftercare,
    State.FAULT: _fault,
    State.SELF_TEST: _self_test,
}
