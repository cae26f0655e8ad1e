"""Two walks beside the whole one: faults in any order, and a board that senses pads at zero.

Both begin where a hand has led the shipped session, and keep to the states in question.
"""

from collections.abc import Iterator
from functools import partial

from appliance.session.board import Contact
from appliance.session.events import Button, FaultsChanged
from appliance.session.machine.machine import Session
from appliance.session.state import State
from tests.session.exploring import Move, breadth_first
from tests.session.test_walk import (
    ALWAYS,
    RUNNING,
    WAITS_S,
    check_way_out,
    disturb,
    key,
    led_to_current,
    press,
    stop,
    wait,
)
from tests.session.world import World, new_world

S = State
OPEN, GOOD = Contact.OPEN, Contact.GOOD
FAULTS = ("board_silent", "pins_failed", "screen_dead")


def moves_with_faults(world: World) -> Iterator[Move]:
    """Faults that come and go in any order, and what a hand does about them."""
    if world.record.state not in {S.FAULT, S.SELF_TEST, S.LOCKED} and world.present:
        return
    yield from (partial(fault, name) for name in FAULTS)
    yield from (stop, partial(wait, 0.3), partial(wait, 3.1))
    if world.record.state in {S.FAULT, S.SELF_TEST}:
        yield partial(press, Button.CONFIRM)


def fault(name: str, world: World) -> None:
    world.present ^= {name}
    world.step(0.05, FaultsChanged(world.now + 0.05, world.present))


def key_with_faults(world: World) -> tuple[object, ...]:
    return (*key(world), frozenset(world.record.latched))


def moves_of_pads(world: World) -> Iterator[Move]:
    """Hands and pads of a session that is under way, on a board that senses pads at zero."""
    if world.record.state not in RUNNING:
        return
    yield from (partial(press, button) for button in world.held or set(Button))
    yield from ALWAYS
    yield partial(disturb, "contact", (GOOD, GOOD), (GOOD, OPEN))
    yield partial(disturb, "contact", (GOOD, GOOD), (OPEN, GOOD))
    yield from (partial(wait, s) for s in WAITS_S[S.STIMULATING][:3] + WAITS_S[S.CONTACT_LOST][:3])


def key_of_pads(world: World) -> tuple[object, ...]:
    return (*key(world), world.contact)


def test_faults_in_any_order_bring_no_current_back() -> None:
    first = list(led_to_current(new_world(Session())).values())
    found = breadth_first(first, moves_with_faults, key_with_faults, check_way_out)
    together = {world.present for world in found.values() if world.record.state is S.FAULT}
    assert len(together) == 8


def test_a_board_that_senses_pads_at_zero_breaks_no_rule() -> None:
    ready = led_to_current(new_world(Session()))[S.READY]
    ready.contact = (GOOD, GOOD)
    ready.step(0.05)
    found = breadth_first([ready], moves_of_pads, key_of_pads, check_way_out)
    assert {(S.CONTACT_LOST, (GOOD, OPEN)), (S.CONTACT_LOST, (OPEN, GOOD))} <= {
        (world.record.state, world.contact) for world in found.values()
    }
