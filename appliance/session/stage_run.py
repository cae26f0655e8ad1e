"""The running stage: how time, the knob and the board's reports change it."""

from appliance.session import dry_pads, envelope, levels, rest_owed
from appliance.session.board import BoardState, measured_of
from appliance.session.cues import Cue, side
from appliance.session.envelope import RESTING, Part, Position
from appliance.session.events import Button
from appliance.session.levels import Levels, TurnResult
from appliance.session.notes import Booked, PadsFoundDry, Sample
from appliance.session.record import Hint, Record, Run
from appliance.therapy.exercise import moves_with_it
from appliance.therapy.units import CHANNELS, LONG_AGO, Pair, Unit

HINT_S = 4.0
FAINTER_AT_WORK_S = (240.0, 600.0)
"""At these times of work the level may have faded: one click up is offered in the next contraction
in which it counts."""
BOOK_S, BOOK_WITHIN_S = 60.0, 30.0
"""The ledger books `BOOK_S` ahead, and again when less than `BOOK_WITHIN_S` of it is left."""
COMING_S = 2.0
"""How long before a contraction its cue sounds."""

_SAID = {
    TurnResult.DONE: (Cue.DETENT, None),
    TurnResult.DROPPED: (None, None),
    TurnResult.AT_LIMIT: (Cue.LIMIT_REACHED, "limit"),
    TurnResult.UP_LOCKED: (Cue.UP_LOCKED, "one_click_down"),
}

_ANSWERED_BY_DOWN = frozenset({"limit", "one_click_down"})


def say(record: Record, cue: Cue | None, hint: str | None = None) -> Record:
    """The record with a cue, and a hint for a few seconds."""
    cues = record.cues if cue is None else (*record.cues, cue)
    shown = Hint(hint, record.now + HINT_S) if hint else record.hint
    return record.but(cues=cues, hint=shown)


def say_knob_side(record: Record) -> Record:
    """Which level the knob moves now, as a count."""
    if record.run is None:
        return record
    moved = (channel.value for channel in levels.CHANNELS_OF_SIDE[record.run.levels.knob_side])
    return record.but(cues=(*record.cues, *side(moved)))


def with_levels(record: Record, changed: Levels) -> Record:
    """The record with other levels in its run."""
    return record if record.run is None else record.but(run=record.run.but(levels=changed))


def more(record: Record) -> Record:
    """One detent up. It counts only while current flows and the board has agreed.

    While the knob is held pressed, turns up do not count: the press asks for zero. A detent that
    is refused keeps the side that the knob moves: the hand is still turning.
    """
    run, position = record.run, record.position
    if any(press.button is Button.KNOB for press in record.presses):
        return say(record, Cue.NOT_NOW)
    if run is None or position is None or not run.live or is_unbooked(run):
        return record
    record = with_levels(record, run.levels.but(turned_at=record.now))
    if not levels.moved_by_up(run.levels, position.raisable):
        tightens = not (run.levels.zero or position.phase.continuous)
        return say(record, Cue.WAIT_FOR_CONTRACTION, "wait" if tightens else "wait_then_turn")
    if dry_pads.refuses_up(run.pad_state, run.levels, record.now):
        return say_dry(record, run.pad_state.dry(record.now))
    changed, turned = levels.turn_up(run.levels, run.limit, record.now, position.raisable)
    return say(with_levels(record, changed), *_SAID[turned])


def say_dry(record: Record, channels: tuple[int, ...]) -> Record:
    """Whose pads are dry, by cue and by hint."""
    record = say(record, Cue.PADS_DRY, dry_hint(channels))
    return record.but(cues=(*record.cues, *side(channels)))


def dry_hint(channels: tuple[int, ...]) -> str:
    if len(channels) != 1:
        return "dry_both"
    return "dry_right" if channels[0] else "dry_left"


def less(record: Record) -> Record:
    """One detent down, at once, always."""
    if record.run is None:
        return record
    changed = levels.turn_down(record.run.levels, record.now)
    return say(_without_refusal(with_levels(record, changed)), Cue.DETENT)


def zero(record: Record) -> Record:
    """Knob pressed: both levels to zero now."""
    if record.run is None:
        return record
    return say(_without_refusal(with_levels(record, levels.to_zero(record.run.levels))), Cue.DETENT)


def _without_refusal(record: Record) -> Record:
    """The record without the hint of a refused turn up that a turn down has just answered."""
    answered = record.hint is not None and record.hint.key in _ANSWERED_BY_DOWN
    return record.but(hint=None) if answered else record


def advance(record: Record) -> Record:
    """The record with its running stage advanced by one step."""
    run, before = record.run, record.position
    if run is None:
        return record
    moved, position = rest_owed.rested(_run_clock(_heard(run, record), record), before, record.now)
    goes_on = before is not None and before.span == position.span
    dry: tuple[int, ...] = ()
    if goes_on:
        moved, dry = _what_flows(moved, position, record)
    record = record.but(run=moved, position=position)
    if moved.levels.knob_side is not run.levels.knob_side:
        record = say_knob_side(record)
    if before is None:
        return record
    if not goes_on:
        return _enter_phase(record, before, position)
    return _remind(_found_dry(record, dry) if dry else record, run, before, position)


