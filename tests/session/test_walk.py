"""Every reachable pair of state and event of the real machine, breadth first.

What is walked is the shipped session: its table, guards, actions, gate. Around it is a world of
hands, a board and a ledger (`world.py`). Each step is judged by a witness who counts statements,
holds, detents and STOP by the events alone (`witness.py`), and knows no guard.

The abstraction. Two worlds are one where `key` is the same: state and page, what the rules look at
in it, what holds in the world, and what the witness is convinced of. Time is kept only as the side
of each limit on which the present screen is (read, shown by a hand, pressed by mistake): the waits
of `WAITS_S` lead to each side, and a rule that compares time with another number has to be added
to both. Levels are kept as zero or not: no guard asks for more, and every cap, rise and limit is
the gate's and the witness's, judged with real numbers at every step. Progress of a stage is kept
as what its program does now, so that a stage is walked from any of its parts to the next, not once
a cycle. Two numbers that one key holds can differ; then the first that was found goes on, so the
walk shows that a pair can be reached and that no step on its way breaks a rule, not that no other
number does: for that there are the property test and the campaign of years.

The properties, held at every step:
1. current only in `stimulating`, with every reason of the gate, after list, STOP test and hold;
2. from every reachable state STOP, a stop over the socket and a fault are off within one step, and
   a press of the knob is a set-point of zero until it is let go (`check_way_out`);
3. off is never left without the whole way: `ready` and every start begin at zero, `locked` forgets
   list and test, no fault that ends brings current back;
4. a board that gave too much is never used again; what the ledger has not booked is not delivered.

Beside the whole walk there are two small ones in `test_small_walks.py`: a board that tells at zero
whether pads are on, and faults that come and go in any order. A broken rule prints its journey.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any

import pytest
from transitions import Machine

from appliance.session import stage_layout
from appliance.session.board import Contact, Link
from appliance.session.envelope import RAISABLE
from appliance.session.events import (
    Button,
    Down,
    Event,
    FaultsChanged,
    HistoryRead,
    StopCommand,
    StopLevel,
    Turn,
    Up,
)
from appliance.session.machine import machine as machines
from appliance.session.machine import pages
from appliance.session.machine.guards import STOPPABLE
from appliance.session.machine.machine import Session
from appliance.session.machine.transition_table import TRANSITIONS, Trigger
from appliance.session.presses import read_s
from appliance.session.record import Record
from appliance.session.state import State
from appliance.therapy.history import DayClock, History
from tests.session.exploring import Key, Move, breadth_first
from tests.session.world import Tracing, World, new_world, short_rules

S = State
OPEN, UNKNOWN = Contact.OPEN, Contact.UNKNOWN
RUNNING = {S.READY, S.STIMULATING, S.PAUSED, S.CONTACT_LOST, S.STOPPED}
HARMLESS = {"screen_dead"}
"""The faults of this walk beside which a stage may be finished."""
HEARS_THE_LINK = RUNNING | {S.SELF_TEST, S.FAULT}
OUT_OF_SESSION = {S.FAULT, S.SELF_TEST, S.AFTERCARE}
LONGER_THAN_A_STAGE_S = 75.0
WAITS_S = {
    S.CHECKLIST: (0.1, 0.65, 1.6, 601.0),
    S.REFUSED: (0.3, 61.0, 601.0),
    S.CHOOSING: (0.3, 601.0),
    S.READY: (0.1, 0.3, 1.1, 1801.0),
    S.STIMULATING: (0.1, 0.25, 1.1, 4.0, LONGER_THAN_A_STAGE_S, 181.0),
    S.CONTACT_LOST: (0.3, 1.1, 3.1, 1801.0),
    S.STOPPED: (0.3, 1.1, 301.0),
}


def press(button: Button, world: World) -> None:
    held = button in world.held
    event: Event = Up(world.now + 0.05, button) if held else Down(world.now + 0.05, button)
    world.held = world.held - {button} if held else world.held | {button}
    world.step(0.05, event)


def stop(world: World) -> None:
    world.stop_open = not world.stop_open
    world.step(0.05, StopLevel(world.now + 0.05, world.stop_open))


def happen(make: Callable[[float], Event], world: World) -> None:
    world.step(0.05, make(world.now + 0.05))


def disturb(name: str, usual: object, other: object, world: World) -> None:
    setattr(world, name, other if getattr(world, name) == usual else usual)
    world.step(0.05, FaultsChanged(world.now + 0.05, world.present))


DISTURBANCES = (
    ("present", frozenset(), frozenset({"pins_failed"})),
    ("present", frozenset(), frozenset({"screen_dead"})),
    ("present", frozenset(), frozenset({"board_silent"})),
    ("contact", (UNKNOWN, UNKNOWN), (UNKNOWN, OPEN)),
    ("link", Link.UP, Link.DOWN),
    ("board", "follows", "mute"),
    ("board", "follows", "off"),
    ("board", "follows", "strong"),
    ("board", "follows", "restless"),
    ("journal", "writes", "refuses"),
)


def wait(seconds: float, world: World) -> None:
    if world.record.state is S.STIMULATING and seconds == 0.25:
        world.step(0.25)
    else:
        world.wait(seconds)


def stop_over_socket(world: World) -> None:
    happen(StopCommand, world)


ALWAYS: tuple[Move, ...] = (
    partial(happen, lambda at: Turn(at, 1)),
    partial(happen, lambda at: Turn(at, -1)),
    stop,
    stop_over_socket,
)


def moves(world: World) -> Iterator[Move]:
    """Everything that can happen next; of buttons and disturbances, one at a time."""
    for button in world.held or set(Button):
        yield partial(press, button)
    yield from ALWAYS
    ended = [d for d in DISTURBANCES if getattr(world, d[0]) == d[2]]
    if world.record.state is S.SELF_TEST:
        ended = []
    yield from (partial(disturb, *one) for one in ended or DISTURBANCES)
    for seconds in WAITS_S.get(world.record.state, (0.3, 1.1, 1801.0)):
        long_waits = not (world.held or ended) or world.journal == "refuses"
        if seconds < 10.0 or long_waits:
            yield partial(wait, seconds)


def key(world: World) -> tuple[object, ...]:
    """What the rules look at. Two worlds with one key go on alike."""
    record, witness = world.record, world.witness
    return (
        record.state,
        pages.name(record) or record.page,
        record.stop_open,
        record.checklist_valid,
        record.stop_test_passed,
        witness.convinced,
        frozenset(world.present),
        world.board if record.state in RUNNING else "follows",
        world.journal != "writes" and record.state in RUNNING,
        world.link is Link.UP or record.state not in HEARS_THE_LINK,
        _presses(world),
        _age(record),
        _of_state(world),
    )


def _presses(world: World) -> frozenset[tuple[object, ...]]:
    record = world.record
    return frozenset(
        (
            press.button,
            press.used or press.screen != record.screen,
            press.at - record.shown_at >= read_s(record.state),
        )
        for press in record.presses
        if press.button is not Button.KNOB or record.state is S.STIMULATING
    )


def _age(record: Record) -> int:
    since_s = record.now - record.shown_at
    at_s = {S.CHECKLIST: (1.5,), S.REFUSED: (60.0,), S.CONTACT_LOST: (0.2, 1.0, 3.0)}
    usual = (0.2,) if record.shown_by_hand else (0.2, 1.0)
    return sum(since_s >= limit_s for limit_s in at_s.get(record.state, usual))


def _of_state(world: World) -> tuple[object, ...]:
    record = world.record
    witness, visit, run, place = world.witness, record.visit, record.run, record.position
    found: list[object] = []
    if record.state is S.LOCKED:
        found += [record.person_index, record.histories is None]
    if record.state is S.REFUSED:
        found += [record.refusal is not None and record.refusal.statement is not None]
    if record.state in (S.CHECKLIST, S.REFUSED):
        found += [record.person_index, len(record.statements)]
    if record.state is S.CHOOSING:
        offer = record.options[record.option_index].offer if record.options else None
        found += [min(record.value, 4), offer]
    if record.state is S.PREPARING:
        found += [record.value, pages.asks_for_new_pads(record)]
        found += [record.stop_test_pressed, witness.stop_pressed_on_test, witness.stop_tested]
    if visit is not None and record.state not in OUT_OF_SESSION:
        found += [visit.begun, visit.last_stage]
    if record.state in RUNNING:
        found += [OPEN in world.contact]
    if record.state is S.READY:
        found += [record.now - record.turned_at < 1.0, run is not None and run.elapsed_s > 0]
    if record.state is S.FAULT:
        found += [record.fault_needs_hand, bool(record.barred)]
    if record.state is S.SELF_TEST:
        found += [bool(record.barred)]
    if record.state is S.STAGE_DONE:
        found += [stage_layout.more_s(record) > 0]
    if record.state is S.STIMULATING and run is not None:
        found += [run.live, run.levels.zero, place is not None and place.part in RAISABLE]
    return tuple(found)


def wait_for_the_person(session: Session) -> None:
    """The way to `paused` before a phase that waits: the walk's own program has none."""
    rules = short_rules()
    routine = rules.catalogue.routines["short"]
    program = routine.stages[0].program
    work, cool_down = program.phases
    waits = program.but(phases=(work, cool_down.but(waits=True)))
    stages = tuple(stage.but(program=waits) for stage in routine.stages)
    routines = {"short": routine.but(stages=stages)}
    world = new_world(session, rules.but(catalogue=rules.catalogue.but(routines=routines)))
    led_to_current(world)
    world.wait(0.5)
    happen(lambda at: Turn(at, 1), world)
    world.wait(65.0)
    assert world.record.state is S.PAUSED
    assert world.record.set_point is None


