"""Makes the view of a record."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from appliance.session import stage_layout
from appliance.session.board import Link, measured_of
from appliance.session.envelope import RAISABLE, Part, Position
from appliance.session.events import Button
from appliance.session.faults import FAULTS, Effect
from appliance.session.machine import actions, aftercare, date_page, guards, pages
from appliance.session.machine.transition_table import TRANSITIONS, Trigger
from appliance.session.presses import hold_fraction
from appliance.session.record import Record
from appliance.session.stage_run import dry_hint
from appliance.session.state import State
from appliance.session.view import (
    CHECKS,
    ChannelView,
    DateView,
    HoldView,
    QuestionView,
    RefusalView,
    StageView,
    StatementView,
    View,
)
from appliance.therapy.exercise import STRETCH_S, STRETCHES, moves_with_it
from appliance.therapy.plan import DayUsed, Due
from appliance.therapy.programs import Kind
from appliance.therapy.units import CHANNELS, Pair, Unit

NO_DETAILS: Mapping[str, str] = MappingProxyType({})
STOP_STUCK_S = 10.0
"""After this long a pressed STOP may be a broken lead."""
FEEL_CONTRACTIONS = 3
"""During this many first contractions the hint asks whether the muscle tightens."""
EMPTY_V, FULL_V = 6.4, 8.4
"""Two lithium cells."""

_HELD = {Button.CONFIRM: Trigger.CONFIRM_HELD, Button.BACK: Trigger.BACK_HELD}
_HAS_HOLD = frozenset((transition.source, transition.trigger) for transition in TRANSITIONS)


def view_of(record: Record, details: Mapping[str, str] = NO_DETAILS) -> View:
    """The view of a record. `details` are the exact words of errors, by the fault's id."""
    identity, run, history = record.report.identity, record.run, record.history
    return View(
        state=record.state,
        person=record.person,
        people=record.rules.people,
        stop_pressed=record.stop_open,
        stop_stuck=record.stop_open and record.now - record.stop_opened_at >= STOP_STUCK_S,
        output=record.report.output,
        unit=identity.unit if identity else Unit.MILLIAMPERE,
        limit=run.limit if run else record.rules.limits.current_ma,
        limit_reason=run.limit_reason if run else None,
        channels=_channels(record),
        knob_side=run.levels.knob_side.value if run else "both",
        up_locked=run.levels.up_locked if run else False,
        hint=hint_of(record),
        battery=_battery(record.report.battery_v),
        research_board=identity.research_only if identity else False,
        page_name=pages.name(record),
        page_turned=pages.turned(record),
        page=pages.shown(record),
        pages=pages.count(record),
        statement=_statement(record),
        refusal=_refusal(record),
        question=_question(record),
        options=record.options if record.state is State.CHOOSING else (),
        option_index=record.option_index,
        due=_due(record),
        day_used=_day_used(record),
        stage=_stage(record),
        next_placement=_next_placement(record),
        more_minutes=stage_layout.more_minutes(record) if record.state is State.STAGE_DONE else 0,
        can_confirm=_can_confirm(record),
        lost_channels=_lost_channels(record),
        countdown_s=_countdown(record),
        exercise=aftercare.moment(record),
        hold=_hold(record),
        faults=record.latched,
        tells=_tells(record),
        checks=_checks(record) if record.state is State.SELF_TEST else (),
        details=_details(record, details),
        sessions_done=history.sessions_counted,
        record_part=_record_part(record),
        recent=history.recent,
        pad_uses=pages.pad_uses(record),
        volume=record.volume,
        language=record.language,
        date=_date(record),
    )


def _date(record: Record) -> DateView | None:
    clock, draft = record.history.clock, record.date_draft
    if pages.name(record) != "date" or clock is None:
        return None
    if draft is not None and date_page.is_setting(record):
        return DateView(draft.value, clock.keeps_time, clock.by_hand, date_page.PARTS[draft.part])
    local = clock.wall_at(record.now).replace(tzinfo=None, second=0, microsecond=0)
    return DateView(local, clock.keeps_time, clock.by_hand)


