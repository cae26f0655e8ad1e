"""The machine: one step is a function of (record, now, events).

The library `transitions` walks the transition table: it evaluates the guards and selects the
row. There is no I/O here, and no callback has an effect: board, screen, buzzer and journal
are served from the record that a step returns.
"""

from collections.abc import Iterable, Mapping
from functools import partial

from transitions import Machine as Transitions

from appliance.session import gate, over_current, presses, stage_run
from appliance.session.barring import bar, causes
from appliance.session.board import BoardState, Contact
from appliance.session.cues import Cue
from appliance.session.events import (
    BoardReported,
    Button,
    Down,
    Event,
    FaultsChanged,
    HistoryRead,
    MinuteBooked,
    StopCommand,
    StopLevel,
    Turn,
    Up,
)
from appliance.session.faults import blocking, waited_for
from appliance.session.machine import entry_actions, prompts
from appliance.session.machine.order import in_order
from appliance.session.machine.transition_table import TRANSITIONS, Transition, Trigger
from appliance.session.notes import BoardMet, FaultSeen, StateEntered
from appliance.session.presses import Press
from appliance.session.record import Record, Rules
from appliance.session.stage_run import say
from appliance.session.state import State
from appliance.therapy.history import History
from appliance.therapy.units import NEVER

SELF_TEST_S = 3.0
"""How long the self-test waits for a board to appear and to answer."""
START_S = 0.2
"""The board must echo the zero set-point of a start within this time."""

_SHORT = {Button.CONFIRM: Trigger.CONFIRM, Button.BACK: Trigger.BACK}
_HELD = {Button.CONFIRM: Trigger.CONFIRM_HELD, Button.BACK: Trigger.BACK_HELD}
_GONE = {"link": "board_lost", "board": "board_stopped_itself"}
"""The fault that stands for a reason that the gate misses while stimulating."""
_MAY_RUN = frozenset(
    {
        State.READY,
        State.STIMULATING,
        State.PAUSED,
        State.CONTACT_LOST,
        State.STOPPED,
    }
)
_NO_NEW_STAGE = frozenset({State.STAGE_DONE, State.AFTERCARE})


class _Walker:
    """The model that `transitions` moves: a state, and the row that was taken last."""

    def __init__(self) -> None:
        self.state = State.SELF_TEST
        self.taken: Transition | None = None

    def take(self, transition: Transition, record: Record) -> None:
        self.taken = transition


