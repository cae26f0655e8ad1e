"""`contact_lost`: zero at once, latched, the side named, no jolt when it comes back."""

import pytest

from appliance.session.board import Contact
from appliance.session.events import Button
from appliance.session.state import State
from appliance.session.view_of_record import view_of
from tests.session.core import Core

GOOD, OPEN, UNKNOWN = Contact.GOOD, Contact.OPEN, Contact.UNKNOWN


def lost(*channels: int) -> Core:
    core = Core().to_stimulating(5)
    core.open_channels |= set(channels)
    begun_at = core.now
    while core.record.state is State.STIMULATING:
        core.step()
    assert core.record.state is State.CONTACT_LOST
    assert core.now - begun_at < 1.0
    return core


@pytest.mark.parametrize(
    ("contact", "named"),
    [((OPEN, GOOD), ("A",)), ((GOOD, OPEN), ("B",)), ((OPEN, OPEN), ("A", "B"))],
)
def test_an_open_lead_is_off_in_the_same_step_and_the_side_is_named(
    contact: tuple[Contact, Contact], named: tuple[str, ...]
) -> None:
    core = Core().to_stimulating(5)
    core.with_report(contact=contact)
    assert core.record.state is State.CONTACT_LOST
    assert core.record.set_point is None
    assert core.level == (0.0, 0.0)
    assert view_of(core.record).lost_channels == named
    side = {("A",): "one", ("B",): "two", ("A", "B"): "three"}[named]
    assert core.cues[-2:] == ["pad_off", side]


def test_it_stays_when_the_pad_is_back() -> None:
    core = lost(0)
    core.open_channels.clear()
    core.wait(30)
    assert core.record.state is State.CONTACT_LOST
    assert core.record.set_point is None


@pytest.mark.parametrize(("after_s", "ready"), [(2.9, False), (3.1, True)])
def test_it_is_shown_for_3_s_at_least(after_s: float, ready: bool) -> None:
    core = lost(0)
    core.read_for(after_s)
    core.confirm()
    assert (core.record.state is State.READY) is ready


def test_where_the_board_can_tell_at_zero_the_contact_has_to_be_good() -> None:
    core = lost(1)
    core.wait(4)
    core.answers = False
    core.with_report(contact=(GOOD, OPEN))
    core.confirm()
    assert core.record.state is State.CONTACT_LOST
    core.with_report(contact=(UNKNOWN, UNKNOWN))
    core.confirm()
    assert core.record.state is State.READY


def test_a_start_is_refused_while_a_lead_is_open() -> None:
    core = Core().to_ready()
    core.wait(1.2)
    core.answers = False
    core.with_report(contact=(OPEN, UNKNOWN))
    core.hold(Button.CONFIRM, 1.5)
    assert core.record.state is State.READY
    assert view_of(core.record).hint == "blocked_contact"
    core.answers = True
    core.hold(Button.CONFIRM, 1.5)
    assert core.record.state is State.STIMULATING


def test_after_a_new_start_nothing_flows_until_the_hand_turns() -> None:
    core = lost(0)
    core.open_channels.clear()
    core.wait(4)
    core.confirm()
    core.start()
    core.wait(5)
    assert core.record.state is State.STIMULATING
    assert core.record.set_point is not None
    assert core.record.set_point.amplitude == (0.0, 0.0)
    assert core.record.lost == frozenset()


def test_holding_back_ends_the_stage() -> None:
    core = lost(0)
    core.wait(1)
    core.hold(Button.BACK, 1.1)
    assert core.record.state is State.STAGE_DONE


def test_the_time_stands_still() -> None:
    core = lost(0)
    assert core.record.run is not None
    elapsed_s = core.record.run.elapsed_s
    core.wait(60)
    assert core.record.run.elapsed_s == elapsed_s