def _question(record: Record) -> QuestionView | None:
    asked, largest = pages.question(record), pages.largest_answer(record)
    if asked is None or largest is None:
        return None
    value = None if record.value == pages.NO_ANSWER else record.value
    return QuestionView(asked, value, largest)


def _record_part(record: Record) -> str:
    return pages.RECORD[record.value if pages.name(record) == "record" else 0]


def _channels(record: Record) -> tuple[ChannelView, ...]:
    last = _last_levels(record)
    run, report = record.run, record.report
    measured = measured_of(report)
    return tuple(
        ChannelView(
            channel.name,
            run.levels.target[channel.value] if run else 0.0,
            run.levels.level[channel.value] if run else 0.0,
            report.in_force[channel.value],
            report.contact[channel.value],
            last[channel.value] if last else None,
            measured[channel.value],
        )
        for channel in CHANNELS
    )


def _last_levels(record: Record) -> Pair | None:
    if record.visit is None:
        return None
    return dict(record.history.last_levels).get(record.visit.stage.placement.id)


def hint_of(record: Record) -> str | None:
    """Key of the hint that is on the screen now."""
    run, position = record.run, record.position
    hint = record.hint
    if hint is not None and record.now < hint.until and _fits(hint.key, position):
        return hint.key
    if record.state is State.PREPARING:
        return _warmth(record)
    if run is None:
        return None
    dry = run.pad_state.dry(record.now)
    if record.state is State.PAUSED:
        return "wet_pads" if dry else None
    if position is None:
        return None
    if dry:
        # Up is refused: in a contraction nothing asks for it.
        return None if position.part in RAISABLE else dry_hint(dry)
    if position.phase.continuous:
        return None
    feels = position.part in RAISABLE and run.contractions < FEEL_CONTRACTIONS
    return "tighten" if feels and not run.levels.zero else None


def _warmth(record: Record) -> str | None:
    """The hint about warmth, which alternates with the instruction for the skin."""
    turn = int((record.now - record.shown_at) / pages.PICTURE_S) % 2
    return "warmth" if turn and pages.name(record) == "skin" else None


def _fits(hint: str, position: Position | None) -> bool:
    """Whether a hint agrees with what the muscle does at this moment."""
    if position is None or hint not in _FITS:
        return True
    return _FITS[hint](position.part in RAISABLE)


_FITS: Mapping[str, Callable[[bool], bool]] = {
    "wait": lambda raisable: not raisable,
    "wait_then_turn": lambda raisable: not raisable,
    "fainter": lambda raisable: raisable,
}
"""Hints of one half of a cycle only; the argument is whether the level can be raised now."""


def _battery(volt: float | None) -> float | None:
    if volt is None:
        return None
    return min(1.0, max(0.0, (volt - EMPTY_V) / (FULL_V - EMPTY_V)))


def _statement(record: Record) -> StatementView | None:
    if record.state is not State.CHECKLIST or record.page >= len(record.statements):
        return None
    statement = record.statements[record.page]
    return StatementView(
        statement.id,
        statement.heading,
        statement.remedy,
        record.page + 1,
        len(record.statements),
    )


def _refusal(record: Record) -> RefusalView | None:
    refusal = record.refusal
    if record.state is not State.REFUSED or refusal is None:
        return None
    left_s = guards.MISTAKE_S - (record.now - refusal.at)
    return RefusalView(
        refusal.statement.id if refusal.statement else None,
        refusal.remedy,
        refusal.day_used,
        max(0.0, left_s) if refusal.statement else 0.0,
    )


def _due(record: Record) -> Due | None:
    if record.state is not State.LOCKED or record.histories is None:
        return None
    return record.today.due


