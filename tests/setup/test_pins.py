"""Each control worked once by hand: wrong wires are found, and turned round where that can be."""

from pathlib import Path

import pytest

from appliance.errors import ControlsError
from appliance.settings.model import Controls
from appliance.setup import pin_watch
from tests.setup.rig import Rig

PINS = Controls()


def press_buttons(rig: Rig, confirm: int = 27, back: int = 22, knob: int = 13) -> None:
    rig.choose("Go on")
    for pin in (confirm, back, knob):
        rig.press(pin)


def begin(rig: Rig, stop: int = 17) -> None:
    """The chapter, with a STOP at this pin that is closed at rest."""
    rig.pins.ground(stop)
    rig.begin("pins")


def to_the_knob(rig: Rig) -> None:
    begin(rig)
    press_buttons(rig)
    rig.open_and_close(17)
    assert "one click to the RIGHT" in rig.words


def click_right_and_left(rig: Rig, a: int = 5, b: int = 6, edges: int = 4) -> None:
    rig.turn(a, b, edges)
    rig.turn(a, b, -edges, from_quarter=edges)


def test_right_wires_change_nothing(rig: Rig) -> None:
    to_the_knob(rig)
    click_right_and_left(rig)
    assert "4 edges a click" in rig.words
    assert "Nothing changes" in rig.words
    rig.choose("Go on")
    assert rig.draft.values == {}
    assert rig.draft.outcomes["pins"].is_good


def test_a_knob_whose_a_and_b_are_swapped_is_turned_round_in_the_settings(rig: Rig) -> None:
    to_the_knob(rig)
    click_right_and_left(rig, a=6, b=5)
    assert "A and B are swapped" in rig.words
    rig.choose("Go on")
    assert rig.draft.values == {"controls.knob_a": 6, "controls.knob_b": 5}


def test_a_knob_with_two_edges_a_click_is_found(rig: Rig) -> None:
    to_the_knob(rig)
    click_right_and_left(rig, edges=2)
    rig.choose("Go on")
    assert rig.draft.values == {"controls.knob_edges": 2}


def test_a_knob_of_two_edges_that_rests_where_both_are_closed_is_found_too(rig: Rig) -> None:
    begin(rig)
    rig.pins.ground(5)
    rig.pins.ground(6)
    press_buttons(rig)
    rig.open_and_close(17)
    rig.turn(5, 6, 2, from_quarter=2)
    rig.turn(5, 6, -2, from_quarter=4)
    assert "A is GPIO 5, B is GPIO 6, 2 edges a click" in rig.words


def test_two_clicks_in_place_of_one_are_noticed_by_the_one_back(rig: Rig) -> None:
    to_the_knob(rig)
    rig.turn(5, 6, 4)
    rig.turn(5, 6, -2, from_quarter=4)
    assert "4 edges to the right and 2 to the left" in rig.words
    rig.choose("Try again")
    assert "one click to the RIGHT" in rig.words


def test_a_knob_that_is_turned_the_same_way_twice_is_asked_for_again(rig: Rig) -> None:
    to_the_knob(rig)
    rig.turn(5, 6, -4)
    rig.turn(5, 6, -4)
    assert "One click each has 4, or 2" in rig.words


def test_a_knob_of_which_one_wire_is_off_is_told(rig: Rig) -> None:
    to_the_knob(rig)
    rig.press(5)
    rig.look(1.0)
    rig.press(5)
    rig.look(1.0)
    assert "Moved: GPIO 5. A and B both have to" in rig.words
    rig.choose("Leave it")
    rig.choose("Go on")
    assert rig.draft.to_do[0].startswith("knob: Moved: GPIO 5.")
    assert not rig.draft.outcomes["pins"].is_good


def test_buttons_on_other_pins_than_the_settings_say_are_found(rig: Rig) -> None:
    begin(rig, stop=26)
    press_buttons(rig, confirm=22, back=27, knob=19)
    rig.open_and_close(26)
    click_right_and_left(rig, a=20, b=21)
    assert "CONFIRM: 22, was 27" in rig.words
    rig.choose("Go on")
    assert rig.draft.settings.controls == Controls(
        stop=26, confirm=22, back=27, knob_press=19, knob_a=20, knob_b=21
    )


def test_a_normally_open_stop_is_refused_and_no_setting_makes_it_good(rig: Rig) -> None:
    rig.begin("pins")
    press_buttons(rig)
    rig.press(17)
    assert "GPIO 17 closes when STOP is pressed" in rig.words
    assert "normally closed contact" in rig.words
    rig.choose("Try again")
    rig.press(17)
    rig.choose("Leave it")
    click_right_and_left(rig)
    assert "To be put right by hand" in rig.words
    rig.choose("Go on")
    assert rig.draft.to_do[0].startswith("STOP: STOP is wired the wrong way round")
    assert "controls.stop" not in rig.draft.values