def _what_flows(run: Run, position: Position, record: Record) -> tuple[Run, tuple[int, ...]]:
    """The run with what the pads let through, and the channels that are dry."""
    sent, report = record.set_point, record.report
    identity = report.identity
    if sent is None or identity is None or not run.live:
        return run, ()
    if identity.unit is not Unit.MILLIAMPERE or not identity.measures_current:
        return run, ()
    pad_state = dry_pads.follow(run.pad_state, position, run.levels, report.in_force, record.now)
    pad_state, dry = dry_pads.judge(
        pad_state, position, sent.amplitude, report.measured, record.now, record.gap_s
    )
    return run if pad_state is run.pad_state else run.but(pad_state=pad_state), dry


def _found_dry(record: Record, dry: tuple[int, ...]) -> Record:
    """Dry pads: the level comes down to what flows, and the person is told whose they are."""
    run, sent, measured = record.run, record.set_point, measured_of(record.report)
    if run is None or sent is None:
        return record
    asked = sent.amplitude
    flowed = (measured[0] or 0.0, measured[1] or 0.0)
    shares = (flowed[0] / max(asked[0], 1.0), flowed[1] / max(asked[1], 1.0))
    notes = tuple(PadsFoundDry(record.now, CHANNELS[i].name, asked[i], flowed[i]) for i in dry)
    changed = run.but(
        levels=dry_pads.lowered(run.levels, dry, shares),
        pad_state=dry_pads.found_dry(run.pad_state, dry, record.now),
    )
    return say_dry(record.but(run=changed, notes=(*record.notes, *notes)), dry)


def _heard(run: Run, record: Record) -> Run:
    """Whether the board has echoed this start's zero set-point."""
    agreed_at = record.report.agreed_at
    if run.live or agreed_at is None or agreed_at < run.started_at:
        return run
    return run.but(live=record.report.state in (BoardState.ARMED, BoardState.ON))


def _run_clock(run: Run, record: Record) -> Run:
    """Time passes while a level is above zero; at zero the next cycle waits at its foot."""
    changed = levels.back_to_both(run.levels, record.now)
    if changed.zero:
        since = record.now if run.zero_since == LONG_AGO else run.zero_since
        run = _skip_tail(run, record.now)
        start_s = run.elapsed_s + max(rest_owed.owed_s(run, record.now))
        return run.but(levels=changed, zero_since=since, cycle_start_s=start_s)
    position, passed_s = record.position, min(record.gap_s, run.remaining_s)
    if position is not None:
        changed = _follow_hand(changed, position, passed_s)
    contracting = position is not None and not position.phase.continuous
    charge_mc = _charge_mc(record, passed_s)
    return run.but(
        elapsed_s=run.elapsed_s + passed_s,
        zero_since=LONG_AGO,
        levels=changed,
        work_s=run.work_s + (passed_s if contracting else 0.0),
        rest_until=rest_owed.rest_until(run, position, record.now, passed_s),
        charge_mc=run.charge_mc + charge_mc,
        spent_mc=run.spent_mc + charge_mc,
    )


def _charge_mc(record: Record, passed_s: float) -> float:
    """Charge of one phase of the pulses in `passed_s`, on the stronger channel.

    If a board delivers more than asked, within its tolerance, the measured current counts.
    The charge is known for milliamperes only, so a board in percent counts none.
    """
    sent, identity = record.set_point, record.report.identity
    if sent is None or identity is None or identity.unit is not Unit.MILLIAMPERE:
        return 0.0
    if not any(sent.amplitude):
        return 0.0
    measured_a, measured_b = record.report.measured
    ma = max(*sent.amplitude, measured_a or 0.0, measured_b or 0.0)
    return ma * sent.pulse_width_us * 1e-6 * sent.mean_frequency_hz * passed_s


def is_unbooked(run: Run) -> bool:
    """Whether all time that the ledger has booked is delivered, and not the whole stage."""
    return run.booked_s <= run.elapsed_s < run.planned_s


def book_ahead(record: Record) -> Record:
    """Ask the ledger for the next minute, well before it begins."""
    run = record.run
    if run is None or run.booking_s >= run.planned_s:
        return record
    if run.booking_s - run.elapsed_s >= BOOK_WITHIN_S:
        return record
    upto_s = min(run.elapsed_s + BOOK_S, run.planned_s)
    note = Booked(record.now, run.began_at, upto_s - run.noted_s)
    return record.but(run=run.but(booking_s=upto_s), notes=(*record.notes, note))


def booked(record: Record, note: Booked) -> Record:
    """The ledger has booked on the disk what `note` asked for."""
    run = record.run
    if run is None or note.stage_began_at != run.began_at:
        return record
    return record.but(run=run.but(booked_s=max(run.booked_s, note.upto_s + run.noted_s)))