def led_to_current(world: World) -> dict[State, World]:
    """From power-on to `stimulating` by a hand that does what is asked: the world in each state."""
    on_the_way: dict[State, World] = {}
    world.wait(1.2)
    while world.record.state is not S.STIMULATING:
        on_the_way.setdefault(world.record.state, world.copy())
        if pages.name(world.record) == pages.STOP_TEST:
            stop(world)
            stop(world)
            continue
        world.wait(1.6)
        happen(lambda at: Down(at, Button.CONFIRM), world)
        world.wait({S.CHECKLIST: 0.65, S.READY: 1.05}.get(world.record.state, 0.05))
        happen(lambda at: Up(at, Button.CONFIRM), world)
    return {**on_the_way, S.STIMULATING: world}


def click(button: Button, world: World) -> None:
    press(button, world)
    press(button, world)
    world.wait(0.3)


def set_the_date(session: Session) -> None:
    """The way over the page of the date, whose clock the walk's own histories do not have.

    The date is left half set, and lapses.
    """
    world = new_world(session)
    world.wait(1.2)
    wall = datetime(2027, 2, 28, 14, 37, tzinfo=UTC)
    clock = DayClock(100.0, wall, False, False, wall - timedelta(300), wall + timedelta(7000))
    history = History(clock_trusted=False, readable=True, weekday=0).but(clock=clock)
    happen(lambda at: HistoryRead(at, dict.fromkeys(("Me", "Guest"), history)), world)
    while pages.name(world.record) != "date":
        click(Button.BACK, world)
    happen(lambda at: Turn(at, 1), world)
    click(Button.CONFIRM, world)
    assert world.record.date_draft is not None
    world.wait(61.0)
    assert world.record.date_draft is None