class Session:
    """The session's logic. It holds the transition table and no state."""

    def __init__(self) -> None:
        self._walker = _Walker()
        self._pairs = frozenset(
            (transition.source, transition.trigger) for transition in TRANSITIONS
        )
        # Evaluated at every step, mostly without a result: walking the table took a quarter of it.
        self._ticks = {
            state: tuple(
                transition
                for transition in TRANSITIONS
                if transition.source is state and transition.trigger is Trigger.TICK
            )
            for state in State
        }
        self._machine = Transitions(
            model=self._walker,
            states=State,
            initial=State.SELF_TEST,
            auto_transitions=False,
            send_event=False,
            transitions=[
                {
                    "trigger": transition.trigger.value,
                    "source": transition.source,
                    "dest": transition.destination,
                    "conditions": [transition.guard],
                    "before": [partial(self._walker.take, transition)],
                }
                for transition in TRANSITIONS
            ],
        )

    def first(self, rules: Rules, now: float) -> Record:
        """The record at power-on."""
        return Record(rules, now, entered_at=now, shown_at=now, touched_at=now)

    def step(self, record: Record, now: float, events: Iterable[Event]) -> Record:
        """The record after `events`, at `now` (seconds, never before the record's)."""
        gap_s = now - record.now
        sent = record.set_point
        record = record.but(now=now, gap_s=gap_s, cues=(), notes=(), ignored=())
        running = record.state is State.STIMULATING
        stalled = running and gap_s > gate.STALLED_S
        # Every step, not only where something changed: the self-test's patience ends by time.
        record = self._faults(record, frozenset({"loop_stalled"}) if stalled else frozenset())
        for event in in_order(events, running=running):
            record = self._take(record, event)
        record = self._holds(record)
        if record.state is State.STIMULATING:
            record = self._delivered(record, now - gap_s)
        for transition in self._ticks[record.state]:
            if transition.guard(record):
                record = self.fire(record, Trigger.TICK)
                break
        set_point, withheld = gate.pass_through(record, stage_run.amplitude(record), sent)
        if running and record.state is State.STIMULATING and set_point is None:
            # A condition for output has failed. If it holds again later, current does not return.
            record = self._faults(record, frozenset({_GONE.get(withheld[0], "internal")}))
        record = prompts.reminded(record)
        recent = over_current.recent_set_points(record, set_point)
        return record.but(set_point=set_point, withheld=withheld, recent_set_points=recent)

    def fire(self, record: Record, trigger: Trigger) -> Record:
        """The record after one trigger; the same where the table has no row for it."""
        if (record.state, trigger) not in self._pairs:
            ignored = f"{trigger.value} in {record.state.value}"
            record = record.but(ignored=(*record.ignored, ignored))
            return _not_now(record) if trigger in _PRESSES else record
        transition = self.row(record, trigger)
        if transition is None:
            return _not_now(record) if trigger in _PRESSES else record
        changed = transition.action(record)
        if transition.destination is None:
            return _paged(record, changed, trigger)
        entered = entry_actions.enter(changed, transition.destination, by_hand=trigger in _BY_HAND)
        note = StateEntered(record.now, record.person, transition.destination.value)
        return entered.but(notes=(*entered.notes, note))

    def row(self, record: Record, trigger: Trigger) -> Transition | None:
        """The row of the table that this trigger takes; None where no guard lets one through."""
        walker = self._walker
        walker.state, walker.taken = record.state, None
        self._machine.events[trigger.value].trigger(walker, record)
        return walker.taken

    def _take(self, record: Record, event: Event) -> Record:
        match event:
            case StopLevel():
                return self._stop(record, event)
            case StopCommand():
                return self._stop_from_afar(record)
            case FaultsChanged(_, present):
                return self._faults(record.but(present=present))
            case BoardReported(_, report):
                return self._judge(_met(over_current.judged(record, report)))
            case MinuteBooked(_, note):
                return stage_run.booked(record, note)
            case HistoryRead(_, histories):
                return _with_histories(record, histories)
            case Down():
                return self._down(record, event)
            case Up():
                return self._up(record, event)
            case Turn():
                record = record.but(touched_at=record.now, turned_at=record.now)
                return self.fire(record, Trigger.MORE if event.direction > 0 else Trigger.LESS)

    def _stop(self, record: Record, event: StopLevel) -> Record:
        was_open, screen = record.stop_open, record.screen
        if event.is_open and (not was_open or record.stop_opened_at == NEVER):
            record = record.but(stop_opened_at=record.now)
        if was_open and not event.is_open:
            record = record.but(stop_closed_at=record.now)
        record = record.but(stop_open=event.is_open, touched_at=record.now)
        record = self.fire(record, Trigger.STOP if event.is_open else Trigger.STOP_RELEASED)
        # STOP blocks even if the screen stays the same: the cue tells a person who cannot see.
        heard = event.is_open and not was_open and record.screen == screen
        return say(record, Cue.STOP_HEARD) if heard else record

    def _stop_from_afar(self, record: Record) -> Record:
        stopped = self.fire(record, Trigger.STOP)
        # No hand at the box caused this screen: a press that follows at once is not meant for it.
        return stopped if stopped.screen == record.screen else stopped.but(shown_by_hand=False)

    def _faults(self, record: Record, momentary: frozenset[str] = frozenset()) -> Record:
        """Faults are levels, not edges: whatever blocks now leads to `fault`."""
        now_seen = causes(record) | momentary
        if not now_seen and not record.seen:
            return record
        new = sorted(now_seen - record.seen)
        notes = tuple(FaultSeen(record.now, name) for name in new)
        record = bar(record.but(seen=now_seen, notes=(*record.notes, *notes)), now_seen)
        blockers = blocking(now_seen, stage_running=_stage_runs(record)) | momentary
        if record.state is State.SELF_TEST and record.now - record.entered_at < SELF_TEST_S:
            blockers -= waited_for(blockers)
        if not blockers:
            return record
        added = sorted(blockers - set(record.latched))
        record = record.but(latched=(*record.latched, *added))
        return record if record.state is State.FAULT else self.fire(record, Trigger.FAULT)

    def _judge(self, record: Record) -> Record:
        """What a report means while stimulating."""
        record = self._faults(record)
        run, report = record.run, record.report
        if record.state is not State.STIMULATING or run is None:
            return record
        if Contact.OPEN in report.contact:
            return self.fire(record, Trigger.CONTACT_OPEN)
        if record.too_strong >= over_current.REPORTS:
            return self._faults(record, frozenset({"board_too_strong"}))
        gone = report.state in (BoardState.OFF, BoardState.FAULT)
        if run.live and gone and report.at >= run.started_at:
            return self._faults(record, frozenset({"board_stopped_itself"}))
        return record

    def _down(self, record: Record, event: Down) -> Record:
        record = record.but(touched_at=record.now)
        button, screen = event.button, record.screen
        if presses.ignored(button, event.at, record.shown_at, record.shown_by_hand):
            return _with_press(record, Press(button, event.at, screen, used=True))
        if button is Button.KNOB:
            record = _with_press(record, Press(button, event.at, screen, used=True))
            return self.fire(record, Trigger.KNOB_PRESSED)
        if (record.state, _HELD[button]) in self._pairs:
            return _with_press(record, Press(button, event.at, screen))
        record = _with_press(record, Press(button, event.at, screen, used=True))
        return self.fire(record, _SHORT[button])

    def _up(self, record: Record, event: Up) -> Record:
        press = next((p for p in record.presses if p.button is event.button), None)
        if press is None or event.at < press.at:
            # A contact that bounced: the press that it ended has been replaced by a newer one.
            return record
        record = record.but(presses=tuple(p for p in record.presses if p is not press))
        held_s = event.at - press.at
        late = held_s >= presses.hold_s(record.state, press.button)
        if press.used or press.screen != record.screen:
            return record
        if late or (record.state, _SHORT[press.button]) not in self._pairs:
            return _not_now(record)
        return self.fire(record, _SHORT[press.button])

    def _delivered(self, record: Record, before_s: float) -> Record:
        """The running stage one step later; a start that the board does not echo is a fault."""
        record = stage_run.sampled(stage_run.book_ahead(stage_run.advance(record)), before_s)
        run = record.run
        if run is None or run.live or record.now - run.started_at <= START_S:
            return record
        return self._faults(record, frozenset({"start_not_confirmed"}))

    def _holds(self, record: Record) -> Record:
        for press in record.presses:
            done = presses.hold_fraction(
                press, record.state, record.screen, record.shown_at, record.now
            )
            trigger = _HELD.get(press.button)
            if done is None or done < 1.0 or trigger is None:
                continue
            record = _with_press(record, press.but(used=True))
            record = self.fire(record, trigger)
        return record