def _day_used(record: Record) -> DayUsed | None:
    if record.state is not State.LOCKED or record.histories is None:
        return None
    return record.today.used


def _stage(record: Record) -> StageView | None:
    visit, run, position = record.visit, record.run, record.position
    if visit is None:
        return None
    stage = visit.stage
    return StageView(
        placement=stage.placement.id,
        pads=stage.placement.pads[0] + stage.placement.pads[1],
        program=stage.program.id,
        index=visit.index,
        count=len(visit.option.stages),
        minutes=stage.minutes,
        remaining_s=run.remaining_s if run else stage.minutes * 60.0,
        phase=position.phase.name if position else None,
        part=position.part.value if position else None,
        part_remaining_s=position.part_remaining_s if position else 0.0,
        next_contraction_s=_next_contraction_s(record),
        contractions_done=run.contractions if run else 0,
        continuous=position.phase.continuous if position else False,
        contracts=stage.program.kind is Kind.CONTRACTING,
        moves=moves_with_it(stage.placement, gentle=visit.option.gentle),
    )


def _next_contraction_s(record: Record) -> float | None:
    position = record.position
    return (
        position.next_contraction_s
        if position and position.part in (Part.OFF, Part.ACTIVE_REST, Part.RAMP_DOWN)
        else None
    )


def _next_placement(record: Record) -> str | None:
    visit = record.visit
    if record.state is not State.STAGE_DONE or visit is None or visit.last_stage:
        return None
    return visit.option.stages[visit.index + 1].placement.id


def _can_confirm(record: Record) -> bool:
    """Whether CONFIRM, pressed or held, does something now."""
    triggers = (Trigger.CONFIRM, Trigger.CONFIRM_HELD)
    transitions = [
        transition
        for transition in TRANSITIONS
        if transition.source is record.state and transition.trigger in triggers
    ]
    return any(
        transition.guard(record)
        for transition in transitions
        if transition.action is not actions.say_why_not
    )


def _lost_channels(record: Record) -> tuple[str, ...]:
    if record.state is not State.CONTACT_LOST:
        return ()
    return tuple(channel.name for channel in CHANNELS if channel.value in record.lost)


def _countdown(record: Record) -> float | None:
    if record.state is State.STOPPED:
        return max(0.0, guards.STOPPED_S - (record.now - record.entered_at))
    if record.state is State.CONTACT_LOST:
        return max(0.0, guards.CONTACT_S - (record.now - record.entered_at))
    if record.state is State.PREPARING and pages.name(record) == "pads":
        return max(0.0, pages.GEL_S - (record.now - record.shown_at))
    if record.state is State.AFTERCARE and pages.name(record) in STRETCHES:
        return max(0.0, STRETCH_S - (record.now - record.shown_at))
    return None


def _hold(record: Record) -> HoldView | None:
    for press in record.presses:
        if (record.state, _HELD.get(press.button)) not in _HAS_HOLD:
            continue
        done = hold_fraction(press, record.state, record.screen, record.shown_at, record.now)
        if done is not None:
            return HoldView(press.button, done)
    return None


def _tells(record: Record) -> tuple[str, ...]:
    named = (FAULTS[name] for name in sorted(record.present) if name in FAULTS)
    return tuple(fault.id for fault in named if fault.effect is Effect.TELL)


def _details(record: Record, details: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The details of the latched faults, and of no others."""
    return tuple((name, details[name]) for name in record.latched if details.get(name))


def _checks(record: Record) -> tuple[tuple[str, bool | None], ...]:
    found = record.present | record.report.faults
    good = {
        "board": record.report.link is Link.UP or None,
        "controls": not found & {"edges_dead", "pins_failed", "button_stuck"},
        "stop": not record.stop_open,
        "screen": "screen_dead" not in found,
        "journal": "journal_dead" not in found,
    }
    return tuple((name, good[name]) for name in CHECKS)