def _follow_hand(changed: Levels, position: Position, passed_s: float) -> Levels:
    """The level comes up to the target, only where current flows and the hand feels it."""
    if position.part not in RESTING and changed.level != (0.0, 0.0):
        changed = changed.but(unchanged_s=changed.unchanged_s + passed_s)
    return levels.follow(changed, passed_s, position.raisable)


def _skip_tail(run: Run, now: float) -> Run:
    """At level zero no time passes; a remainder of a phase too short for a contraction is skipped.

    A pause is a rest that the program owes to the muscle: the next contraction waits for it.
    """
    here = envelope.position_at(run.spans, run.elapsed_s, run.elapsed_s)
    if not here.tail:
        return run
    end_s = run.spans[here.span].end_s
    if here.phase.is_pause:
        rested_at = now + end_s - run.elapsed_s
        a, b = run.rest_until
        run = run.but(rest_until=(max(a, rested_at), max(b, rested_at)))
    return run.but(elapsed_s=end_s)


def _enter_phase(record: Record, before: Position, position: Position) -> Record:
    """No change of phase raises anything: the level comes down first."""
    factor = envelope.level_factor(before.phase, position.phase)
    if record.run is None or factor >= 1.0 or record.run.levels.zero:
        return record
    record = with_levels(record, levels.scaled(record.run.levels, factor))
    return say(record, Cue.LEVEL_HALVED, "turn_up")


def _remind(record: Record, was: Run, before: Position, position: Position) -> Record:
    """What belongs to a contraction's beginning and end, and to minutes 4 and 10 of work."""
    run = record.run
    if run is None or run.levels.zero:
        return record
    if _ended(before, position) and not position.phase.continuous:
        record = record.but(run=run.but(contractions=run.contractions + 1))
        record = say(record, Cue.CONTRACTION_ENDED)
    foot = before.part is Part.OFF and position.part is Part.RAMP_UP
    if foot and not position.phase.continuous and _moves(record):
        record = say(record, Cue.LIFT)
    coming_s = envelope.next_contraction_s(run.spans, position, run.elapsed_s)
    if _comes_now(envelope.next_contraction_s(was.spans, before, was.elapsed_s), coming_s):
        record = say(record, Cue.CONTRACTION_COMING)
    return _offer_one_up(record, position)


def _offer_one_up(record: Record, position: Position) -> Record:
    """The level may have faded: said in a contraction, and not where the limit refuses the click.

    A turn that is locked by then is answered by what unlocks it.
    """
    run = record.run
    if run is None or position.phase.continuous:
        return record
    due = sum(run.work_s >= at_s for at_s in FAINTER_AT_WORK_S)
    moved = levels.moved_by_up(run.levels, position.raisable)
    at_limit = any(run.levels.target[channel] + 1 > run.limit for channel in moved)
    is_dry = dry_pads.refuses_up(run.pad_state, run.levels, record.now)
    if run.fainter_told >= due or not moved or at_limit or is_dry:
        return record
    told = record.but(run=run.but(fainter_told=due))
    return say(told, Cue.FAINTER, "fainter")


def _moves(record: Record) -> bool:
    visit = record.visit
    return visit is not None and moves_with_it(visit.stage.placement, gentle=visit.option.gentle)


def _ended(before: Position, position: Position) -> bool:
    """Whether a contraction of A, which contracts in every cycle, has just ended."""
    return 0 in before.raisable and 0 not in position.raisable


def sampled(record: Record, before_s: float) -> Record:
    """Note once a second what has been delivered."""
    run = record.run
    if run is None or int(record.now) == int(before_s):
        return record
    report = record.report
    sample = Sample(
        record.now,
        run.elapsed_s - run.noted_s,
        run.levels.level,
        report.in_force,
        measured_of(report),
        run.charge_mc,
    )
    return record.but(notes=(*record.notes, sample))


def _comes_now(before_s: float | None, now_s: float | None) -> bool:
    return before_s is not None and now_s is not None and before_s > COMING_S >= now_s


def amplitude(record: Record) -> Pair:
    """The amplitude to request from the gate now, per channel, in the board's unit.

    During a contraction it is at least the board's smallest step, if the level reaches that: a
    ramp begins and ends with the weakest pulses that there are, not without pulses.
    """
    run, position, identity = record.run, record.position, record.report.identity
    if run is None or position is None or identity is None or not run.live:
        return (0.0, 0.0)
    step = identity.amplitude_step
    return _channel_amplitude(run, position, step, 0), _channel_amplitude(run, position, step, 1)


def _channel_amplitude(run: Run, position: Position, step: float, channel: int) -> float:
    level = run.levels.level[channel]
    if position.channels[channel].part is Part.OFF:
        return 0.0
    return _not_lost(level, position.amplitude(channel, level), step)


def _not_lost(level: float, amplitude: float, step: float) -> float:
    return max(amplitude, step) if level >= step else amplitude
