"""One press, one event; a hold counts only on the screen it began on."""

import pytest

from appliance.session.events import Button, Down, HistoryRead, Turn, Up
from appliance.session.machine.pages import name
from appliance.session.presses import Press, hold_fraction, ignored
from appliance.session.state import State
from appliance.therapy.history import History
from tests.session.core import EXPERIENCED, SHORT, STEP_S, Core

CONFIRM, BACK, KNOB = Button.CONFIRM, Button.BACK, Button.KNOB


def on_checklist() -> Core:
    core = Core().to_locked()
    core.confirm()
    assert core.record.state is State.CHECKLIST
    return core


def on_ready() -> Core:
    core = Core().to_ready()
    core.wait(1.2)
    return core


# Short presses


def test_a_press_counts_once_however_long_it_lasts() -> None:
    core = Core().to_preparing()
    core.wait(0.5)
    core.press(CONFIRM, held_s=5.0)
    assert name(core.record) == "pads"


def test_where_back_can_be_held_a_short_press_counts_when_it_is_let_go() -> None:
    core = Core().to_preparing()
    core.confirm()
    core.step(Down(core.now + STEP_S, BACK))
    assert name(core.record) == "pads"
    core.step(Up(core.now + STEP_S, BACK))
    assert name(core.record) == "skin"


def test_a_short_back_that_lasted_as_long_as_a_hold_is_no_short_one() -> None:
    core = Core().to_preparing()
    core.confirm()
    core.press(BACK, held_s=1.5)
    assert name(core.record) == "pads"


def test_pause_acts_on_the_press() -> None:
    core = Core().to_stimulating(3)
    core.step(Down(core.now + STEP_S, CONFIRM))
    assert core.record.state is State.PAUSED
    assert core.record.set_point is None


def test_a_short_press_that_began_on_another_screen_does_nothing() -> None:
    core = on_ready()
    core.step(Down(core.now + STEP_S, BACK))
    core.stop()
    core.let_go_of_stop()
    core.step(Up(core.now + STEP_S, BACK))
    assert core.record.state is State.STOPPED


def test_two_presses_in_one_late_step_are_one_screen_forward() -> None:
    core = Core().to_preparing()
    core.wait(0.5)
    at = core.now
    core.step(
        *(Down(at + 0.1, CONFIRM), Up(at + 0.2, CONFIRM)),
        *(Down(at + 0.3, CONFIRM), Up(at + 0.4, CONFIRM)),
        dt=0.5,
    )
    assert name(core.record) == "pads"


def test_a_button_let_go_that_was_never_pressed_does_nothing() -> None:
    core = on_ready()
    core.step(Up(core.now, CONFIRM))
    core.step(Up(core.now, BACK))
    assert core.record.state is State.READY


# Holds


@pytest.mark.parametrize(("held_s", "agreed"), [(0.55, False), (0.65, True)])
def test_agreeing_takes_a_hold_of_0_6_s(held_s: float, agreed: bool) -> None:
    core = on_checklist()
    core.wait(1.6)
    core.step(Down(core.now + STEP_S, CONFIRM))
    core.wait(held_s, dt=STEP_S)
    core.step(Up(core.now + STEP_S, CONFIRM), dt=0.0)
    assert (core.record.page == 1) is agreed


@pytest.mark.parametrize(("read_s", "agreed"), [(1.45, False), (1.55, True)])
def test_a_statement_has_to_be_read_for_1_5_s_before_the_hold(read_s: float, agreed: bool) -> None:
    core = on_checklist()
    core.read_for(read_s)
    core.press(CONFIRM, held_s=3.0)
    assert (core.record.page == 1) is agreed


def test_a_hold_has_to_be_let_go_before_the_next() -> None:
    core = on_checklist()
    core.wait(1.6)
    core.press(CONFIRM, held_s=20.0)
    assert core.record.page == 1


def test_leaning_on_the_button_agrees_to_nothing() -> None:
    core = Core().to_locked()
    core.step(Down(core.now + STEP_S, CONFIRM))
    core.wait(30)
    assert core.record.state is State.CHECKLIST
    assert core.record.page == 0


@pytest.mark.parametrize(("held_s", "started"), [(0.95, False), (1.05, True)])
def test_a_start_takes_a_hold_of_1_s(held_s: float, started: bool) -> None:
    core = on_ready()
    core.step(Down(core.now + STEP_S, CONFIRM))
    core.wait(held_s, dt=STEP_S)
    assert (core.record.state is State.STIMULATING) is started


def test_a_short_press_starts_nothing() -> None:
    core = on_ready()
    core.confirm()
    assert core.record.state is State.READY


@pytest.mark.parametrize(("read_s", "started"), [(0.15, False), (0.25, True)])
def test_a_start_has_to_begin_0_2_s_after_its_screen_appeared(read_s: float, started: bool) -> None:
    core = Core().to_last_picture()
    core.step(Down(core.now + STEP_S, CONFIRM))
    assert core.record.state is State.READY
    core.step(Up(core.now, CONFIRM), dt=0.0)
    core.read_for(read_s)
    core.press(CONFIRM, held_s=1.5)
    assert (core.record.state is State.STIMULATING) is started


@pytest.mark.parametrize(("rest_s", "started"), [(0.96, False), (1.0, True), (1.04, True)])
def test_a_start_needs_a_second_without_a_detent(rest_s: float, started: bool) -> None:
    core = on_ready()
    core.step(Turn(core.now + STEP_S, 1))
    turned_at = core.now
    began = turned_at + rest_s - 1.0
    if began > turned_at:
        core.step(dt=began - turned_at)
    # It was begun before the turn, or behind it, and is complete after this rest.
    core.step(Down(began, CONFIRM))
    core.wait(turned_at + rest_s + 0.1 - core.now, dt=STEP_S)
    assert (core.record.state is State.STIMULATING) is started


