"""`preparing`: skin, pads, and STOP tried by hand. Only its press and release go on."""

from appliance.session.events import Button
from appliance.session.pages import name
from appliance.session.state import State
from tests.session.core import Core


def at_stop_test() -> Core:
    core = Core().to_preparing()
    core.confirm()
    core.confirm()
    assert name(core.record) == "stop_test"
    return core


def test_the_steps_are_skin_pads_and_stop_test() -> None:
    core = Core().to_preparing()
    seen = [name(core.record)]
    for _ in range(2):
        core.confirm()
        seen.append(name(core.record))
    assert seen == ["skin", "pads", "stop_test"]


def test_press_and_release_of_stop_pass_the_stop_test() -> None:
    core = at_stop_test()
    core.stop()
    assert core.record.state is State.PREPARING
    core.let_go_of_stop()
    assert core.record.state is State.PLACING
    assert core.record.stop_test_passed


def test_confirm_does_not_pass_the_stop_test() -> None:
    core = at_stop_test()
    core.confirm()
    core.hold(Button.CONFIRM, 2.0)
    assert name(core.record) == "stop_test"


def test_a_stop_over_the_socket_tests_no_switch() -> None:
    core = at_stop_test()
    core.stop_command()
    core.let_go_of_stop()
    assert name(core.record) == "stop_test"


def test_a_stop_that_was_pressed_on_the_page_before_does_not_count() -> None:
    core = Core().to_preparing()
    core.confirm()
    core.stop()
    core.confirm()
    assert name(core.record) == "pads"
    core.let_go_of_stop()
    core.confirm()
    core.let_go_of_stop()
    assert name(core.record) == "stop_test"


def test_a_stop_pressed_here_and_let_go_a_page_earlier_does_not_count() -> None:
    core = at_stop_test()
    core.stop()
    core.back()
    core.let_go_of_stop()
    core.confirm()
    core.let_go_of_stop()
    assert name(core.record) == "stop_test"


def test_going_back_from_placing_asks_for_stop_again() -> None:
    core = Core().to_placing()
    core.stop()
    core.back()
    assert name(core.record) == "stop_test"
    core.let_go_of_stop()
    assert name(core.record) == "stop_test"
    core.stop()
    core.let_go_of_stop()
    assert core.record.state is State.PLACING


def test_back_leads_a_step_back_and_from_the_first_to_choosing() -> None:
    core = Core().to_preparing()
    core.confirm()
    core.back()
    assert name(core.record) == "skin"
    core.back()
    assert core.record.state is State.CHOOSING


def test_holding_back_leads_to_locked() -> None:
    core = Core().to_preparing()
    core.hold(Button.BACK, 1.1)
    assert core.record.state is State.LOCKED