def check_way_out(move: Move, after: World) -> None:
    """Whatever held before: these moves are off, or zero, with the step in which they happen.

    The knob's zero lasts for as long as it is pressed.
    """
    told = after.record.set_point
    if move is stop_over_socket or (move is stop and after.stop_open) or after.present - HARMLESS:
        assert told is None
    if Button.KNOB in after.held:
        assert told is None or told.amplitude == (0.0, 0.0)


@cache
def walked() -> tuple[Tracing, dict[Key, World]]:
    """The whole walk: the machine with what it did, and every key with the first world of it."""
    session = Tracing()
    wait_for_the_person(session)
    set_the_date(session)
    return session, breadth_first([new_world(session)], moves, key, check_way_out)


def test_the_walk_breaks_no_rule(record_property: Callable[[str, object], None]) -> None:
    """Current out of another state, or a start too early, would fail in the witness."""
    _, seen = walked()
    assert len(seen) > 1000
    record_property("summary", f"exploration of the session: {len(seen)} states, no rule broken")


def test_every_state_is_reachable() -> None:
    _, seen = walked()
    assert {found[0] for found in seen} == set(State)


def test_every_way_is_taken() -> None:
    session, _ = walked()
    assert [transition for transition in TRANSITIONS if transition not in session.taken] == []


def test_every_hand_is_tried_in_every_state() -> None:
    session, _ = walked()
    hands = (Trigger.STOP, Trigger.STOP_RELEASED, Trigger.KNOB_PRESSED, Trigger.LESS, Trigger.MORE)
    pairs = {(state, hand) for state in State for hand in hands}
    # Where STOP leads away it cannot be let go.
    pairs -= {(state, Trigger.STOP_RELEASED) for state in STOPPABLE}
    assert pairs - session.fired == set()
    assert {(transition.source, transition.trigger) for transition in TRANSITIONS} <= session.fired


def test_no_trigger_goes_past_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    monkeypatch.setattr(
        machines, "Transitions", lambda **how: made.append(Machine(**how)) or made[0]
    )
    Session()
    (machine,) = made
    (walker,) = machine.models
    assert set(machine.events) == {trigger.value for trigger in Trigger}
    assert all(callable(getattr(walker, trigger.value)) for trigger in Trigger)
    assert not [name for name in dir(walker) if name.startswith("to_")]