def test_the_press_that_led_to_ready_does_not_start() -> None:
    core = Core().to_last_picture()
    core.press(CONFIRM, held_s=10.0)
    assert core.record.state is State.READY


def test_a_hold_that_began_on_another_screen_does_not_count() -> None:
    core = on_ready()
    core.step(Down(core.now + STEP_S, CONFIRM))
    core.wait(0.5)
    core.stop()
    core.let_go_of_stop()
    core.wait(0.3)
    core.step(Up(core.now, CONFIRM))
    assert core.record.state is State.STOPPED
    core.wait(1)
    core.confirm()
    assert core.record.state is State.READY


def test_a_hold_is_none_on_a_screen_with_another_number() -> None:
    press = Press(CONFIRM, at=10.0, screen=1)
    assert hold_fraction(press, State.READY, 1, shown_at=5.0, now=20.0) == 1.0
    assert hold_fraction(press, State.READY, 2, shown_at=5.0, now=20.0) is None


def test_holding_back_ends_after_1_s() -> None:
    core = Core().to_stimulating(2)
    core.confirm()
    core.wait(1.2)
    core.step(Down(core.now + STEP_S, BACK))
    core.wait(0.95, dt=STEP_S)
    assert core.record.state is State.PAUSED
    core.wait(0.1, dt=STEP_S)
    assert core.record.state is State.STAGE_DONE


# Contacts that bounce


@pytest.mark.parametrize("button", Button)
def test_a_button_whose_contact_opened_for_a_moment_is_still_held(button: Button) -> None:
    core = Core().to_stimulating(4)
    core.step(Down(core.now + STEP_S, button))
    opened_at = core.now + 0.005
    core.step(Up(opened_at, button), Down(opened_at + 0.025, button), dt=0.05)
    assert [(p.button, p.at) for p in core.record.presses] == [(button, opened_at + 0.025)]
    core.step(Up(core.now + STEP_S, button))
    assert core.record.presses == ()


def test_up_does_not_count_while_the_knob_is_held_though_its_contact_bounces() -> None:
    core = Core().to_stimulating(4)
    core.step(Down(core.now + STEP_S, KNOB))
    core.step(Up(core.now + 0.005, KNOB), Down(core.now + 0.03, KNOB), dt=0.05)
    core.turn(3, every_s=0.1)
    assert core.target == core.level == (0.0, 0.0)


# Changes that no hand made


def after_the_last_second() -> Core:
    core = Core(plan=SHORT).to_stimulating(2)
    core.to_stage_done()
    assert core.record.state is State.STAGE_DONE
    return core


@pytest.mark.parametrize(("after_s", "counts"), [(0.5, False), (0.9, False), (1.1, True)])
def test_presses_are_ignored_for_1_s_after_a_change_that_no_hand_made(
    after_s: float, counts: bool
) -> None:
    core = after_the_last_second()
    core.read_for(after_s)
    core.confirm()
    assert (core.record.state is State.PLACING) is counts


def test_a_press_that_was_ignored_never_counts_however_long_it_lasts() -> None:
    core = after_the_last_second()
    core.press(BACK, held_s=5.0)
    core.press(CONFIRM, held_s=0.1)
    assert core.record.state is State.PLACING
    core = after_the_last_second()
    core.press(BACK, held_s=5.0)
    assert core.record.state is State.STAGE_DONE


@pytest.mark.parametrize(
    ("button", "at", "by_hand", "nothing"),
    [
        (CONFIRM, 10.9, False, True),
        (CONFIRM, 11.1, False, False),
        (CONFIRM, 10.1, True, False),
        (CONFIRM, 9.9, True, True),
        (KNOB, 10.1, False, False),
        (KNOB, 9.9, False, False),
    ],
)
def test_the_knob_counts_always_the_others_when_their_screen_is_ready(
    button: Button, at: float, by_hand: bool, nothing: bool
) -> None:
    assert ignored(button, at, shown_at=10.0, shown_by_hand=by_hand) is nothing


def test_stop_counts_right_after_a_change_that_no_hand_made() -> None:
    core = Core().to_stimulating(2)
    core.open_channels.add(0)
    while core.record.state is State.STIMULATING:
        core.step()
    assert core.record.state is State.CONTACT_LOST
    core.stop()
    assert core.record.state is State.STOPPED


def test_after_a_stop_over_the_socket_presses_are_ignored_for_1_s() -> None:
    core = Core().to_stimulating(2)
    core.stop_command()
    core.confirm()
    assert core.record.state is State.STOPPED
    core.wait(1)
    core.confirm()
    assert core.record.state is State.READY


def test_after_the_stop_test_presses_are_ignored_for_1_s() -> None:
    core = Core().to_preparing()
    core.confirm()
    core.confirm()
    core.stop()
    core.let_go_of_stop()
    core.confirm()
    assert core.record.state is State.PLACING


def test_the_knob_counts_at_once_on_a_new_screen() -> None:
    core = after_the_last_second()
    core.wait(1.1)
    core.confirm()
    core.step(Turn(core.now + STEP_S, 1))
    assert name(core.record) == "pads"


# What is read on entry to `locked`


def test_a_history_that_comes_later_changes_nothing() -> None:
    core = Core(EXPERIENCED).to_choosing()
    core.step(HistoryRead(core.now, {"Me": History()}))
    assert core.record.history == EXPERIENCED
    assert "history in choosing" in core.record.ignored