def test_a_stop_that_does_not_close_again_is_not_good(rig: Rig) -> None:
    begin(rig)
    press_buttons(rig)
    rig.pins.open(17)
    rig.look(0.1)
    assert "Let go of STOP" in rig.words
    rig.choose("I have let go")
    assert "reads open now" in rig.words


def test_a_stop_lead_that_is_out_is_told_with_what_to_measure(rig: Rig) -> None:
    rig.begin("pins")
    press_buttons(rig)
    rig.choose("Nothing happens")
    assert "STOP on GPIO 17 reads open now" in rig.words
    assert "less than 5 ohm" in rig.words


def test_a_stop_that_nobody_presses_has_to_read_closed_all_the_same(rig: Rig) -> None:
    rig.begin("pins")
    rig.choose("Go on")
    for _ in range(5):
        rig.choose("Leave it")
    assert "STOP: GPIO 17 reads open at rest" in rig.words


def test_a_button_that_opens_when_it_is_pressed_is_refused(rig: Rig) -> None:
    rig.pins.ground(27)
    begin(rig)
    rig.choose("Go on")
    rig.open_and_close(27)
    assert "GPIO 27 has opened" in rig.words


def test_a_wire_that_is_off_is_told_with_its_pin(rig: Rig) -> None:
    begin(rig)
    rig.choose("Go on")
    rig.choose("Nothing happens")
    assert "CONFIRM is set to GPIO 27" in rig.words


def test_one_wire_moved_to_the_pin_of_another_control_is_refused_as_a_whole(rig: Rig) -> None:
    begin(rig)
    rig.choose("Go on")
    rig.press(22)
    for _ in range(4):
        rig.choose("Leave it")
    rig.choose("Go on")
    assert "22 is already" in rig.words
    rig.choose("Leave it")
    assert rig.draft.values == {}


def test_pins_that_somebody_holds_are_told_and_can_be_tried_again(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Held:
        def __init__(self, *_: object) -> None:
            raise ControlsError("GPIO 17 (stop) is in use: stop the other program")

    monkeypatch.setattr(pin_watch, "Contact", Held)
    begin(rig)
    rig.choose("Go on")
    assert "is in use" in rig.words
    monkeypatch.undo()
    rig.choose("Try again")
    assert "Press CONFIRM now" in rig.words


def test_lines_of_outputs_and_of_the_i2c_bus_are_never_opened(rig: Rig) -> None:
    begin(rig)
    rig.choose("Go on")
    assert opened(rig).isdisjoint({0, 1, 2, 3, 18, 23, 24})
    assert {14, 15, 17, 19, 20, 21, 27, 22, 5, 6, 13, 26} <= opened(rig)


def opened(rig: Rig) -> set[int]:
    return {int(name.removeprefix("GPIO")) for name in rig.pins.held}


@pytest.mark.parametrize(("status", "is_open"), [("okay\0", False), ("disabled\0", True)])
def test_lines_of_a_sound_card_are_never_opened(rig: Rig, status: str, is_open: bool) -> None:
    rig.has_file("proc/device-tree/soc/i2s@7e203000/status", status)
    begin(rig)
    rig.choose("Go on")
    assert opened(rig) & {19, 20, 21} == ({19, 20, 21} if is_open else set())


@pytest.mark.parametrize(
    ("path", "text", "is_open"),
    [
        ("dev/serial0", "", False),
        ("proc/cmdline", "quiet console=ttyAMA0,115200 console=tty1", False),
        ("proc/cmdline", "quiet console=ttyAMA10,115200 console=tty1", True),
    ],
)
def test_lines_of_a_serial_port_are_never_opened(
    rig: Rig, path: str, text: str, is_open: bool
) -> None:
    rig.has_file(path, text)
    begin(rig)
    rig.choose("Go on")
    assert opened(rig) & {14, 15} == ({14, 15} if is_open else set())


def test_lines_of_the_boards_own_port_are_never_opened(tmp_path: Path) -> None:
    rig = Rig(tmp_path, '[stimulator]\nport = "/dev/ttyS0"\n')
    begin(rig)
    rig.choose("Go on")
    assert opened(rig).isdisjoint({14, 15})
    rig.sitting.leave()
    rig.pins.reset()


def test_leaving_in_the_middle_lets_go_of_every_pin(rig: Rig) -> None:
    begin(rig)
    rig.choose("Go on")
    assert rig.pins.held
    rig.sitting.leave()
    assert rig.pins.held == {}
