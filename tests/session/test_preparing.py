"""`preparing`: skin, pads, and STOP tried by hand. Only its press and release go on."""

from appliance.session.events import Button
from appliance.session.machine.pages import name
from appliance.session.notes import SessionEnded
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


def in_the_middle() -> Core:
    """Back at the first step of `preparing`, after some minutes were delivered."""
    core = Core().to_stimulating(3)
    core.wait(120, dt=0.1)
    core.confirm()
    core.wait(0.3)
    core.confirm()
    core.back()
    while name(core.record) != "skin":
        core.back()
    return core


def test_what_was_begun_cannot_be_chosen_anew() -> None:
    core = in_the_middle()
    core.back()
    assert core.record.state is State.PREPARING
    assert name(core.record) == "skin"
    assert core.record.visit is not None and core.record.visit.delivered_s[0] > 100


def test_holding_back_in_the_middle_ends_the_session_by_hand() -> None:
    core = in_the_middle()
    core.hold(Button.BACK, 1.1)
    assert core.record.state is State.LOCKED
    assert core.notes_of(SessionEnded)[-1].why == "ended"


def test_leaving_it_alone_in_the_middle_is_an_interruption() -> None:
    core = in_the_middle()
    core.wait(1801, dt=10)
    assert core.record.state is State.LOCKED
    assert core.notes_of(SessionEnded)[-1].why == "idle"
