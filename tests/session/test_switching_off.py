"""Switching off: asked first, taken back by BACK or by time, and told where it does not happen."""

from appliance.session.events import Button
from appliance.session.machine import pages
from appliance.session.state import State
from tests.session.core import Core
from tests.session.states import at


def asked() -> Core:
    core = at(State.LOCKED)
    core.hold(Button.BACK, 1.1)
    assert pages.name(core.record) == "switch_off"
    core.wait(0.3)
    return core


def agreed() -> Core:
    core = asked()
    core.confirm()
    assert pages.name(core.record) == "switching_off"
    assert core.record.switch_off
    return core


def test_back_takes_the_question_back() -> None:
    core = asked()
    core.back()
    assert pages.name(core.record) == "plan"
    assert not core.record.switch_off


def test_a_question_that_nobody_answers_goes_away() -> None:
    core = asked()
    core.read_for(59.9)
    assert pages.name(core.record) == "switch_off"
    core.wait(0.2)
    assert pages.name(core.record) == "plan"


def test_a_box_that_stays_on_says_so_until_a_hand_or_time_ends_it() -> None:
    for goes_on in (Core.back, lambda core: core.wait(60.0)):
        core = agreed()
        core.back()
        core.read_for(19.9)
        assert pages.name(core.record) == "switching_off"
        core.wait(0.2)
        assert pages.name(core.record) == "still_on"
        assert not core.record.switch_off
        core.wait(1.2)
        goes_on(core)
        assert pages.name(core.record) == "plan"