_PRESSES = frozenset({*_SHORT.values(), *_HELD.values()})
# The release of STOP counts as no hand: that hand was not on CONFIRM when the screen changed.
_BY_HAND = frozenset(Trigger) - {
    Trigger.TICK,
    Trigger.FAULT,
    Trigger.CONTACT_OPEN,
    Trigger.STOP_RELEASED,
}


def _stage_runs(record: Record) -> bool:
    """A stage that has begun, or an end that starts nothing new, may finish."""
    begun = record.run is not None and record.run.began and record.state in _MAY_RUN
    return begun or record.state in _NO_NEW_STAGE


def _with_histories(record: Record, histories: Mapping[str, History]) -> Record:
    """Histories are read on entry to `locked` and hold until the next entry."""
    if record.state is not State.LOCKED:
        return record.but(ignored=(*record.ignored, f"history in {record.state.value}"))
    return record.but(histories=histories)


def _met(record: Record) -> Record:
    """Note which board is connected, and whether its makers allow it for research only."""
    board = record.report.identity
    if board is None or board is record.board_met or board == record.board_met:
        return record
    note = BoardMet(record.now, board.driver, board.firmware, board.research_only)
    return record.but(board_met=board, notes=(*record.notes, note))


def _with_press(record: Record, press: Press) -> Record:
    others = tuple(p for p in record.presses if p.button is not press.button)
    return record.but(presses=(*others, press))


def _paged(before: Record, after: Record, trigger: Trigger) -> Record:
    """Another page of the same state is another screen. The knob only leafs through them."""
    if after.page == before.page:
        return after
    shown = entry_actions.show(after, by_hand=trigger is not Trigger.TICK)
    if trigger in (Trigger.MORE, Trigger.LESS):
        return shown
    return shown.but(cues=(*shown.cues, *prompts.current(shown)))


def _not_now(record: Record) -> Record:
    """A press or hold without an effect has a cue too, so that the person knows it was heard.

    While STOP is pressed the cue says so where STOP, of which the hand may know nothing, blocks.
    """
    blocks = record.stop_open and record.state not in _STOP_BLOCKS_NOTHING
    return say(record, Cue.STOP_HEARD if blocks else Cue.NOT_NOW)


_STOP_BLOCKS_NOTHING = frozenset({State.SELF_TEST, State.FAULT, State.AFTERCARE})
